import type { DeviceReport } from '../../protocol/device.ts';
import { PREPARED_LOCATION, prepareWeights } from '../graph/weight-plan.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { loadOrt, type OrtModule } from '../runtime/ort-module.ts';
import { OrtRuntime } from '../runtime/ort-runtime.ts';
import { checkDevice } from '../self-test/device-check.ts';
import type { LoadReporter } from './load-progress.ts';
import { inMemory } from './weight-files.ts';

/** A device with the ORT build for it, found to compute what the reference computes. */
export interface CheckedDevice {
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
  plan: DevicePlan,
  { progress, checks }: CheckOptions,
): Promise<CheckedDevice> {
  const ort = await loadOrt(plan.report);
  const key = deviceKey(plan.report, ort.env.versions.web ?? '');
  if (await checks.hasPassed(key)) return { plan, ort };
  progress.at('checking');
  const runtimes: Disposable[] = [];
  try {
    await checkDevice(async (model, checkpoint) => {
      const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
      const files = new Map([[PREPARED_LOCATION, prepared]]);
      const runtime = new OrtRuntime({ ort, plan, files });
      runtimes.push(runtime);
      return runtime;
    });
  } finally {
    for (const runtime of runtimes) runtime[Symbol.dispose]();
  }
  await checks.notePass(key);
  return { plan, ort };
}

/** Whatever may change what a device computes. */
function deviceKey({ bundle, adapter, threads }: DeviceReport, ortVersion: string): string {
  const gpu = [adapter?.vendor, adapter?.architecture, adapter?.description];
  return [navigator.userAgent, ortVersion, bundle, threads, ...gpu].join('|');
}
