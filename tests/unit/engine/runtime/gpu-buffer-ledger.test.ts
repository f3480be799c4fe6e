import { expect, test } from 'vitest';
import {
  heldBufferBytes,
  keepBufferLedger,
} from '../../../../src/engine/runtime/gpu-buffer-ledger.ts';

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
  expect(heldBufferBytes(device)).toBe(0);
  keepBufferLedger(device);
  const usage = 0;
  const small = device.createBuffer({ size: 100, usage });
  const large = device.createBuffer({ size: 4000, usage });
  expect(heldBufferBytes(device)).toBe(4100);
  small.destroy();
  small.destroy();
  expect(heldBufferBytes(device)).toBe(4000);
  large.destroy();
  expect(heldBufferBytes(device)).toBe(0);
  expect(destroyed).toEqual([100, 100, 4000]);
});

test('each device has books of its own', () => {
  const [first, second] = [fakeDevice().device, fakeDevice().device];
  keepBufferLedger(first);
  keepBufferLedger(second);
  first.createBuffer({ size: 64, usage: 0 });
  expect([heldBufferBytes(first), heldBufferBytes(second)]).toEqual([64, 0]);
});
