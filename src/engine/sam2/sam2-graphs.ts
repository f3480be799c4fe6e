import { invariant } from '../../core/assert.ts';
import type { BinaryMask } from '../../core/rle.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { Graph } from '../graph/graph.ts';
import type { GraphRuntime, ModelGraph } from '../graph-runtime.ts';
import { USUAL_BANK } from './bank-room.ts';
import type {
  CandidatesInput,
  EncodedPoints,
  EngineGraphs,
  ImageFeatures,
  MaskCandidates,
  MaskDecoderInput,
  MaskDecoderOutput,
  MemoryBankSelection,
  TrackedObject,
  TrackerConfig,
} from './engine-graphs.ts';
import { GraphChain } from './graph-chain.ts';
import { GraphConstants } from './graph-constants.ts';
import { GraphMemoryAttention } from './graph-memory-attention.ts';
import { KernelMemoryAttention } from './kernel-memory-attention.ts';
import { MASK_BIAS, MASK_SCALE } from './mask-as-output.ts';
import type { MemoryAttentionRunner } from './memory-attention-runner.ts';
import type { GraphName } from './model-graphs.ts';
import { MOST_TOGETHER } from './object-groups.ts';
import { ObjectTracking } from './object-tracking.ts';
import type { Sam2Model } from './sam2-model.ts';
import type { BankAttention } from './segmented-memory-attention.ts';
import { compileTogether } from './together-programs.ts';

/**
 * Graphs that the first click and the start of tracking run; the others are loaded when they are first
 * needed.
 */
const CORE_GRAPHS = ['imageEncoder', 'maskDecoder', 'memoryEncoder'] as const;
/** `sam2_base.py: _forward_sam_heads`: no prompt is one padding point at the origin. */
const NO_POINTS: EncodedPoints = {
  coordinates: new Float32Array(2),
  labels: Int32Array.of(-1),
};

const DECODER_OUTPUTS = [
  'lowResMaskLogits',
  'iouScores',
  'objectPointer',
  'objectScoreLogits',
] as const;

/** Masks 1 to 3 of the decoder, apart. */
const CANDIDATE_OUTPUTS = [
  'lowResMaskLogits1',
  'lowResMaskLogits2',
  'lowResMaskLogits3',
  'iouScores1',
  'iouScores2',
  'iouScores3',
] as const;

/** What the networks run on. */
export interface Sam2GraphsOptions {
  /** Has the model's weight files mounted; see `weight-plan.ts`. Stays the caller's. */
  readonly runtime: GraphRuntime;
  readonly model: Sam2Model;
  readonly checkpoint: Checkpoint;
  /**
   * Computes the attention to the memory bank between the segments of memory attention. Absent:
   * memory attention is one graph, which does it with a matrix of scores, in chunks.
   */
  readonly attendToBank?: BankAttention;
  /**
   * Objects that are computed together at most. Unless given `MOST_TOGETHER` where `attendToBank` is, and
   * 1 where it is not: there objects together take as long as one after another.
   */
  readonly objectsTogether?: number;
}

/**
 * SAM 2's networks on a runtime. To have one:
 *
 * ```ts
 * const model = buildSam2Model(checkpoint, imageSize);
 * // checkpoint.file as CHECKPOINT_LOCATION and prepareWeights(model.weights, checkpoint) as
 * // PREPARED_LOCATION are mounted in `runtime`
 * using graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
 * ```
 */
export class Sam2Graphs implements EngineGraphs {
  readonly config: TrackerConfig;
  readonly #runtime: GraphRuntime;
  readonly #model: Sam2Model;
  readonly #graphs = new Map<GraphName, ModelGraph>();
  readonly #constants: GraphConstants;
  readonly #attention: MemoryAttentionRunner;
  readonly #tracking: ObjectTracking;
  readonly #objectsTogether: number;

  private constructor({ runtime, model }: Sam2GraphsOptions, parts: Sam2Parts) {
    this.#runtime = runtime;
    this.#model = model;
    this.#constants = parts.constants;
    this.#attention = parts.attention;
    this.#tracking = parts.tracking;
    this.#objectsTogether = parts.objectsTogether;
    this.config = trackerConfig(model);
  }

  /** Loads the graphs of tracking. @throws StudioError as the runtime and the checkpoint do */
  static async load(options: Sam2GraphsOptions): Promise<Sam2Graphs> {
    const { runtime, model, attendToBank } = options;
    const { objectsTogether: most = attendToBank === undefined ? 1 : MOST_TOGETHER } = options;
    const owned: Disposable[] = [];
    const own = <T extends Disposable>(resource: T): T => {
      owned.push(resource);
      return resource;
    };
    try {
      const constants = own(await GraphConstants.upload(options));
      const attention = own(await loadMemoryAttention(options));
      const tracking = own(await ObjectTracking.load({ runtime, model, attention, most }));
      const graphs = new Sam2Graphs(options, {
        constants,
        attention,
        tracking,
        objectsTogether: most,
      });
      owned.splice(0, owned.length, graphs);
      for (const name of CORE_GRAPHS) await graphs.#graph(name);
      return graphs;
    } catch (error) {
      disposeAll(owned);
      throw error;
    }
  }

