import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Checkpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../../../src/engine/device-tensor.ts';
import { encodeModel } from '../../../src/engine/graph/encode-model.ts';
import type { Graph } from '../../../src/engine/graph/graph.ts';
import type { EncodedPoints, ImageFeatures } from '../../../src/engine/sam2/engine-graphs.ts';
import type { GraphName } from '../../../src/engine/sam2/model-graphs.ts';
import { sinePositionTable } from '../../../src/engine/sam2/position-encoding.ts';
import { Sam2Graphs } from '../../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../../../src/engine/sam2/sam2-model.ts';
import { deterministicCheckpoint } from '../../helpers/deterministic-weights.ts';
import { NodeGraphRuntime, readFloat32 } from '../../helpers/onnx-node.ts';
import {
  channelsFirst,
  type DecoderCase,
  goldenError,
  goldenInput,
  goldenMask,
  goldenNames,
  type GoldenTensor,
  readGolden,
  readStateDict,
} from '../../helpers/sam2-goldens.ts';
import { enlargedLogits, memoryAttentionOnTokens, memoryEncoderAtFullSize } from './variants.ts';

/** Share of the golden's largest magnitude; fp32. */
const TOLERANCE = 2e-3;
/** The large model's weights are 900 MB to make and to write. */
const SETUP_TIMEOUT_MS = 300_000;

const names = goldenNames();
test.skipIf(names.length > 0)('there are no goldens', () => {});

