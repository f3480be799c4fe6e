/** Buffers of a device by its own books: made and not destroyed, whoever made them. */
export interface GpuLedger {
  readonly liveBuffers: number;
  readonly liveBytes: number;
}

/**
 * Counts a device's buffers from now on, ONNX Runtime's too. Buffers that are dropped without being
 * destroyed count as live, since the device frees them only when they are collected.
 */
export function keepLedger(device: GPUDevice): GpuLedger {
  const live = new Map<GPUBuffer, number>();
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    live.set(buffer, buffer.size);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      live.delete(buffer);
      destroy();
    };
    return buffer;
  };
  return {
    get liveBuffers() {
      return live.size;
    },
    get liveBytes() {
      return [...live.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}