  async encodeImage(image: DeviceTensor): Promise<ImageFeatures> {
    const graph = await this.#graph('imageEncoder');
    const features = await graph.run({ image }, ['stride4', 'stride8', 'stride16']);
    return { ...features, [Symbol.dispose]: () => disposeAll(Object.values(features)) };
  }

  async attendMemory(features: ImageFeatures, bank: MemoryBankSelection): Promise<DeviceTensor> {
    using question = await this.#attention.ask(features.stride16);
    return await this.#attention.answer(question, [bank]);
  }

  trackObjects(
    features: ImageFeatures,
    banks: readonly MemoryBankSelection[],
  ): Promise<readonly TrackedObject[]> {
    return this.#tracking.track(features, banks);
  }

  /** Runs what several objects run beside what one does, see `compileTogether`. */
  async compileTogether(): Promise<void> {
    if (this.#objectsTogether === 1) return;
    await compileTogether(this.#runtime, this.#model, this.#objectsTogether);
  }

  async decodeMask(input: MaskDecoderInput): Promise<MaskDecoderOutput> {
    return ownedOutput(await this.#decodePrompt(input, DECODER_OUTPUTS));
  }

  async decodeCandidates(input: CandidatesInput): Promise<MaskCandidates> {
    const { objectScoreLogits, ...all } = await this.#decodePrompt(
      { ...input, isMultimask: true },
      ['allMaskLogits', 'allIouScores', 'objectScoreLogits'],
    );
    try {
      const graph = await this.#graph('maskCandidates');
      const parts = await graph.run(all, CANDIDATE_OUTPUTS);
      const candidates = [
        { lowResMaskLogits: parts.lowResMaskLogits1, iouScores: parts.iouScores1 },
        { lowResMaskLogits: parts.lowResMaskLogits2, iouScores: parts.iouScores2 },
        { lowResMaskLogits: parts.lowResMaskLogits3, iouScores: parts.iouScores3 },
      ];
      const dispose = () => disposeAll([...Object.values(parts), objectScoreLogits]);
      return { candidates, objectScoreLogits, [Symbol.dispose]: dispose };
    } catch (error) {
      objectScoreLogits[Symbol.dispose]();
      throw error;
    } finally {
      disposeAll(Object.values(all));
    }
  }

  async useMaskAsOutput(features: ImageFeatures, mask: BinaryMask): Promise<MaskDecoderOutput> {
    const { imageSize } = this.config;
    invariant(
      mask.width === imageSize && mask.height === imageSize,
      `a mask of ${mask.width} × ${mask.height} is not at the model's ${imageSize}`,
    );
    const pixels = Float32Array.from(mask.data, (value) => (value === 0 ? 0 : 1));
    const isVisible = pixels.includes(1);
    const graph = await this.#graph('maskAsOutput');
    using image = this.#float32([1, 1, imageSize, imageSize], pixels);
    const results = await graph.run({ mask: image }, ['lowResMaskLogits', 'densePrompt']);
    using densePrompt = results.densePrompt;
    // The pointer of an empty mask is `no_obj_ptr`, whatever the decoder would say.
    const objectPointer = isVisible
      ? await this.#pointerOf(features, densePrompt)
      : this.#float32([1, this.config.modelWidth], this.#constants.noObjectPointer);
    const score = MASK_SCALE * Number(isVisible) + MASK_BIAS;
    return ownedOutput({
      lowResMaskLogits: results.lowResMaskLogits,
      iouScores: this.#float32([1, 1], Float32Array.of(1)),
      objectPointer,
      objectScoreLogits: this.#float32([1, 1], Float32Array.of(score)),
    });
  }

  async encodeMemory(
    features: ImageFeatures,
    output: MaskDecoderOutput,
    options: { readonly isMaskFromPoints: boolean },
  ): Promise<DeviceTensor> {
    const { yes, no } = this.#constants;
    const graph = await this.#graph('memoryEncoder');
    const inputs = {
      stride16: features.stride16,
      lowResMaskLogits: output.lowResMaskLogits,
      objectScoreLogits: output.objectScoreLogits,
      isMaskFromPoints: options.isMaskFromPoints ? yes : no,
    };
    const { memory } = await graph.run(inputs, ['memory']);
    return memory;
  }

  [Symbol.dispose](): void {
    disposeAll([...this.#graphs.values(), this.#tracking, this.#attention, this.#constants]);
    this.#graphs.clear();
  }

  async #graph(name: GraphName): Promise<ModelGraph> {
    const loaded = this.#graphs.get(name);
    if (loaded !== undefined) return loaded;
    const graph = await this.#load(name);
    this.#graphs.set(name, graph);
    return graph;
  }

  /** Of these, every tracked frame runs the encoder only; a recorded graph keeps its buffers. */
  #load(name: GraphName): Promise<ModelGraph> {
    const [runtime, model] = [this.#runtime, this.#model];
    if (name !== 'imageEncoder') return runtime.load(name, model.encode(name));
    const encode = (part: Graph) => model.encode(part);
    return GraphChain.load(model.encoderParts, { runtime, encode, isSteady: true });
  }

  /** The caller disposes what it asks for. */
  async #decodePrompt<Name extends string>(
    input: MaskDecoderInput,
    outputs: readonly Name[],
  ): Promise<Record<Name, DeviceTensor>> {
    const { features, conditioned, points = NO_POINTS } = input;
    const { previousLogits, isMultimask, candidate } = input;
    const { noMaskPrompt, multimaskIndices, yes, no } = this.#constants;
    using ownPrompt =
      previousLogits === undefined ? undefined : await this.#embedLogits(previousLogits);
    return await this.#decode(
      {
        features: conditioned ?? features.stride16,
        stride4: features.stride4,
        stride8: features.stride8,
        densePrompt: ownPrompt ?? noMaskPrompt,
        isMultimask: isMultimask ? yes : no,
        multimaskIndex: candidate === undefined ? no : multimaskIndices[candidate],
        addsNoMemoryEmbedding: conditioned === undefined ? yes : no,
      },
      { points, outputs },
    );
  }

  async #embedLogits(previousLogits: DeviceTensor): Promise<DeviceTensor> {
    const graph = await this.#graph('maskPromptEncoder');
    const { densePrompt } = await graph.run({ previousLogits }, ['densePrompt']);
    return densePrompt;
  }

