import type { BenchmarkClock, BenchmarkDevice } from '../../core/benchmark.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';
import { settled, type Measuring } from './measuring.ts';
import { percentile } from './time-summary.ts';

/** What decides which tensors fit and how kernels are cut. */
const TOLD_LIMITS = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

const CLOCK_STEPS = 50;
const FENCES = 20;

/** The device that the model runs on, and the browser. */
export function describeDevice(plan: DevicePlan, ortVersion: string): BenchmarkDevice {
  const { backend, bundle, threads, bankAttention } = plan.report;
  return {
    backend,
    threads,
    ortVersion,
    ortBuild: bundle,
    ...describeGpu(plan),
    ...(bankAttention && { bankAttention: bankAttention.way }),
    userAgent: navigator.userAgent,
    logicalProcessors: navigator.hardwareConcurrency,
    isCrossOriginIsolated: globalThis.crossOriginIsolated,
  };
}

function describeGpu(plan: DevicePlan): Pick<BenchmarkDevice, 'adapter' | 'limits' | 'features'> {
  const { adapter } = plan.report;
  if (plan.backend === 'wasm' || adapter === undefined) return {};
  const { vendor, architecture, description, isFallback } = adapter;
  const { limits, features } = plan.device;
  return {
    adapter: { vendor, architecture, description, isSoftware: isFallback },
    limits: Object.fromEntries(TOLD_LIMITS.map((name) => [name, limits[name]])),
    features: [...features].sort(),
  };
}

/** Watches the clock until it has moved some times, and on a GPU waits for nothing some times. */
export async function measureClock(measuring: Pick<Measuring, 'model'>): Promise<BenchmarkClock> {
  const stepMs = smallestStepMs();
  if (measuring.model.device.backend === 'wasm') return { stepMs };
  const fencesMs: number[] = [];
  for (let at = 0; at < FENCES; at++) {
    const startedMs = performance.now();
    await settled(measuring);
    fencesMs.push(performance.now() - startedMs);
  }
  return { stepMs, fenceMs: percentile(fencesMs, 0.5) };
}

function smallestStepMs(): number {
  let smallest = Infinity;
  let last = performance.now();
  for (let steps = 0; steps < CLOCK_STEPS;) {
    const now = performance.now();
    if (now === last) continue;
    smallest = Math.min(smallest, now - last);
    last = now;
    steps++;
  }
  return smallest;
}
