import { expect, test } from 'vitest';
import { heldBuffers, keepBufferLedger } from '../../../../src/engine/runtime/gpu-buffer-ledger.ts';

/** As much of a device as a ledger touches. */
function fakeDevice() {
  const destroyed: number[] = [];
  const device = {
    createBuffer: ({ size }: { size: number }) => ({
      size,
      destroy: () => void destroyed.push(size),
    }),
  };
  // Only a browser has whole ones.
  return { device: device as unknown as GPUDevice, destroyed };
}

test('buffers count from their making until they are destroyed, once', () => {
  const { device, destroyed } = fakeDevice();
  expect(heldBuffers(device)).toEqual({ buffers: 0, bytes: 0 });
  keepBufferLedger(device);
  const usage = 0;
  const small = device.createBuffer({ size: 100, usage });
  const large = device.createBuffer({ size: 4000, usage });
  const both = heldBuffers(device);
  expect(both).toEqual({ buffers: 2, bytes: 4100 });
  small.destroy();
  small.destroy();
  expect(heldBuffers(device)).toEqual({ buffers: 1, bytes: 4000 });
  large.destroy();
  expect(heldBuffers(device)).toEqual({ buffers: 0, bytes: 0 });
  expect(both, 'an account of then').toEqual({ buffers: 2, bytes: 4100 });
  expect(destroyed).toEqual([100, 100, 4000]);
});

test('each device has books of its own', () => {
  const [first, second] = [fakeDevice().device, fakeDevice().device];
  keepBufferLedger(first);
  keepBufferLedger(second);
  first.createBuffer({ size: 64, usage: 0 });
  expect([heldBuffers(first).bytes, heldBuffers(second).bytes]).toEqual([64, 0]);
});
