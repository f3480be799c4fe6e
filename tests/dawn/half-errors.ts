import { frameIndex } from '../../src/core/ids.ts';
import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import { rmsDeviation } from '../../src/engine/session/rms-deviation.ts';
import {
  type BrowserDevice,
  type BrowserEngine,
  openBrowserEngine,
} from '../helpers/browser-engine.ts';
import { DiscClip } from '../helpers/disc-clip.ts';
import { modelInput } from '../helpers/model-input.ts';
import { seededFloats } from '../helpers/seeded-random.ts';

/** How far one output of a network in float16 is from that in float32, on the same inputs. */
export interface HalfError {
  readonly output: string;
  /** Root of the mean square, as a share of the output's own. */
  readonly rms: number;
  /** As a share of the output's largest magnitude. */
  readonly worst: number;
}

/** What is run in both precisions. */
export interface HalfCase {
  readonly checkpoint: Checkpoint;
  /** S */
  readonly imageSize: number;
}

/** A bank as it is soon after a click, so that attention has something to choose among. */
const MEMORIES = 3;

/**
 * Runs the networks that float16 is used in, on a drawn frame, in both precisions one after the other.
 * Memory attention in float16 is given the features of float32, so that each network's error is its own.
 */
export async function halfErrors(
  device: BrowserDevice,
  half: HalfCase,
): Promise<readonly HalfError[]> {
  const full = await runNetworks(device, half, 'fp32');
  const actual = await runNetworks(device, half, 'fp16', full.get('stride 16'));
  return [...full].map(([output, expected]) => {
    const values = actual.get(output) ?? [];
    return { output, rms: rmsDeviation(values, expected), worst: worstShare(values, expected) };
  });
}

async function runNetworks(
  device: BrowserDevice,
  { checkpoint, imageSize }: HalfCase,
  precision: 'fp32' | 'fp16',
  attended?: Float32Array,
): Promise<Map<string, Float32Array>> {
  using engine = await openBrowserEngine(device, checkpoint, imageSize, precision);
  const { runtime, graphs } = engine;
  const data = modelInput(new DiscClip().picture(frameIndex(0)), imageSize);
  using image = runtime.tensor([1, 3, imageSize, imageSize], { dtype: 'float32', data });
  using features = await graphs.encodeImage(image);
  const { stride4, stride8, stride16 } = features;
  const outputs = new Map<string, Float32Array>();
  outputs.set('stride 4', await runtime.read(stride4));
  outputs.set('stride 8', await runtime.read(stride8));
  outputs.set('stride 16', await runtime.read(stride16));
  using given = runtime.tensor(stride16.dims, {
    dtype: 'float32',
    data: attended ?? outputs.get('stride 16') ?? new Float32Array(),
  });
  using conditioned = await condition(engine, { ...features, stride16: given });
  outputs.set('memory attention', await runtime.read(conditioned));
  return outputs;
}

async function condition(
  { graphs, runtime, model }: BrowserEngine,
  features: Parameters<BrowserEngine['graphs']['attendMemory']>[0],
): Promise<DeviceTensor> {
  const [tokens = 0, width = 0] = features.stride16.dims;
  const seeded = (seed: number, dims: readonly [number, number]) =>
    runtime.tensor(dims, { dtype: 'float32', data: seededFloats(seed, dims[0] * dims[1]) });
  const ids = Array.from({ length: MEMORIES }, (_, i) => i + 1);
  const memories = ids.map((i) => seeded(i, [tokens, model.config.memoryWidth]));
  const pointers = ids.map((i) => seeded(10 + i, [1, width]));
  const conditioned = await graphs.attendMemory(features, {
    memories: memories.map((memory, i) => ({ features: memory, temporalRow: i })),
    pointers: pointers.map((pointer, i) => ({ pointer, temporalDistance: i + 1 })),
    maxPointerDistance: MEMORIES,
  });
  for (const tensor of [...memories, ...pointers]) tensor[Symbol.dispose]();
  return conditioned;
}

function worstShare(values: ArrayLike<number>, expected: Float32Array): number {
  let [worst, largest] = [0, 0];
  for (const [i, right] of expected.entries()) {
    const difference = Math.abs((values[i] ?? NaN) - right);
    // Not Math.max alone: a NaN must show.
    worst = difference >= 0 ? Math.max(worst, difference) : Infinity;
    largest = Math.max(largest, Math.abs(right));
  }
  return worst / largest;
}
