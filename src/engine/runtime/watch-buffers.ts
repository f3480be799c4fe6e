/** Told of a device's buffers. */
export interface BufferWatch {
  readonly onMade: (buffer: GPUBuffer) => void;
  /** Once for each call of `destroy`, of which only the first does anything. */
  readonly onDestroyed: (buffer: GPUBuffer) => void;
}

/** Tells of every buffer that a device makes from now on, whoever asks for it. */
export function watchBuffers(device: GPUDevice, { onMade, onDestroyed }: BufferWatch): void {
  const create = device.createBuffer.bind(device);
  device.createBuffer = (descriptor) => {
    const buffer = create(descriptor);
    onMade(buffer);
    const destroy = buffer.destroy.bind(buffer);
    buffer.destroy = () => {
      onDestroyed(buffer);
      destroy();
    };
    return buffer;
  };
}
