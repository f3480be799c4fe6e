import { watchBuffers } from './watch-buffers.ts';

/** A device's buffers that are neither destroyed nor collected. */
export interface HeldBuffers {
  readonly buffers: number;
  readonly bytes: number;
}

const NONE: HeldBuffers = { buffers: 0, bytes: 0 };

const held = new WeakMap<GPUDevice, { buffers: number; bytes: number }>();

/**
 * Keeps count of a device's buffers from now on, whoever makes them: ONNX Runtime says nothing of
 * its own. Called before the device is handed to anyone. Costs nothing while no buffer is made.
 */
export function keepBufferLedger(device: GPUDevice): void {
  const counts = { buffers: 0, bytes: 0 };
  held.set(device, counts);
  const forget = (bytes: number) => {
    counts.buffers--;
    counts.bytes -= bytes;
  };
  // A buffer that is dropped is freed when it is collected.
  const dropped = new FinalizationRegistry<number>(forget);
  watchBuffers(device, {
    onMade: (buffer) => {
      counts.buffers++;
      counts.bytes += buffer.size;
      dropped.register(buffer, buffer.size, buffer);
    },
    onDestroyed: (buffer) => {
      if (dropped.unregister(buffer)) forget(buffer.size);
    },
  });
}

/** What a device holds now; nothing without a ledger. */
export function heldBuffers(device: GPUDevice): HeldBuffers {
  return { ...(held.get(device) ?? NONE) };
}
