import { watchBuffers } from '../../src/engine/runtime/watch-buffers.ts';

/** A device's own books: of its buffers and its work, whoever asks for them. */
export interface GpuLedger {
  /** Made so far. */
  readonly buffersMade: number;
  /** Made and not destroyed. */
  readonly liveBuffers: number;
  readonly liveBytes: number;
  /** Programs started so far. */
  readonly dispatches: number;
}

/**
 * Counts a device's buffers and dispatches from now on, ONNX Runtime's too. Buffers that are dropped
 * without being destroyed count as live, since the device frees them only when they are collected.
 */
export function keepLedger(device: GPUDevice): GpuLedger {
  const live = new Map<GPUBuffer, number>();
  let made = 0;
  let dispatches = 0;
  onDispatch(device, () => dispatches++);
  watchBuffers(device, {
    onMade: (buffer) => {
      made++;
      live.set(buffer, buffer.size);
    },
    onDestroyed: (buffer) => void live.delete(buffer),
  });
  return {
    get buffersMade() {
      return made;
    },
    get dispatches() {
      return dispatches;
    },
    get liveBuffers() {
      return live.size;
    },
    get liveBytes() {
      return [...live.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}

function onDispatch(device: GPUDevice, count: () => void): void {
  const createEncoder = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = createEncoder(descriptor);
    const beginPass = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = beginPass(passDescriptor);
      const [direct, indirect] = [
        pass.dispatchWorkgroups.bind(pass),
        pass.dispatchWorkgroupsIndirect.bind(pass),
      ];
      pass.dispatchWorkgroups = (...counts) => {
        count();
        direct(...counts);
      };
      pass.dispatchWorkgroupsIndirect = (...place) => {
        count();
        indirect(...place);
      };
      return pass;
    };
    return encoder;
  };
}
