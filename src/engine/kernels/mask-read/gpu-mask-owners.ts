import { invariant } from '../../../core/assert.ts';
import {
  bindInOrder,
  createComputePipeline,
  type BufferSlice,
  type GpuResources,
} from '../gpu-resources.ts';
import { MASK_OWNERS_WGSL, OWNER_WORDS_PER_THREAD } from './mask-owners.wgsl.ts';
import { OBJECTS_OFFSET } from './mask-params.wgsl.ts';
import { OWNED_TRANSITIONS_WGSL } from './mask-transitions.wgsl.ts';
import { MAX_OWNERS } from './non-overlapping-masks.ts';
import type { TransitionInputs } from './readback-slot.ts';

/** What the owners of one video size are found with. Not owned by `GpuMaskOwners`. */
export interface OwnersInputs {
  /** `Params`; `objects` in it is written here. */
  readonly params: GPUBuffer;
  readonly axes: GPUBuffer;
  /** Words of the packed mask. */
  readonly words: number;
}

/** The bindings for one video size and one pair of buffers. */
interface Bindings {
  readonly inputs: OwnersInputs;
  readonly buffers: OwnerBuffers;
  readonly owners: GPUBindGroup;
  readonly transitions: TransitionInputs;
}

interface OwnerBuffers {
  /** Of all objects, one after the other. */
  readonly logits: GPUBuffer;
  /** A byte a pixel. */
  readonly owners: GPUBuffer;
}

/**
 * Finds which of several objects has each pixel of a frame. Its buffers, for the logits of all
 * objects and for a byte a pixel, grow with the most objects and the largest video seen.
 */
export class GpuMaskOwners {
  readonly #resources: GpuResources;
  readonly #logitBytes: number;
  readonly #ownersPipeline: GPUComputePipeline;
  readonly #transitionsPipeline: GPUComputePipeline;
  #buffers: OwnerBuffers | undefined;
  #bindings: Bindings | undefined;
  #objects = 0;

  /** @param logitBytes of one object */
  constructor(resources: GpuResources, logitBytes: number) {
    const { device } = resources;
    this.#resources = resources;
    this.#logitBytes = logitBytes;
    this.#ownersPipeline = createComputePipeline(device, 'mask owners', MASK_OWNERS_WGSL);
    this.#transitionsPipeline = createComputePipeline(
      device,
      'owned mask transitions',
      OWNED_TRANSITIONS_WGSL,
    );
  }

  /**
   * Makes room for so many objects; the work encoded before the next submit is theirs.
   * @returns the inputs of the pass that finds the changes of one owner's mask
   */
  prepare(objects: number, inputs: OwnersInputs): TransitionInputs {
    invariant(objects <= MAX_OWNERS, 'more objects than a byte can tell apart');
    const buffers = this.#roomFor(objects, inputs.words);
    if (this.#objects !== objects) {
      this.#objects = objects;
      const { queue } = this.#resources.device;
      queue.writeBuffer(inputs.params, OBJECTS_OFFSET, Uint32Array.of(objects));
    }
    const bound = this.#bindings;
    if (bound?.inputs === inputs && bound.buffers === buffers) return bound.transitions;
    this.#bindings = this.#bind(inputs, buffers);
    return this.#bindings.transitions;
  }

  /** Where the logits of an object go before `encode`, in the order of the objects. */
  logitsOf(index: number): BufferSlice {
    invariant(this.#buffers !== undefined, 'no room was made for logits');
    const size = this.#logitBytes;
    return { buffer: this.#buffers.logits, offset: index * size, size };
  }

  /** Appends the pass that finds who has which pixel. */
  encode(pass: GPUComputePassEncoder, workgroups: number): void {
    invariant(this.#bindings !== undefined, 'nothing was prepared');
    pass.setPipeline(this.#ownersPipeline);
    pass.setBindGroup(0, this.#bindings.owners);
    pass.dispatchWorkgroups(workgroups);
  }

  #roomFor(objects: number, words: number): OwnerBuffers {
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const current = this.#buffers;
    // By powers of two, so that few of many objects that come one by one make a new buffer.
    const logitBytes = this.#logitBytes * 2 ** Math.ceil(Math.log2(objects));
    const logits = this.#atLeast(current?.logits, logitBytes, {
      label: 'logits of all objects',
      usage: STORAGE | COPY_DST,
    });
    const owners = this.#atLeast(current?.owners, words * OWNER_WORDS_PER_THREAD * 4, {
      label: 'mask owners',
      usage: STORAGE,
    });
    if (current?.logits === logits && current.owners === owners) return current;
    this.#buffers = { logits, owners };
    return this.#buffers;
  }

  #atLeast(
    current: GPUBuffer | undefined,
    bytes: number,
    { label, usage }: { readonly label: string; readonly usage: GPUBufferUsageFlags },
  ): GPUBuffer {
    if (current !== undefined && current.size >= bytes) return current;
    if (current !== undefined) this.#resources.release(current);
    return this.#resources.create(label, bytes, usage);
  }

  #bind(inputs: OwnersInputs, buffers: OwnerBuffers): Bindings {
    const { params, axes, words } = inputs;
    const { logits, owners } = buffers;
    const { device } = this.#resources;
    return {
      inputs,
      buffers,
      owners: bindInOrder(this.#ownersPipeline, device, [params, logits, axes, owners]),
      transitions: { pipeline: this.#transitionsPipeline, sources: [params, owners], words },
    };
  }
}
