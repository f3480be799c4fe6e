import type { DeviceReport, ModelPreferences, Precision } from '../../protocol/device.ts';
import type { PassedChecks } from './checked-device.ts';

/** What a model computes in, and what the user should know of it. */
export interface PrecisionChoice {
  readonly precision: Precision;
  readonly notices: readonly string[];
}

/** What the choice is made by. */
export interface PrecisionRequest {
  readonly preference: ModelPreferences['precision'];
  readonly device: Pick<DeviceReport, 'halfPrecision'>;
  readonly checks: PassedChecks;
  /** Of the device, the checkpoint and the image size. */
  readonly key: string;
  /** How far the checkpoint's features in float16 are from those in float32, rms as a share. */
  readonly measure: () => Promise<number>;
}

/**
 * Rms, as a share of the features'. The reference predictor's own precision on a GPU, bfloat16, costs
 * published sizes 0.008 to 0.010 (`docs/benchmarks.md`), so that float16 is taken where it costs no more.
 */
const MOST_DEVIATION = 0.01;

/**
 * Chooses float16 where the device has passed with it and where this checkpoint's own features, measured
 * on the device once a week, stay close to those of float32.
 * @throws StudioError as the measurement does
 */
export async function choosePrecision(request: PrecisionRequest): Promise<PrecisionChoice> {
  const { preference, device, checks, key, measure } = request;
  if (preference === 'fp32' || device.halfPrecision?.isUsable !== true) {
    return { precision: 'fp32', notices: [] };
  }
  if (await checks.hasPassed(key)) return { precision: 'fp16', notices: [] };
  const deviation = await measure();
  if (deviation <= MOST_DEVIATION) {
    await checks.notePass(key);
    return { precision: 'fp16', notices: [] };
  }
  const change = Number.isFinite(deviation)
    ? `would change its features by ${(deviation * 100).toFixed(1)} %`
    : 'gives numbers too large for it';
  return {
    precision: 'fp32',
    notices: [`This checkpoint runs in float32: float16 ${change} on this device.`],
  };
}
