import type { DeviceReport } from '../../protocol/device.ts';
import { PREPARED_LOCATION, prepareWeights } from '../graph/weight-plan.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { loadOrt, type OrtModule } from '../runtime/ort-module.ts';
import { OrtRuntime } from '../runtime/ort-runtime.ts';
import { checkDevice, type CheckedRuntime } from '../self-test/device-check.ts';
import { probeBankAttention } from './bank-attention-probe.ts';
import { openBankAttention } from './gpu-bank-attention.ts';
import type { LoadReporter } from './load-progress.ts';
import { inMemory } from './weight-files.ts';

/** A device with the ORT build for it, found to compute what the reference computes. */
export interface CheckedDevice {
  /** Its report says how the memory bank is attended to. */
  readonly plan: DevicePlan;
  readonly ort: OrtModule;
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
  const bankAttention = await probeBankAttention(found, ort);
  const plan: DevicePlan = { ...found, report: { ...found.report, bankAttention } };
  const key = deviceKey(plan.report, ort.env.versions.web ?? '');
  if (await checks.hasPassed(key)) return { plan, ort };
  progress.at('checking');
  const owned: Disposable[] = [];
  try {
    await checkDevice(async (model, checkpoint): Promise<CheckedRuntime> => {
      const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
      const files = new Map([[PREPARED_LOCATION, prepared]]);
      const runtime = new OrtRuntime({ ort, plan, files });
      owned.push(runtime);
      const attention = await openBankAttention({ plan, runtime, model });
      if (attention === undefined) return { runtime };
      owned.push(attention);
      return { runtime, attendToBank: (operands) => attention.attend(operands) };
    });
  } finally {
    for (const resource of owned) resource[Symbol.dispose]();
  }
  await checks.notePass(key);
  return { plan, ort };
}

/** Whatever may change what a device computes. */
function deviceKey(report: DeviceReport, ortVersion: string): string {
  const { bundle, adapter, threads, bankAttention } = report;
  const gpu = [adapter?.vendor, adapter?.architecture, adapter?.description];
  const way = bankAttention?.way;
  return [navigator.userAgent, ortVersion, bundle, threads, ...gpu, way].join('|');
}
