import { describe, expect, test } from 'vitest';
import {
  deviceMemory,
  machineBytes,
  sharesMemory,
} from '../../../../src/engine/runtime/device-memory.ts';

const GIB = 2 ** 30;

describe('what a device can be expected to hold', () => {
  test('a GPU with memory of its own: a few of its largest buffers, whatever the machine has', () => {
    const facts = {
      backend: 'webgpu',
      largestBufferBytes: 2 * GIB,
      machineBytes: 4 * GIB,
    } as const;
    expect(deviceMemory(facts)).toEqual({
      capacityBytes: 8 * GIB,
      largestBufferBytes: 2 * GIB,
    });
  });

  test('a GPU that shares the machine’s memory: half of that at most', () => {
    const facts = { backend: 'webgpu', largestBufferBytes: 2 * GIB, isShared: true } as const;
    expect(deviceMemory({ ...facts, machineBytes: 4 * GIB }).capacityBytes).toBe(2 * GIB);
    expect(deviceMemory({ ...facts, machineBytes: 64 * GIB }).capacityBytes).toBe(8 * GIB);
    expect(deviceMemory(facts).capacityBytes).toBe(8 * GIB);
  });

  test('WASM: its address space, and half of the machine’s memory', () => {
    expect(deviceMemory({ backend: 'wasm' }).capacityBytes).toBe(3.5 * GIB);
    expect(deviceMemory({ backend: 'wasm', machineBytes: 2 * GIB }).capacityBytes).toBe(GIB);
  });
});

test('memory is known to be shared on software GPUs and where the maker makes no others', () => {
  expect(sharesMemory({ vendor: 'apple', isFallbackAdapter: false })).toBe(true);
  expect(sharesMemory({ vendor: 'google', isFallbackAdapter: true })).toBe(true);
  expect(sharesMemory({ vendor: 'nvidia', isFallbackAdapter: false })).toBeUndefined();
});

test('the machine’s memory is in bytes, and undefined where the browser keeps it to itself', () => {
  const telling = { deviceMemory: 8 };
  // Only a browser has whole ones.
  expect(machineBytes(telling as unknown as Navigator)).toBe(8 * GIB);
  expect(machineBytes({} as unknown as Navigator)).toBeUndefined();
});
