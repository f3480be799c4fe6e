import type { DeviceMemory } from '../../protocol/device.ts';

/** What a browser tells of a machine's memory, in bytes. */
export interface MemoryFacts {
  readonly backend: 'webgpu' | 'wasm';
  /** The largest buffer that a shader can bind. WebGPU only. */
  readonly largestBufferBytes?: number;
  /** Of the machine, rounded and capped by the browser; not every browser tells. */
  readonly machineBytes?: number | undefined;
  /** Whether the GPU has no memory of its own, where that is known. */
  readonly isShared?: boolean | undefined;
}

/**
 * A driver gives one buffer a part of the memory that it has; on the GPUs of today at most a quarter
 * of it, but for the cap that browsers put on it.
 */
const BUFFERS_IN_MEMORY = 4;
/** What one page may take of a machine's memory: the system and the browser need theirs. */
const SHARE_OF_MACHINE = 0.5;
/** Of the 4 GiB that WASM can address, what weights and results may take. */
const WASM_BYTES = 3.5 * 2 ** 30;
/** Makers whose GPUs have no memory of their own, as `GPUAdapterInfo.vendor` spells them. */
const SHARING_VENDORS: ReadonlySet<string> = new Set([
  'apple',
  'arm',
  'img-tec',
  'qualcomm',
  'samsung',
]);

/** Whether a GPU shares the machine's memory; undefined where the adapter leaves it open. */
export function sharesMemory(
  info: Pick<GPUAdapterInfo, 'vendor' | 'isFallbackAdapter'>,
): boolean | undefined {
  return info.isFallbackAdapter || SHARING_VENDORS.has(info.vendor) ? true : undefined;
}

/**
 * What a device can be expected to hold for the studio. WebGPU tells no total, so this is inferred from
 * what is told; where too little is, it errs on the large side, and running out is an error by itself.
 */
export function deviceMemory(facts: MemoryFacts): DeviceMemory {
  const { backend, largestBufferBytes = WASM_BYTES, machineBytes = Infinity, isShared } = facts;
  const isMachines = backend === 'wasm' || isShared === true;
  const ofMachine = isMachines ? SHARE_OF_MACHINE * machineBytes : Infinity;
  const ofBackend = backend === 'wasm' ? WASM_BYTES : BUFFERS_IN_MEMORY * largestBufferBytes;
  return { capacityBytes: Math.min(ofMachine, ofBackend), largestBufferBytes };
}

/** The machine's memory, where the browser tells. */
export function machineBytes(navigator: Navigator | WorkerNavigator): number | undefined {
  // Chromium's alone, so that the types of the standard leave it out.
  const { deviceMemory: gibibytes } = navigator as { readonly deviceMemory?: number };
  return gibibytes === undefined ? undefined : gibibytes * 2 ** 30;
}
