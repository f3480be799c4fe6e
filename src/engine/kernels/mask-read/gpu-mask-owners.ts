import { invariant } from '../../../core/assert.ts';
import { bindInOrder, createComputePipeline, type GpuResources } from '../gpu-resources.ts';
import { MASK_OWNERS_WGSL, OWNER_WORDS_PER_THREAD } from './mask-owners.wgsl.ts';
import { OBJECTS_OFFSET } from './mask-params.wgsl.ts';
import { OWNED_TRANSITIONS_WGSL } from './mask-transitions.wgsl.ts';
import { MAX_OWNERS } from './non-overlapping-masks.ts';
import type { TransitionInputs } from './readback-slot.ts';

/** What the owners of one video size are found with. Not owned by `GpuMaskOwners`. */
export interface OwnersInputs {
  /** `Params`; `objects` in it is written here. */
  readonly params: GPUBuffer;
  /** Of all objects, one after another. */
  readonly logits: GPUBuffer;
  readonly axes: GPUBuffer;
  /** Words of a packed mask. */
  readonly words: number;
}

/** The bindings for one set of inputs. */
interface Bindings {
  readonly inputs: OwnersInputs;
  readonly owners: GPUBindGroup;
  readonly transitions: TransitionInputs;
}

/**
 * Finds which of several objects has each pixel of a frame. Its buffer, a byte a pixel, grows with the
 * largest video seen.
 */
export class GpuMaskOwners {
  readonly #resources: GpuResources;
  readonly #ownersPipeline: GPUComputePipeline;
  readonly #transitionsPipeline: GPUComputePipeline;
  #owners: GPUBuffer | undefined;
  #bindings: Bindings | undefined;
  #objects = 0;

  constructor(resources: GpuResources) {
    const { device } = resources;
    this.#resources = resources;
    this.#ownersPipeline = createComputePipeline(device, 'mask owners', MASK_OWNERS_WGSL);
    this.#transitionsPipeline = createComputePipeline(
      device,
      'owned mask transitions',
      OWNED_TRANSITIONS_WGSL,
    );
  }

  /**
   * Makes ready for so many objects; the work encoded before the next submit is theirs.
   * @returns the inputs of the pass that finds the changes of owners' masks
   */
  prepare(objects: number, inputs: OwnersInputs): TransitionInputs {
    invariant(objects <= MAX_OWNERS, 'more objects than a byte can tell apart');
    if (this.#objects !== objects) {
      this.#objects = objects;
      const { queue } = this.#resources.device;
      queue.writeBuffer(inputs.params, OBJECTS_OFFSET, Uint32Array.of(objects));
    }
    const bound = this.#bindings;
    if (bound?.inputs === inputs) return bound.transitions;
    this.#bindings = this.#bind(inputs);
    return this.#bindings.transitions;
  }

  /** Appends the pass that finds who has which pixel. */
  encode(pass: GPUComputePassEncoder, workgroups: number): void {
    invariant(this.#bindings !== undefined, 'nothing was prepared');
    pass.setPipeline(this.#ownersPipeline);
    pass.setBindGroup(0, this.#bindings.owners);
    pass.dispatchWorkgroups(workgroups);
  }

  #bind(inputs: OwnersInputs): Bindings {
    const { params, logits, axes, words } = inputs;
    const resources = this.#resources;
    const bytes = words * OWNER_WORDS_PER_THREAD * 4;
    const need = { label: 'mask owners', bytes, usage: GPUBufferUsage.STORAGE };
    const owners = resources.atLeast(this.#owners, need);
    this.#owners = owners;
    const bindings = [params, logits, axes, owners];
    return {
      inputs,
      owners: bindInOrder(this.#ownersPipeline, resources.device, bindings),
      transitions: { pipeline: this.#transitionsPipeline, sources: [params, owners], words },
    };
  }
}
