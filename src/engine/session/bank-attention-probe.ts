import type { BankAttentionReport } from '../../protocol/device.ts';
import { planCrossAttention } from '../kernels/cross-attention/attention-plan.ts';
import { VALUE_WIDTH } from '../kernels/cross-attention/attention-variant.ts';
import { crossAttention } from '../kernels/cross-attention/cross-attention.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import type { OrtModule } from '../runtime/ort-module.ts';
import { OrtRuntime } from '../runtime/ort-runtime.ts';
import { MODEL_SIZES } from '../sam2/model-config.ts';
import { namedValues } from '../self-test/named-values.ts';
import { GpuBankAttention } from './gpu-bank-attention.ts';

/** Two tiles of queries, several splits, a gap within a tile, and a last tile that is not full. */
const EXTENTS = { queries: 70, keys: 293 };
const ROWS = { memories: 201, pointersFrom: 240, pointers: 92 };
/** Rows of the bank, more than are attended to. */
const ROOM = 340;
/** Of values within ±1. A right device stays under a tenth of it in float32. */
const TOLERANCE = 1e-4;

interface ProbedDevice {
  readonly device: GPUDevice;
  readonly runtime: OrtRuntime;
}

/**
 * Decides how a device attends to the memory bank: by the kernel where it compiles and gives what its
 * twin gives, for the widths of all models; else in the graph. Once a device is checked the choice
 * stands: a kernel that fails later is an error.
 * @throws StudioError `device-lost`
 */
export async function probeBankAttention(
  plan: DevicePlan,
  ort: OrtModule,
): Promise<BankAttentionReport> {
  if (plan.backend === 'wasm') {
    return { way: 'graph', reason: 'The studio’s own attention kernel needs WebGPU.' };
  }
  using runtime = new OrtRuntime({ ort, plan, files: new Map() });
  for (const keyWidth of new Set(MODEL_SIZES.map(({ width }) => width))) {
    const fault = await kernelFault({ device: plan.device, runtime }, keyWidth);
    if (fault !== undefined) return { way: 'graph', reason: fault };
  }
  return {
    way: 'kernel',
    reason: 'The studio’s own attention kernel gives the right numbers on this GPU.',
  };
}

/** What is wrong with the kernel here, as a sentence for the user; nothing where it is right. */
async function kernelFault(probed: ProbedDevice, keyWidth: number): Promise<string | undefined> {
  const { device } = probed;
  device.pushErrorScope('validation');
  let deviation: number;
  try {
    deviation = await kernelDeviation(probed, keyWidth);
  } catch (error) {
    await device.popErrorScope();
    if (!(error instanceof GPUPipelineError)) throw error;
    return `This GPU does not take the studio’s attention kernel: ${error.message}`;
  }
  const refused = await device.popErrorScope();
  if (refused !== null)
    return `This GPU does not run the studio’s attention kernel: ${refused.message}`;
  if (deviation <= TOLERANCE) return undefined;
  return `The studio’s attention kernel is off by ${deviation.toExponential(1)} on this GPU.`;
}

/** The largest difference to the twin on a known attention, `Infinity` for what is no number. */
async function kernelDeviation(
  { device, runtime }: ProbedDevice,
  keyWidth: number,
): Promise<number> {
  const { queries } = EXTENTS;
  using attention = await GpuBankAttention.create({
    device,
    runtime,
    extents: { queries, keyWidth },
  });
  const operands = {
    queries: namedValues('probe queries', queries * keyWidth),
    keys: namedValues('probe keys', ROOM * keyWidth),
    values: namedValues('probe values', ROOM * VALUE_WIDTH),
    rows: ROWS,
  };
  const upload = (rows: number, data: Float32Array) =>
    runtime.tensor([rows, data.length / rows], { dtype: 'float32', data });
  using q = runtime.tensor([1, queries, keyWidth], { dtype: 'float32', data: operands.queries });
  using k = upload(ROOM, operands.keys);
  using v = upload(ROOM, operands.values);
  using attended = attention.attend({
    queries: q,
    areShared: true,
    banks: [{ keys: k, values: v, rows: ROWS }],
  });
  const actual = await runtime.read(attended);
  const expected = crossAttention(operands, planCrossAttention({ ...EXTENTS, keyWidth }));
  let largest = 0;
  for (const [i, value] of expected.entries()) {
    const difference = Math.abs((actual[i] ?? NaN) - value);
    // Not Math.max alone: a NaN must fail.
    largest = difference >= 0 ? Math.max(largest, difference) : Infinity;
  }
  return largest;
}
