import type { Size } from '../../core/geometry.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import { fillHoles } from '../kernels/fill-holes/fill-holes.ts';
import { CpuMaskReader } from '../kernels/mask-read/cpu-mask-reader.ts';
import type { MaskReading, MaskSource } from '../kernels/mask-read/mask-reader.ts';
import { CpuPreprocessor } from '../kernels/preprocess/cpu-preprocessor.ts';
import type { RgbaFrame } from '../kernels/preprocess/rgba-frame.ts';
import { hostData, type OrtRuntime } from '../runtime/ort-runtime.ts';

import type { MaskOutput, TensorKernels } from './tensor-kernels.ts';

/** `TensorKernels` in TypeScript, for the WASM backend. */
export class CpuTensorKernels implements TensorKernels {
  readonly bytesRead = 0;
  readonly #runtime: OrtRuntime;
  readonly #imageSize: number;
  readonly #preprocessor: CpuPreprocessor;
  readonly #reader: CpuMaskReader;
  readonly #logitSize: Size;

  /** @param imageSize S */
  constructor(runtime: OrtRuntime, imageSize: number) {
    this.#runtime = runtime;
    this.#imageSize = imageSize;
    this.#logitSize = { width: imageSize / 4, height: imageSize / 4 };
    this.#preprocessor = new CpuPreprocessor(imageSize);
    this.#reader = new CpuMaskReader({ logitSize: this.#logitSize, holeAreaPx: 0 });
  }

  preprocess(frame: RgbaFrame): DeviceTensor {
    const side = this.#imageSize;
    const data = new Float32Array(3 * side * side);
    this.#preprocessor.run(frame, data);
    return this.#runtime.tensor([1, 3, side, side], { dtype: 'float32', data });
  }

  fillHoles(logits: DeviceTensor): DeviceTensor {
    const data = fillHoles(hostData(logits), this.#logitSize);
    return this.#runtime.tensor(logits.dims, { dtype: 'float32', data });
  }

  readMask(output: MaskOutput, video: Size): Promise<MaskReading> {
    return this.#reader.read(sourceOf(output), video);
  }

  readNonOverlapping(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]> {
    return this.#reader.readNonOverlapping(outputs.map(sourceOf), video);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }
}

function sourceOf(output: MaskOutput): MaskSource<Float32Array> {
  return {
    logits: hostData(output.lowResMaskLogits),
    iouScores: hostData(output.iouScores),
    objectScoreLogits: hostData(output.objectScoreLogits),
  };
}
