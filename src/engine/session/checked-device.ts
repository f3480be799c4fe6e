import type { DeviceReport, Precision } from '../../protocol/device.ts';
import { PREPARED_LOCATION, prepareWeights } from '../graph/weight-plan.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { loadOrt, type OrtModule } from '../runtime/ort-module.ts';
import { OrtRuntime } from '../runtime/ort-runtime.ts';
import { checkDevice, type CheckedRuntime } from '../self-test/device-check.ts';
import { probeBankAttention } from './bank-attention-probe.ts';
import { probeGraphCapture } from './capture-probe.ts';
import { openBankAttention } from './gpu-bank-attention.ts';
import { probeHalfPrecision } from './half-precision-probe.ts';
import type { LoadReporter } from './load-progress.ts';
import { inMemory } from './weight-files.ts';

/** A device with the ORT build for it, found to compute what the reference computes. */
export interface CheckedDevice {
  /**
   * Its report says how the memory bank is attended to, whether graphs are captured, and whether networks
   * may compute in float16.
   */
  readonly plan: DevicePlan;
  readonly ort: OrtModule;
  /** Names whatever may change what the device computes. */
  readonly key: string;
}

/** Remembers which devices have passed; `CheckRecord` of the storage. */
export interface PassedChecks {
  hasPassed(key: string): Promise<boolean>;
  notePass(key: string): Promise<void>;
}

interface CheckOptions {
  readonly progress: LoadReporter;
  readonly checks: PassedChecks;
}

/**
 * Loads the ORT build for a device and checks the two, unless they passed lately.
 * @throws StudioError `model-self-test-failed`
 */
export async function openCheckedDevice(
  found: DevicePlan,
  { progress, checks }: CheckOptions,
): Promise<CheckedDevice> {
  const ort = await loadOrt(found.report);
  const check = (what: string, done: number) => progress.at('checking', done, what);
  if (found.backend === 'webgpu') check('attention kernel', 0);
  const bankAttention = await probeBankAttention(found, ort);
  if (found.backend === 'webgpu') check('recorded graphs', 0.2);
  const graphCapture = await probeGraphCapture(found, ort);
  const report = { ...found.report, bankAttention, graphCapture };
  const plan: DevicePlan = { ...found, report };
  const key = deviceKey(plan.report, ort.env.versions.web ?? '');
  const passOnce = async (name: string, precision: Precision) => {
    if (await checks.hasPassed(name)) return;
    if (precision === 'fp16') check('results in float16', 0.7);
    else check('results in float32', 0.4);
    await selfTest({ plan, ort }, precision);
    await checks.notePass(name);
  };
  await passOnce(key, 'fp32');
  const halfPrecision = await probeHalfPrecision(report, () => passOnce(`${key}|fp16`, 'fp16'));
  return { plan: { ...plan, report: { ...report, halfPrecision } }, ort, key };
}

async function selfTest(
  { plan, ort }: Pick<CheckedDevice, 'plan' | 'ort'>,
  precision: Precision,
): Promise<void> {
  const owned: Disposable[] = [];
  try {
    await checkDevice(
      async (model, checkpoint): Promise<CheckedRuntime> => {
        const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
        const files = new Map([[PREPARED_LOCATION, prepared]]);
        const runtime = new OrtRuntime({ ort, plan, files });
        owned.push(runtime);
        const attention = await openBankAttention({ plan, runtime, model });
        if (attention === undefined) return { runtime };
        owned.push(attention);
        return { runtime, attendToBank: (operands) => attention.attend(operands) };
      },
      { precision, backend: plan.backend },
    );
  } finally {
    for (const resource of owned) resource[Symbol.dispose]();
  }
}

/** Whatever may change what a device computes. */
function deviceKey(report: DeviceReport, ortVersion: string): string {
  const { bundle, adapter, threads, bankAttention, graphCapture } = report;
  const gpu = [adapter?.vendor, adapter?.architecture, adapter?.description];
  const way = [bankAttention?.way, graphCapture?.isOn];
  return [navigator.userAgent, ortVersion, bundle, threads, ...gpu, ...way].join('|');
}
