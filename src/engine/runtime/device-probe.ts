import { StudioError } from '../../core/errors.ts';
import type { DeviceReport, ModelPreferences } from '../../protocol/device.ts';
import { deviceMemory, machineBytes, sharesMemory } from './device-memory.ts';
import { writeZerosOut } from './explicit-zeros.ts';
import { keepBufferLedger } from './gpu-buffer-ledger.ts';

/** What the model runs on. A WebGPU device is this plan's owner's to destroy. */
export type DevicePlan =
  | { readonly backend: 'webgpu'; readonly device: GPUDevice; readonly report: DeviceReport }
  | { readonly backend: 'wasm'; readonly threads: number; readonly report: DeviceReport };

/** ORT's own request, native WebGPU EP: it wants the adapter's maximum of each of these. */
const WANTED_LIMITS = [
  'maxBindGroups',
  'maxStorageBuffersPerShaderStage',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const satisfies readonly (keyof GPUSupportedLimits)[];

/**
 * ORT's flash attention reads lanes up to 15 and gives wrong results where subgroups are narrower
 * than 8, so such a device must not offer subgroups at all.
 */
const NARROWEST_USABLE_SUBGROUP = 8;

/** More threads than this gain nothing on these graphs and starve the decoder. */
const MOST_WASM_THREADS = 8;

/**
 * Decides once what the model runs on. WebGPU where a real GPU answers; WASM otherwise, or when
 * asked for. Absence of WebGPU is a value; only asking for WebGPU by name can fail.
 * @throws StudioError `webgpu-unavailable`
 */
export async function probeDevice(backend: ModelPreferences['backend']): Promise<DevicePlan> {
  if (backend === 'wasm') return wasmPlan('WASM was chosen.');
  const found = await findAdapter();
  if (typeof found === 'string') return withoutWebGpu(backend, found);
  if (found.info.isFallbackAdapter && backend === 'auto') {
    return wasmPlan(
      'This browser offers no real GPU, only a software one, which is slower than WASM.',
    );
  }
  try {
    return await webGpuPlan(found);
  } catch (error) {
    // Such as a driver that is blocked, or limits that the adapter names and does not give.
    const detail = error instanceof Error ? error.message : String(error);
    return withoutWebGpu(backend, `The graphics adapter gives no device: ${detail}`);
  }
}

async function findAdapter(): Promise<GPUAdapter | string> {
  if (!('gpu' in navigator)) return 'This browser has no WebGPU.';
  const adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  return adapter ?? 'WebGPU found no graphics adapter it may use.';
}

function withoutWebGpu(backend: ModelPreferences['backend'], why: string): DevicePlan {
  if (backend === 'auto') return wasmPlan(why);
  throw new StudioError('webgpu-unavailable', `WebGPU cannot be used. ${why}`, {
    hint: 'Choose the automatic backend, or update the browser and its graphics driver.',
  });
}

function wasmPlan(reason: string): DevicePlan {
  const isIsolated = globalThis.crossOriginIsolated;
  const threads = isIsolated ? Math.min(navigator.hardwareConcurrency, MOST_WASM_THREADS) : 1;
  return {
    backend: 'wasm',
    threads,
    report: {
      backend: 'wasm',
      bundle: 'wasm',
      threads,
      memory: deviceMemory({ backend: 'wasm', machineBytes: machineBytes(navigator) }),
      reason: isIsolated
        ? reason
        : `${reason} It runs on one thread, since the page is not cross-origin isolated.`,
    },
  };
}

async function webGpuPlan(adapter: GPUAdapter): Promise<DevicePlan> {
  const device = await adapter.requestDevice({
    requiredFeatures: usableFeatures(adapter),
    requiredLimits: Object.fromEntries(WANTED_LIMITS.map((name) => [name, adapter.limits[name]])),
  });
  writeZerosOut(device);
  keepBufferLedger(device);
  const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
  return {
    backend: 'webgpu',
    device,
    report: {
      backend: 'webgpu',
      bundle: 'Suspending' in WebAssembly ? 'jspi' : 'asyncify',
      threads: 1,
      memory: deviceMemory({
        backend: 'webgpu',
        largestBufferBytes: Math.min(
          device.limits.maxBufferSize,
          device.limits.maxStorageBufferBindingSize,
        ),
        machineBytes: machineBytes(navigator),
        isShared: sharesMemory(adapter.info),
      }),
      adapter: {
        vendor,
        architecture,
        description,
        isFallback: isFallbackAdapter,
        maxBufferBytes: device.limits.maxBufferSize,
        hasShaderF16: device.features.has('shader-f16'),
      },
      reason: isFallbackAdapter ? 'A software GPU, as asked.' : 'A GPU answers over WebGPU.',
    },
  };
}

function usableFeatures(adapter: GPUAdapter): GPUFeatureName[] {
  const wanted: GPUFeatureName[] = ['timestamp-query', 'shader-f16'];
  if ((adapter.info.subgroupMinSize ?? 0) >= NARROWEST_USABLE_SUBGROUP) wanted.push('subgroups');
  return wanted.filter((feature) => adapter.features.has(feature));
}
