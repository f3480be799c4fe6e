import { StudioError } from '../../core/errors.ts';
import type { Precision } from '../../protocol/device.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import type { EngineGraphs, MemoryBankSelection } from '../sam2/engine-graphs.ts';
import { modelConfig } from '../sam2/model-config.ts';
import { buildSam2Model, type ModelOptions, type Sam2Model } from '../sam2/sam2-model.ts';
import { Sam2Graphs } from '../sam2/sam2-graphs.ts';
import type { BankAttention } from '../sam2/segmented-memory-attention.ts';
import { expectedTensors } from '../sam2/state-dict.ts';
import { namedCheckpoint } from './named-checkpoint.ts';
import { namedValues } from './named-values.ts';
import reference from './reference-track.json' with { type: 'json' };

/** A runtime whose tensors can be read back. */
export interface ReadableRuntime extends GraphRuntime {
  read(tensor: DeviceTensor): Promise<Float32Array>;
}

/** What is checked. */
export interface CheckedRuntime {
  readonly runtime: ReadableRuntime;
  /** As `Sam2GraphsOptions` has it. */
  readonly attendToBank?: BankAttention;
}

/** Makes a runtime with the model's weights mounted. Its graphs are disposed when the check ends. */
export type OpenRuntime = (model: Sam2Model, checkpoint: Checkpoint) => Promise<CheckedRuntime>;

/**
 * Of the largest logit. Backends that are right stay under a tenth of it in float32, and with sums in
 * float16 under a third.
 */
const TOLERANCES: Readonly<Record<Precision, number>> = { fp32: 2e-3, fp16: 2e-2 };

const SIDE = reference.imageSize;
const LOGITS_SIDE = SIDE / 4;

/**
 * Runs a click and one tracked frame through all four networks, small and with weights made from
 * their names, and compares the logits with the reference predictor's. A driver or a runtime that
 * computes wrongly gives plausible wrong masks without any error; this is how it is found out.
 * @param options as the models that the device is to run are built with
 * @returns the largest deviation, as a fraction of the largest logit
 * @throws StudioError `model-self-test-failed`
 */
export async function checkDevice(
  openRuntime: OpenRuntime,
  options: ModelOptions = {},
): Promise<number> {
  const shapes = expectedTensors(modelConfig('nano', '2.1'));
  const checkpoint = namedCheckpoint(shapes);
  const model = buildSam2Model(checkpoint, SIDE, options);
  const checked = await openRuntime(model, checkpoint);
  using graphs = await Sam2Graphs.load({ ...checked, model, checkpoint });
  const logits = await trackTwoFrames(graphs, checked.runtime);
  const deviation = Math.max(...logits.map(deviationFrom));
  if (deviation <= TOLERANCES[model.precision]) return deviation;
  throw new StudioError(
    'model-self-test-failed',
    `This device computes SAM 2 wrongly: a known result is off by ${(deviation * 100).toFixed(1)} %.`,
    { hint: 'Choose the WASM backend, or update the browser and its graphics driver.' },
  );
}

/** Low-resolution logits that the reference has as well. */
interface KnownLogits {
  readonly frame: 0 | 1;
  readonly values: Float32Array;
}

/**
 * Those of the clicked frame and of the frame after it, on which the object is tracked alone and twice
 * together.
 */
async function trackTwoFrames(
  graphs: EngineGraphs,
  runtime: ReadableRuntime,
): Promise<readonly KnownLogits[]> {
  const [x = 0, y = 0] = reference.point;
  using firstImage = namedImage(runtime, 0);
  using firstFeatures = await graphs.encodeImage(firstImage);
  using clicked = await graphs.decodeMask({
    features: firstFeatures,
    points: { coordinates: Float32Array.of(x, y), labels: Int32Array.of(1) },
    isMultimask: true,
  });
  using memory = await graphs.encodeMemory(firstFeatures, clicked, { isMaskFromPoints: true });
  using image = namedImage(runtime, 1);
  using features = await graphs.encodeImage(image);
  const bank: MemoryBankSelection = {
    memories: [{ features: memory, temporalRow: graphs.config.numMaskMemories - 1 }],
    pointers: [{ pointer: clicked.objectPointer, temporalDistance: 1 }],
    maxPointerDistance: MAX_POINTER_DISTANCE,
  };
  const logits: KnownLogits[] = [
    { frame: 0, values: await runtime.read(clicked.lowResMaskLogits) },
  ];
  for (const banks of [[bank], [bank, bank]]) {
    for (const object of await graphs.trackObjects(features, banks)) {
      using output = object.output;
      logits.push({ frame: 1, values: await runtime.read(output.lowResMaskLogits) });
      object.memory[Symbol.dispose]();
    }
  }
  return logits;
}

/** Of the reference's clip of six frames. */
const MAX_POINTER_DISTANCE = 5;

function namedImage(runtime: GraphRuntime, frame: number): DeviceTensor {
  const name = reference.frames[frame] ?? '';
  const data = namedValues(name, 3 * SIDE * SIDE).map((value) => value * reference.imageScale);
  return runtime.tensor([1, 3, SIDE, SIDE], { dtype: 'float32', data });
}

function deviationFrom({ frame, values: logits }: KnownLogits): number {
  const golden = reference.logits[frame];
  if (golden === undefined) return Infinity;
  let largest = 0;
  for (const [i, expected] of golden.values.entries()) {
    const position = i * golden.step;
    const value = enlarged(logits, position % SIDE, Math.floor(position / SIDE));
    const difference = Math.abs(value - expected);
    // Not Math.max alone: a NaN must fail.
    largest = difference >= 0 ? Math.max(largest, difference) : Infinity;
  }
  return largest / golden.absmax;
}

/** One pixel of the logits enlarged to S×S, `interpolate(mode='bilinear', align_corners=False)`. */
function enlarged(logits: Float32Array, x: number, y: number): number {
  const at = (position: number) => {
    const source = Math.max((position + 0.5) / (SIDE / LOGITS_SIDE) - 0.5, 0);
    const lower = Math.floor(source);
    return { lower, upper: Math.min(lower + 1, LOGITS_SIDE - 1), weight: source - lower };
  };
  const [column, row] = [at(x), at(y)];
  const inRow = (line: number) => {
    const left = logits[line * LOGITS_SIDE + column.lower] ?? NaN;
    const right = logits[line * LOGITS_SIDE + column.upper] ?? NaN;
    return left + (right - left) * column.weight;
  };
  const [top, bottom] = [inRow(row.lower), inRow(row.upper)];
  return top + (bottom - top) * row.weight;
}
