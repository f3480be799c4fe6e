import { invariant } from '../../core/assert.ts';
import type { FrameForm, ModelFrame } from '../../core/frame/model-frame.ts';
import type { Size } from '../../core/geometry.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import { GpuHoleFiller } from '../kernels/fill-holes/gpu-hole-filler.ts';
import type { BufferSlice } from '../kernels/gpu-resources.ts';
import { GpuMaskReader } from '../kernels/mask-read/gpu-mask-reader.ts';
import type { MaskReading, MaskSource } from '../kernels/mask-read/mask-reader.ts';
import { GpuPreprocessor } from '../kernels/preprocess/gpu-preprocessor.ts';
import { gpuBuffer } from '../runtime/gpu-tensors.ts';
import type { OrtRuntime } from '../runtime/ort-runtime.ts';

import type { MaskOutput, TensorKernels } from './tensor-kernels.ts';

/** `TensorKernels` in WGSL, on the device and queue that the runtime uses. */
export class GpuTensorKernels implements TensorKernels {
  /** Planes are the fewest bytes to bring to the device, which converts and resizes in passing. */
  readonly frameForm: FrameForm = { kind: 'planes' };
  readonly #runtime: OrtRuntime;
  readonly #imageSize: number;
  readonly #preprocessor: GpuPreprocessor;
  readonly #filler: GpuHoleFiller;
  readonly #reader: GpuMaskReader;

  /** @param imageSize S */
  constructor(device: GPUDevice, runtime: OrtRuntime, imageSize: number) {
    const logitSize = { width: imageSize / 4, height: imageSize / 4 };
    this.#runtime = runtime;
    this.#imageSize = imageSize;
    this.#preprocessor = new GpuPreprocessor(device, imageSize);
    this.#filler = new GpuHoleFiller(device, { size: logitSize });
    this.#reader = new GpuMaskReader(device, { logitSize });
  }

  get bytesRead(): number {
    return this.#reader.bytesRead;
  }

  /** GPU buffers that the kernels made so far; constant once a video of each size has been seen. */
  get allocations(): number {
    return this.#preprocessor.allocations + this.#filler.allocations + this.#reader.allocations;
  }

  preprocess(frame: ModelFrame): DeviceTensor {
    invariant(frame.kind === 'planes', 'frames come as planes');
    const image = this.#runtime.emptyGpuTensor([1, 3, this.#imageSize, this.#imageSize]);
    this.#preprocessor.run(frame.picture, slice(image));
    return image;
  }

  fillHoles(logits: readonly DeviceTensor[]): readonly DeviceTensor[] {
    const objects = logits.map((tensor) => ({
      logits: tensor,
      filled: this.#runtime.emptyGpuTensor(tensor.dims),
    }));
    this.#filler.run(
      objects.map(({ logits: from, filled }) => ({ logits: slice(from), filled: slice(filled) })),
    );
    return objects.map(({ filled }) => filled);
  }

  readMasks(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]> {
    // A mask of a frame for which memory ran out is none.
    return this.#runtime.guard(() => this.#reader.read(outputs.map(sourceOf), video));
  }

  readNonOverlapping(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]> {
    return this.#runtime.guard(() => this.#reader.readNonOverlapping(outputs.map(sourceOf), video));
  }

  [Symbol.dispose](): void {
    this.#preprocessor[Symbol.dispose]();
    this.#filler[Symbol.dispose]();
    this.#reader[Symbol.dispose]();
  }
}

function sourceOf(output: MaskOutput): MaskSource<BufferSlice> {
  return {
    logits: slice(output.lowResMaskLogits),
    iouScores: slice(output.iouScores),
    objectScoreLogits: slice(output.objectScoreLogits),
  };
}

function slice(tensor: DeviceTensor): BufferSlice {
  return { buffer: gpuBuffer(tensor), offset: 0, size: tensor.bytes };
}