describe.each(names)('%s', (name) => {
  const golden = readGolden(name);
  const size = golden.image_size;
  let checkpoint: Checkpoint;
  let model: Sam2Model;
  let runtime: NodeGraphRuntime;
  let graphs: Sam2Graphs;
  let features: ImageFeatures;

  const opened: (() => unknown)[] = [];

  beforeAll(async () => {
    checkpoint = deterministicCheckpoint(readStateDict(golden.model), golden.weights.suffix);
    model = buildSam2Model(checkpoint, size);
    runtime = await NodeGraphRuntime.create();
    opened.push(() => runtime[Symbol.asyncDispose]());
    await runtime.mount(model.weights, checkpoint);
    graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
    opened.push(() => graphs[Symbol.dispose]());
    const { input } = golden.image_encoder;
    features = await graphs.encodeImage(float32(input.shape, goldenInput(input)));
  }, SETUP_TIMEOUT_MS);
  afterAll(async () => {
    for (const close of opened.toReversed()) await close();
  });

  function float32(dims: readonly number[], data: Float32Array): DeviceTensor {
    return runtime.tensor(dims, { dtype: 'float32', data });
  }

  function int32(value: number): DeviceTensor {
    return runtime.tensor([1], { dtype: 'int32', data: Int32Array.of(value) });
  }

  async function runVariant(graph: Graph, inputs: Record<string, DeviceTensor>, output: string) {
    const bytes = encodeModel(graph, (initializer) => model.weights.placeOf(initializer));
    using loaded = await runtime.load(graph.name, bytes);
    const results = await loaded.run(inputs, [output]);
    return readFloat32(results[output] ?? expect.fail(`no ${output}`));
  }

  function expectGolden(stage: string, actual: Float32Array, expected: GoldenTensor) {
    const error = goldenError(actual, expected);
    process.stdout.write(`${name.padEnd(14)} ${stage.padEnd(46)} ${error.toExponential(2)}\n`);
    expect(error, stage).toBeLessThanOrEqual(TOLERANCE);
  }

  test('image encoder', () => {
    for (const stage of ['stride4', 'stride8', 'stride16'] as const) {
      const tokens = features[stage];
      const actual = channelsFirst(readFloat32(tokens), tokens.dims[1] ?? 0);
      expectGolden(`image_encoder ${stage}`, actual, golden.image_encoder[stage]);
    }
    const table = sinePositionTable(size / 16, golden.d_model);
    const position = channelsFirst(table, golden.d_model);
    expectGolden('image_encoder position16', position, golden.image_encoder.position16);
  });

  const decoderCases = Object.entries(golden.mask_decoder.cases).flatMap(([key, value]) =>
    'prompt' in value ? [[key, value] as const] : [],
  );

  test.each(decoderCases)('mask decoder: %s', async (key, expected) => {
    const { prompt } = expected;
    const points = encodedPoints(prompt);
    const { mask_input: maskInput } = golden.mask_decoder;
    const logits = float32(maskInput.shape, goldenInput(maskInput));
    using output = await graphs.decodeMask({
      features,
      ...(points === undefined ? {} : { points }),
      ...(prompt.mask === true ? { previousLogits: logits } : {}),
      isMultimask: prompt.multimask,
    });
    const stage = (part: string) => `mask_decoder ${key} ${part}`;
    const lowRes = output.lowResMaskLogits;
    expectGolden(stage('low_res_masks'), readFloat32(lowRes), expected.low_res_masks);
    const enlarged = await runVariant(enlargedLogits(model), { lowRes }, 'logits');
    expectGolden(stage('high_res_masks'), enlarged, expected.high_res_masks);
    const { objectPointer, objectScoreLogits } = output;
    expectGolden(stage('object_pointer'), readFloat32(objectPointer), expected.object_pointer);
    const score = readFloat32(objectScoreLogits);
    expectGolden(stage('object_score_logits'), score, expected.object_score_logits);
    if (!prompt.multimask) {
      expectGolden(stage('ious'), readFloat32(output.iouScores), expected.ious);
    }
  });

  test.each(decoderCases.filter(([, { prompt }]) => prompt.multimask))(
    'mask decoder, all masks: %s',
    async (key, expected) => {
      const { allMaskLogits, allIouScores } = await decodeAll(encodedPoints(expected.prompt));
      const masks = readFloat32(allMaskLogits).subarray((size / 4) ** 2);
      expectGolden(`mask_decoder ${key} multimasks`, masks, expected.low_res_multimasks);
      const ious = readFloat32(allIouScores).subarray(1);
      expectGolden(`mask_decoder ${key} ious`, ious, expected.ious);
    },
  );

  /** The decoder's outputs for all its mask tokens. */
  async function decodeAll(points: EncodedPoints = NO_POINTS) {
    const graphName: GraphName = 'maskDecoder';
    using decoder = await runtime.load(`${graphName}ForAllMasks`, model.encode(graphName));
    const noMask = await checkpoint.readFloat32('sam_prompt_encoder.no_mask_embed.weight');
    const { dims } = features.stride16;
    const densePrompt = new Float32Array((dims[0] ?? 0) * noMask.length);
    const inputs = {
      features: features.stride16,
      stride4: features.stride4,
      stride8: features.stride8,
      densePrompt: float32(
        dims,
        densePrompt.map((_, i) => noMask[i % noMask.length] ?? 0),
      ),
      points: float32([points.labels.length, 2], points.coordinates),
      labels: runtime.tensor([points.labels.length], { dtype: 'int32', data: points.labels }),
      isMultimask: int32(1),
      addsNoMemoryEmbedding: int32(1),
    };
    return await decoder.run(inputs, ['allMaskLogits', 'allIouScores']);
  }

  test('mask as output', async () => {
    const expected = golden.mask_decoder.cases.mask_as_output;
    const data = goldenMask(expected.mask, size);
    // The goldens give this function features with `no_mem_embed`; tracking gives it none.
    const stride16 = await withNoMemoryEmbedding(features.stride16);
    const mask = { width: size, height: size, data };
    using output = await graphs.useMaskAsOutput({ ...features, stride16 }, mask);
    const stage = (part: string) => `mask_as_output ${part}`;
    const { lowResMaskLogits, objectPointer, objectScoreLogits } = output;
    expectGolden(stage('low_res_masks'), readFloat32(lowResMaskLogits), expected.low_res_masks);
    expectGolden(stage('object_pointer'), readFloat32(objectPointer), expected.object_pointer);
    const score = readFloat32(objectScoreLogits);
    expectGolden(stage('object_score_logits'), score, expected.object_score_logits);
    expect(readFloat32(output.iouScores)).toEqual(Float32Array.of(1));
  });

  async function withNoMemoryEmbedding(tokens: DeviceTensor): Promise<DeviceTensor> {
    const embedding = await checkpoint.readFloat32('no_mem_embed');
    const add = (value: number, i: number) => value + (embedding[i % embedding.length] ?? 0);
    return float32(tokens.dims, readFloat32(tokens).map(add));
  }

  test.each(Object.entries(golden.memory_encoder.cases))(
    'memory encoder: %s',
    async (key, expected) => {
      const { input } = golden.memory_encoder;
      const inputs = {
        stride16: features.stride16,
        maskLogits: float32(input.shape, goldenInput(input)),
        objectScoreLogits: float32([1, 1], Float32Array.of(expected.object_score)),
        isMaskFromPoints: int32(expected.mask_from_points ? 1 : 0),
      };
      const tokens = await runVariant(memoryEncoderAtFullSize(model), inputs, 'memory');
      const memory = channelsFirst(tokens, golden.mem_dim);
      expectGolden(`memory_encoder ${key} features`, memory, expected.features);
      const table = sinePositionTable(size / 16, golden.mem_dim);
      const position = channelsFirst(table, golden.mem_dim);
      expectGolden(`memory_encoder ${key} position`, position, expected.position);
    },
  );

  test.each(Object.entries(golden.memory_attention.cases))(
    'memory attention: %s',
    async (key, expected) => {
      const { memory, memory_pos: memoryPosition, current } = golden.memory_attention;
      const frames = String(Number.parseInt(key, 10));
      const width = golden.mem_dim;
      const [tokens, pointers] = [expected.memory_tokens, expected.pointer_tokens];
      const bank = (pattern: string) => {
        const shape = [tokens, 1, width];
        const data = goldenInput({ name: pattern.replace('<frames>', frames), shape });
        const split = (tokens - pointers) * width;
        return [
          float32([tokens - pointers, width], data.slice(0, split)),
          float32([pointers, width], data.slice(split)),
        ] as const;
      };
      const [memories, pointerTokens] = bank(memory);
      const [memoriesPosition, pointersPosition] = bank(memoryPosition);
      const inputs = {
        stride16: float32(features.stride16.dims, goldenInput(current)),
        memories,
        memoriesPosition,
        pointers: pointerTokens,
        pointersPosition,
      };
      const output = await runVariant(memoryAttentionOnTokens(model), inputs, 'conditioned');
      expectGolden(`memory_attention ${key}`, output, expected.output);
    },
  );
});

const NO_POINTS: EncodedPoints = { coordinates: new Float32Array(2), labels: Int32Array.of(-1) };

function encodedPoints({ points, labels }: DecoderCase['prompt']): EncodedPoints | undefined {
  if (points === null || labels === null) return undefined;
  return { coordinates: Float32Array.from(points.flat(2)), labels: Int32Array.from(labels.flat()) };
}
