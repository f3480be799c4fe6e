const heldBytes = new WeakMap<GPUDevice, { bytes: number }>();

/**
 * Keeps count of a device's buffers from now on, whoever makes them: ONNX Runtime says nothing of
 * its own. Called before the device is handed to anyone. Costs nothing while no buffer is made.
 */
export function keepBufferLedger(device: GPUDevice): void {
  const held = { bytes: 0 };
  heldBytes.set(device, held);
  // A buffer that is dropped is freed when it is collected.
  const dropped = new FinalizationRegistry<number>((bytes) => {
    held.bytes -= bytes;
  });
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    const { size } = buffer;
    held.bytes += size;
    dropped.register(buffer, size, buffer);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      if (dropped.unregister(buffer)) held.bytes -= size;
      destroy();
    };
    return buffer;
  };
}

/** Bytes of a device's buffers that are neither destroyed nor collected; 0 without a ledger. */
export function heldBufferBytes(device: GPUDevice): number {
  return heldBytes.get(device)?.bytes ?? 0;
}