  /** The pointer that the decoder gives a mask prompt, on features without `no_mem_embed`. */
  async #pointerOf(features: ImageFeatures, densePrompt: DeviceTensor): Promise<DeviceTensor> {
    const { no } = this.#constants;
    const { stride4, stride8, stride16 } = features;
    const flags = { isMultimask: no, multimaskIndex: no, addsNoMemoryEmbedding: no };
    const { objectPointer } = await this.#decode(
      { features: stride16, stride4, stride8, densePrompt, ...flags },
      { points: NO_POINTS, outputs: ['objectPointer'] },
    );
    return objectPointer;
  }

  async #decode<Name extends string>(
    inputs: Readonly<Record<string, DeviceTensor>>,
    options: { readonly points: EncodedPoints; readonly outputs: readonly Name[] },
  ): Promise<Record<Name, DeviceTensor>> {
    const { coordinates, labels: pointLabels } = options.points;
    const graph = await this.#graph('maskDecoder');
    using points = this.#float32([pointLabels.length, 2], coordinates);
    using labels = this.#int32(pointLabels);
    return await graph.run({ ...inputs, points, labels }, options.outputs);
  }

  #float32(dims: readonly number[], data: Float32Array): DeviceTensor {
    return this.#runtime.tensor(dims, { dtype: 'float32', data });
  }

  #int32(data: Int32Array): DeviceTensor {
    return this.#runtime.tensor([data.length], { dtype: 'int32', data });
  }
}

/** What `Sam2Graphs` takes over. */
interface Sam2Parts {
  readonly constants: GraphConstants;
  readonly attention: MemoryAttentionRunner;
  readonly tracking: ObjectTracking;
  readonly objectsTogether: number;
}

function trackerConfig({ imageSize, config }: Sam2Model): TrackerConfig {
  return {
    imageSize,
    modelWidth: config.width,
    numMaskMemories: USUAL_BANK.memories,
    maxObjectPointers: USUAL_BANK.pointers,
    hasPointerTemporalPositions: config.version === '2.1',
  };
}

async function loadMemoryAttention(options: Sam2GraphsOptions): Promise<MemoryAttentionRunner> {
  const { runtime, model, attendToBank } = options;
  const config = trackerConfig(model);
  return attendToBank === undefined
    ? await GraphMemoryAttention.load({ runtime, model, config })
    : await KernelMemoryAttention.load({ runtime, model, config, attendToBank });
}

function ownedOutput(tensors: Omit<MaskDecoderOutput, typeof Symbol.dispose>): MaskDecoderOutput {
  return { ...tensors, [Symbol.dispose]: () => disposeAll(Object.values(tensors)) };
}

function disposeAll(resources: readonly Disposable[]): void {
  for (const resource of resources) resource[Symbol.dispose]();
}
