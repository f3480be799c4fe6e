import { invariant } from '../../core/assert.ts';
import { frameIndex } from '../../core/ids.ts';
import type { Precision } from '../../protocol/device.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import { normalizationTable, normalizePixels } from '../kernels/preprocess/normalization.ts';
import type { EngineGraphs, ImageFeatures } from '../sam2/engine-graphs.ts';
import { buildSam2Model, type Sam2Model } from '../sam2/sam2-model.ts';
import { Sam2Graphs } from '../sam2/sam2-graphs.ts';
import type { BankAttention } from '../sam2/segmented-memory-attention.ts';
import type { ReadableRuntime } from '../self-test/device-check.ts';
import { namedValues } from '../self-test/named-values.ts';
import { rmsDeviation } from './rms-deviation.ts';

/** Attends to the bank in a graph's place. */
interface Attending extends Disposable {
  attend: BankAttention;
}

/** What `halfDeviation` measures. */
export interface HalfDeviationOptions<Runtime extends ReadableRuntime & Disposable> {
  readonly checkpoint: Checkpoint;
  /** S */
  readonly imageSize: number;
  /** A runtime with the model's weights mounted; disposed by the measurement. */
  readonly openRuntime: (model: Sam2Model) => Promise<Runtime>;
  /** The kernel that attends to the bank where one does; disposed by the measurement. */
  readonly openAttention?: (runtime: Runtime, model: Sam2Model) => Promise<Attending | undefined>;
}

/**
 * How far a checkpoint's features in float16 are from those in float32 on a device: of the image
 * encoder at each stride and of memory attention after it, the largest rms of the difference as a share
 * of the features' own; NaN where one is no number. One precision is on the device at a time.
 */
export async function halfDeviation<Runtime extends ReadableRuntime & Disposable>(
  options: HalfDeviationOptions<Runtime>,
): Promise<number> {
  const expected = await featuresIn('fp32', options);
  const actual = await featuresIn('fp16', options);
  // A NaN among them is the result.
  return Math.max(...expected.map((values, i) => rmsDeviation(actual[i] ?? [], values)));
}

async function featuresIn<Runtime extends ReadableRuntime & Disposable>(
  precision: Precision,
  { checkpoint, imageSize, openRuntime, openAttention }: HalfDeviationOptions<Runtime>,
): Promise<readonly Float32Array[]> {
  const model = buildSam2Model(checkpoint, imageSize, { precision, backend: 'webgpu' });
  using runtime = await openRuntime(model);
  using attention = await openAttention?.(runtime, model);
  using graphs = await Sam2Graphs.load({
    runtime,
    model,
    checkpoint,
    ...(attention && { attendToBank: (questions) => attention.attend(questions) }),
  });
  using image = runtime.tensor([1, 3, imageSize, imageSize], {
    dtype: 'float32',
    data: await paintedInput(imageSize),
  });
  using features = await graphs.encodeImage(image);
  const { memoryWidth } = model.config;
  using conditioned = await condition(features, { graphs, runtime, memoryWidth });
  const tensors = [features.stride4, features.stride8, features.stride16, conditioned];
  const read: Float32Array[] = [];
  for (const tensor of tensors) read.push(await runtime.read(tensor));
  return read;
}

/** A picture with edges and texture, as the image encoder takes it. */
async function paintedInput(imageSize: number): Promise<Float32Array> {
  const { BenchmarkScene } = await import('../benchmark/benchmark-scene.ts');
  const frame = new BenchmarkScene().modelFrame(frameIndex(0), {
    kind: 'resized',
    side: imageSize,
  });
  invariant(frame.kind === 'resized', 'the scene gives frames in the form asked for');
  const input = new Float32Array(3 * imageSize * imageSize);
  normalizePixels(frame.rgb, normalizationTable(), input);
  return input;
}

interface ConditionOptions {
  readonly graphs: EngineGraphs;
  readonly runtime: ReadableRuntime;
  readonly memoryWidth: number;
}

/** The features after attention to one made-up memory with its pointer. */
async function condition(
  features: ImageFeatures,
  { graphs, runtime, memoryWidth }: ConditionOptions,
): Promise<DeviceTensor> {
  const [tokens = 0, width = 0] = features.stride16.dims;
  const named = (name: string, dims: readonly [number, number]) =>
    runtime.tensor(dims, { dtype: 'float32', data: namedValues(name, dims[0] * dims[1]) });
  using memory = named('half deviation memory', [tokens, memoryWidth]);
  using pointer = named('half deviation pointer', [1, width]);
  return await graphs.attendMemory(features, {
    memories: [{ features: memory, temporalRow: 0 }],
    pointers: [{ pointer, temporalDistance: 1 }],
    maxPointerDistance: 1,
  });
}
