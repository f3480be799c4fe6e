import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import type { Graph } from '../../src/engine/graph/graph.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import type { EncodedPoints, ImageFeatures } from '../../src/engine/sam2/engine-graphs.ts';
import type { GraphName } from '../../src/engine/sam2/model-graphs.ts';
import { sinePositionTable } from '../../src/engine/sam2/position-encoding.ts';
import type { Sam2Graphs } from '../../src/engine/sam2/sam2-graphs.ts';
import type { Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import {
  type BankAttention,
  SegmentedMemoryAttention,
} from '../../src/engine/sam2/segmented-memory-attention.ts';
import {
  channelsFirst,
  goldenError,
  goldenInput,
  goldenMask,
  type DecoderCase,
  type GoldenTensor,
  type Sam2Golden,
} from './golden-values.ts';
import {
  enlargedLogits,
  memoryAttentionOnTokens,
  memoryAttentionSegmentsOnTokens,
  memoryEncoderAtFullSize,
} from './network-variants.ts';

/** What the networks of a golden run on; the tensors may lie anywhere. */
export interface NetworkBench {
  readonly golden: Sam2Golden;
  readonly checkpoint: Checkpoint;
  readonly model: Sam2Model;
  readonly runtime: GraphRuntime;
  readonly graphs: Sam2Graphs;
  /** Attends to the bank between segments of memory attention, as in `graphs`; absent: the whole graph. */
  readonly attendToBank?: BankAttention;
  /** The numbers of a float32 tensor. */
  readonly read: (tensor: DeviceTensor) => Promise<Float32Array>;
}

/** One thing that a golden says of the networks. */
export interface NetworkSection {
  readonly network:
    | 'image encoder'
    | 'mask decoder'
    | 'mask decoder, all masks'
    | 'mask as output'
    | 'memory encoder'
    | 'memory attention';
  /** Name of the golden's case; '' for the image encoder. */
  readonly key: string;
}

/** As a test's name: `mask decoder: box`. */
export function sectionName({ network, key }: NetworkSection): string {
  return key === '' ? network : `${network}: ${key}`;
}

/** How far one output is off, as a share of the golden's largest magnitude. */
export interface StageError {
  readonly stage: string;
  readonly error: number;
}

/** Everything that a golden says of the networks, in the order of a frame. */
export function networkSections(golden: Sam2Golden): readonly NetworkSection[] {
  const decoder = Object.entries(golden.mask_decoder.cases).flatMap(
    ([key, value]): NetworkSection[] => {
      if (!('prompt' in value)) return [{ network: 'mask as output', key }];
      const sections: NetworkSection[] = [{ network: 'mask decoder', key }];
      if (value.prompt.multimask) sections.push({ network: 'mask decoder, all masks', key });
      return sections;
    },
  );
  const keys = (network: NetworkSection['network'], cases: object): NetworkSection[] =>
    Object.keys(cases).map((key) => ({ network, key }));
  return [
    { network: 'image encoder', key: '' },
    ...decoder,
    ...keys('memory encoder', golden.memory_encoder.cases),
    ...keys('memory attention', golden.memory_attention.cases),
  ];
}

/**
 * SAM 2's networks on a golden's inputs, each compared with what the reference gave. The image is
 * encoded once for all sections.
 */
export class GoldenNetworks implements Disposable {
  readonly #bench: NetworkBench;
  readonly #features: ImageFeatures;

  private constructor(bench: NetworkBench, features: ImageFeatures) {
    this.#bench = bench;
    this.#features = features;
  }

  /** @param bench stays the caller's */
  static async open(bench: NetworkBench): Promise<GoldenNetworks> {
    const { input } = bench.golden.image_encoder;
    using image = bench.runtime.tensor(input.shape, {
      dtype: 'float32',
      data: goldenInput(input),
    });
    return new GoldenNetworks(bench, await bench.graphs.encodeImage(image));
  }

  /** The error of each output of a section. */
  async errors({ network, key }: NetworkSection): Promise<readonly StageError[]> {
    switch (network) {
      case 'image encoder':
        return await this.#imageEncoder();
      case 'mask decoder':
        return await this.#maskDecoder(key);
      case 'mask decoder, all masks':
        return await this.#allMasks(key);
      case 'mask as output':
        return await this.#maskAsOutput();
      case 'memory encoder':
        return await this.#memoryEncoder(key);
      case 'memory attention':
        return await this.#memoryAttention(key);
    }
  }

  [Symbol.dispose](): void {
    this.#features[Symbol.dispose]();
  }

  async #imageEncoder(): Promise<StageError[]> {
    const { golden, read } = this.#bench;
    const errors: StageError[] = [];
    for (const stage of ['stride4', 'stride8', 'stride16'] as const) {
      const tokens = this.#features[stage];
      const actual = channelsFirst(await read(tokens), tokens.dims[1] ?? 0);
      errors.push(compare(`image_encoder ${stage}`, actual, golden.image_encoder[stage]));
    }
    const table = sinePositionTable(golden.image_size / 16, golden.d_model);
    const position = channelsFirst(table, golden.d_model);
    return [
      ...errors,
      compare('image_encoder position16', position, golden.image_encoder.position16),
    ];
  }

  async #maskDecoder(key: string): Promise<StageError[]> {
    const { golden, graphs, model, read } = this.#bench;
    const expected = decoderCase(golden, key);
    const { prompt } = expected;
    const points = encodedPoints(prompt);
    const { mask_input: maskInput } = golden.mask_decoder;
    using logits = this.#float32(maskInput.shape, goldenInput(maskInput));
    using output = await graphs.decodeMask({
      features: this.#features,
      ...(points === undefined ? {} : { points }),
      ...(prompt.mask === true ? { previousLogits: logits } : {}),
      isMultimask: prompt.multimask,
    });
    const { lowResMaskLogits: lowRes, objectPointer, objectScoreLogits, iouScores } = output;
    const stage = (part: string) => `mask_decoder ${key} ${part}`;
    const enlarged = await this.#runVariant(enlargedLogits(model), { lowRes }, 'logits');
    const score = await read(objectScoreLogits);
    const errors = [
      compare(stage('low_res_masks'), await read(lowRes), expected.low_res_masks),
      compare(stage('high_res_masks'), enlarged, expected.high_res_masks),
      compare(stage('object_pointer'), await read(objectPointer), expected.object_pointer),
      compare(stage('object_score_logits'), score, expected.object_score_logits),
    ];
    if (prompt.multimask) return errors;
    return [...errors, compare(stage('ious'), await read(iouScores), expected.ious)];
  }

  /** The decoder's outputs for all its mask tokens. */
  async #allMasks(key: string): Promise<StageError[]> {
    const { golden, model, runtime, read } = this.#bench;
    const expected = decoderCase(golden, key);
    const points = encodedPoints(expected.prompt) ?? NO_POINTS;
    const graphName: GraphName = 'maskDecoder';
    using decoder = await runtime.load(`${graphName}ForAllMasks`, model.encode(graphName));
    using prompts = this.#owned({
      densePrompt: await this.#noMaskPrompt(),
      points: this.#float32([points.labels.length, 2], points.coordinates),
      labels: runtime.tensor([points.labels.length], { dtype: 'int32', data: points.labels }),
      isMultimask: this.#int32(1),
      multimaskIndex: this.#int32(0),
      addsNoMemoryEmbedding: this.#int32(1),
    });
    const { stride4, stride8, stride16 } = this.#features;
    const inputs = { features: stride16, stride4, stride8, ...prompts.tensors };
    const outputs = await decoder.run(inputs, ['allMaskLogits', 'allIouScores']);
    using allMaskLogits = outputs.allMaskLogits;
    using allIouScores = outputs.allIouScores;
    const masks = (await read(allMaskLogits)).subarray((golden.image_size / 4) ** 2);
    const ious = (await read(allIouScores)).subarray(1);
    return [
      compare(`mask_decoder ${key} multimasks`, masks, expected.low_res_multimasks),
      compare(`mask_decoder ${key} ious`, ious, expected.ious),
    ];
  }

  async #noMaskPrompt(): Promise<DeviceTensor> {
    const { dims } = this.#features.stride16;
    const noMask = await this.#bench.checkpoint.readFloat32(
      'sam_prompt_encoder.no_mask_embed.weight',
    );
    const data = new Float32Array((dims[0] ?? 0) * noMask.length);
    return this.#float32(
      dims,
      data.map((_, i) => noMask[i % noMask.length] ?? 0),
    );
  }

  async #maskAsOutput(): Promise<StageError[]> {
    const { golden, graphs, read } = this.#bench;
    const { image_size: size } = golden;
    const expected = golden.mask_decoder.cases.mask_as_output;
    // The goldens give this function features with `no_mem_embed`; tracking gives it none.
    using stride16 = await this.#withNoMemoryEmbedding(this.#features.stride16);
    const mask = { width: size, height: size, data: goldenMask(expected.mask, size) };
    using output = await graphs.useMaskAsOutput({ ...this.#features, stride16 }, mask);
    const { lowResMaskLogits, objectPointer, objectScoreLogits, iouScores } = output;
    const stage = (part: string) => `mask_as_output ${part}`;
    const score = await read(objectScoreLogits);
    const [iou = NaN] = await read(iouScores);
    return [
      compare(stage('low_res_masks'), await read(lowResMaskLogits), expected.low_res_masks),
      compare(stage('object_pointer'), await read(objectPointer), expected.object_pointer),
      compare(stage('object_score_logits'), score, expected.object_score_logits),
      // The reference's is 1, by definition.
      { stage: stage('iou'), error: Math.abs(iou - 1) },
    ];
  }

  async #withNoMemoryEmbedding(tokens: DeviceTensor): Promise<DeviceTensor> {
    const { checkpoint, read } = this.#bench;
    const embedding = await checkpoint.readFloat32('no_mem_embed');
    const add = (value: number, i: number) => value + (embedding[i % embedding.length] ?? 0);
    return this.#float32(tokens.dims, (await read(tokens)).map(add));
  }

  async #memoryEncoder(key: string): Promise<StageError[]> {
    const { golden, model } = this.#bench;
    const expected = golden.memory_encoder.cases[key];
    if (expected === undefined) throw new Error(`the golden has no memory encoder case ${key}`);
    const { input } = golden.memory_encoder;
    using inputs = this.#owned({
      maskLogits: this.#float32(input.shape, goldenInput(input)),
      objectScoreLogits: this.#float32([1, 1], Float32Array.of(expected.object_score)),
      isMaskFromPoints: this.#int32(expected.mask_from_points ? 1 : 0),
    });
    const tokens = await this.#runVariant(
      memoryEncoderAtFullSize(model),
      { stride16: this.#features.stride16, ...inputs.tensors },
      'memory',
    );
    const width = golden.mem_dim;
    const table = sinePositionTable(golden.image_size / 16, width);
    const stage = (part: string) => `memory_encoder ${key} ${part}`;
    return [
      compare(stage('features'), channelsFirst(tokens, width), expected.features),
      compare(stage('position'), channelsFirst(table, width), expected.position),
    ];
  }

  async #memoryAttention(key: string): Promise<StageError[]> {
    const { golden } = this.#bench;
    const { memory, memory_pos: memoryPosition, current, cases } = golden.memory_attention;
    const expected = cases[key];
    if (expected === undefined) throw new Error(`the golden has no memory attention case ${key}`);
    const frames = String(Number.parseInt(key, 10));
    const width = golden.mem_dim;
    const [tokens, pointers] = [expected.memory_tokens, expected.pointer_tokens];
    const bank = (pattern: string) => {
      const shape = [tokens, 1, width];
      const data = goldenInput({ name: pattern.replace('<frames>', frames), shape });
      const split = (tokens - pointers) * width;
      return [
        this.#float32([tokens - pointers, width], data.slice(0, split)),
        this.#float32([pointers, width], data.slice(split)),
      ] as const;
    };
    const [memories, pointerTokens] = bank(memory);
    const [memoriesPosition, pointersPosition] = bank(memoryPosition);
    using inputs = this.#owned({
      stride16: this.#float32(this.#features.stride16.dims, goldenInput(current)),
      memories,
      memoriesPosition,
      pointers: pointerTokens,
      pointersPosition,
    });
    const output = await this.#attendToTokens(inputs.tensors);
    return [compare(`memory_attention ${key}`, output, expected.output)];
  }

  async #attendToTokens(inputs: Readonly<Record<string, DeviceTensor>>): Promise<Float32Array> {
    const { model, runtime, attendToBank, read } = this.#bench;
    if (attendToBank === undefined) {
      return await this.#runVariant(memoryAttentionOnTokens(model), inputs, 'conditioned');
    }
    const segments = memoryAttentionSegmentsOnTokens(model);
    using attention = await SegmentedMemoryAttention.load({
      runtime,
      segments,
      layersOf: () => segments.layers.slice(1),
      encode: (graph) => model.encode(graph),
      attendToBank,
    });
    const [memories = 0, pointers = 0] = [inputs['memories'], inputs['pointers']].map(
      (tensor) => tensor?.dims[0],
    );
    const rows = { memories, pointersFrom: memories, pointers };
    const { stride16, ...tensors } = inputs;
    if (stride16 === undefined) throw new Error('there is a frame');
    using question = await attention.ask(stride16);
    using conditioned = await attention.answer(question, [{ tensors, rows }]);
    return await read(conditioned);
  }

  async #runVariant(
    graph: Graph,
    inputs: Readonly<Record<string, DeviceTensor>>,
    output: string,
  ): Promise<Float32Array> {
    const { model, runtime, read } = this.#bench;
    const bytes = encodeModel(graph, (initializer) => model.weights.placeOf(initializer));
    using loaded = await runtime.load(graph.name, bytes);
    const results = await loaded.run(inputs, [output]);
    using result = results[output];
    if (result === undefined) throw new Error(`the graph gave no ${output}`);
    return await read(result);
  }

  #float32(dims: readonly number[], data: Float32Array): DeviceTensor {
    return this.#bench.runtime.tensor(dims, { dtype: 'float32', data });
  }

  #int32(value: number): DeviceTensor {
    return this.#bench.runtime.tensor([1], { dtype: 'int32', data: Int32Array.of(value) });
  }

  #owned<T extends Readonly<Record<string, DeviceTensor>>>(
    tensors: T,
  ): Disposable & { readonly tensors: T } {
    const dispose = () => {
      for (const tensor of Object.values(tensors)) tensor[Symbol.dispose]();
    };
    return { tensors, [Symbol.dispose]: dispose };
  }
}

const NO_POINTS: EncodedPoints = { coordinates: new Float32Array(2), labels: Int32Array.of(-1) };

function compare(stage: string, actual: Float32Array, expected: GoldenTensor): StageError {
  return { stage, error: goldenError(actual, expected) };
}

function decoderCase(golden: Sam2Golden, key: string): DecoderCase {
  const found = golden.mask_decoder.cases[key];
  if (found === undefined || !('prompt' in found)) {
    throw new Error(`the golden has no mask decoder case ${key}`);
  }
  return found;
}

function encodedPoints({ points, labels }: DecoderCase['prompt']): EncodedPoints | undefined {
  if (points === null || labels === null) return undefined;
  return { coordinates: Float32Array.from(points.flat(2)), labels: Int32Array.from(labels.flat()) };
}
