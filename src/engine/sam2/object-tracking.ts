import { invariant } from '../../core/assert.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime, ModelGraph } from '../graph-runtime.ts';
import type {
  ImageFeatures,
  MaskDecoderOutput,
  MemoryBankSelection,
  TrackedObject,
} from './engine-graphs.ts';
import type { FrameQuestion, MemoryAttentionRunner } from './memory-attention-runner.ts';
import { groupSizes } from './object-groups.ts';
import type { Sam2Model } from './sam2-model.ts';

/** What objects are tracked with; none of it is an `ObjectTracking`'s own. */
export interface ObjectTrackingOptions {
  readonly runtime: GraphRuntime;
  readonly model: Pick<Sam2Model, 'encode' | 'objectGraphs'>;
  readonly attention: MemoryAttentionRunner;
  /** Objects that are computed together at most. */
  readonly most: number;
}

/** The decoder and the memory encoder for one number of objects. */
interface ObjectNetworks {
  readonly maskDecoder: ModelGraph;
  readonly memoryEncoder: ModelGraph;
}

interface ObjectGroup {
  readonly features: ImageFeatures;
  readonly question: FrameQuestion;
  readonly banks: readonly MemoryBankSelection[];
}

const DECODER_OUTPUTS = [
  'lowResMaskLogits',
  'iouScores',
  'objectPointer',
  'objectScoreLogits',
] as const;

/** Sizes of groups, besides 1, whose graphs are held: a full one's and the remainder's. */
const MOST_SIZES = 2;

/**
 * Tracks the objects of a frame in groups. The graphs for one object are loaded at once, those for
 * more when there first are so many: a click on a second object does not wait for them. Where the
 * number of objects changes, those that were used least recently are let go of.
 */
export class ObjectTracking implements Disposable {
  readonly #options: ObjectTrackingOptions;
  /** By the size of the group, least recently used first. */
  readonly #loaded = new Map<number, ObjectNetworks>();

  private constructor(options: ObjectTrackingOptions) {
    this.#options = options;
  }

  /** @throws StudioError as the runtime does */
  static async load(options: ObjectTrackingOptions): Promise<ObjectTracking> {
    const tracking = new ObjectTracking(options);
    await tracking.#networks(1);
    return tracking;
  }

  /** As `EngineGraphs.trackObjects`. */
  async track(
    features: ImageFeatures,
    banks: readonly MemoryBankSelection[],
  ): Promise<readonly TrackedObject[]> {
    const { attention, most } = this.#options;
    using question = await attention.ask(features.stride16);
    const tracked: TrackedObject[] = [];
    try {
      for (const size of groupSizes(banks.length, most)) {
        const group = banks.slice(tracked.length, tracked.length + size);
        tracked.push(...(await this.#trackGroup({ features, question, banks: group })));
      }
      return tracked;
    } catch (error) {
      for (const { output, memory } of tracked) {
        output[Symbol.dispose]();
        memory[Symbol.dispose]();
      }
      throw error;
    }
  }

  [Symbol.dispose](): void {
    for (const networks of this.#loaded.values()) disposeAll(Object.values({ ...networks }));
    this.#loaded.clear();
  }

  async #trackGroup({ features, question, banks }: ObjectGroup): Promise<TrackedObject[]> {
    const { attention, runtime } = this.#options;
    const { maskDecoder, memoryEncoder } = await this.#networks(banks.length);
    const { stride4, stride8, stride16 } = features;
    using conditioned = await attention.answer(question, banks);
    const decoded = await maskDecoder.run({ conditioned, stride4, stride8 }, DECODER_OUTPUTS);
    let memory: DeviceTensor;
    try {
      const { lowResMaskLogits, objectScoreLogits } = decoded;
      const inputs = { stride16, lowResMaskLogits, objectScoreLogits };
      ({ memory } = await memoryEncoder.run(inputs, ['memory']));
    } catch (error) {
      disposeAll(Object.values(decoded));
      throw error;
    }
    const together = { ...decoded, memory };
    if (banks.length === 1) return [trackedObject(together)];
    try {
      return apart(runtime, together, banks.length);
    } finally {
      disposeAll(Object.values(together));
    }
  }

  async #networks(objects: number): Promise<ObjectNetworks> {
    const networks = this.#loaded.get(objects) ?? (await this.#load(objects));
    this.#loaded.delete(objects);
    this.#loaded.set(objects, networks);
    return networks;
  }

  async #load(objects: number): Promise<ObjectNetworks> {
    this.#makeRoom();
    const { runtime, model } = this.#options;
    const graphs = model.objectGraphs(objects);
    const load = (graph: typeof graphs.maskDecoder) =>
      runtime.load(graph.name, model.encode(graph), { isSteady: true });
    const maskDecoder = await load(graphs.maskDecoder);
    try {
      return { maskDecoder, memoryEncoder: await load(graphs.memoryEncoder) };
    } catch (error) {
      maskDecoder[Symbol.dispose]();
      throw error;
    }
  }

  #makeRoom(): void {
    const sizes = [...this.#loaded.keys()].filter((size) => size > 1);
    const [oldest] = sizes;
    if (oldest === undefined || sizes.length < MOST_SIZES) return;
    disposeAll(Object.values({ ...this.#loaded.get(oldest) }));
    this.#loaded.delete(oldest);
    this.#options.attention.forget(oldest);
  }
}

type ObjectTensors = Omit<MaskDecoderOutput, typeof Symbol.dispose> & {
  readonly memory: DeviceTensor;
};

/** Each object's part of the tensors in tensors of its own, since objects are let go of one by one. */
function apart(runtime: GraphRuntime, together: ObjectTensors, objects: number): TrackedObject[] {
  const parts = {
    lowResMaskLogits: runtime.split(together.lowResMaskLogits, objects),
    iouScores: runtime.split(together.iouScores, objects),
    objectPointer: runtime.split(together.objectPointer, objects),
    objectScoreLogits: runtime.split(together.objectScoreLogits, objects),
    memory: runtime.split(together.memory, objects),
  };
  return parts.memory.map((memory, object) =>
    trackedObject({
      lowResMaskLogits: partOf(parts.lowResMaskLogits, object),
      iouScores: partOf(parts.iouScores, object),
      objectPointer: partOf(parts.objectPointer, object),
      objectScoreLogits: partOf(parts.objectScoreLogits, object),
      memory,
    }),
  );
}

function partOf(parts: readonly DeviceTensor[], object: number): DeviceTensor {
  const part = parts[object];
  invariant(part !== undefined, 'every object has its part');
  return part;
}

function trackedObject({ memory, ...decoded }: ObjectTensors): TrackedObject {
  const dispose = () => disposeAll(Object.values(decoded));
  return { output: { ...decoded, [Symbol.dispose]: dispose }, memory };
}

function disposeAll(tensors: readonly Disposable[]): void {
  for (const tensor of tensors) tensor[Symbol.dispose]();
}
