import { invariant } from '../../core/assert.ts';
import type { FrameForm, ModelFrame } from '../../core/frame/model-frame.ts';
import type { Size } from '../../core/geometry.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { GraphRuntime } from '../graph-runtime.ts';
import { fillHoles } from '../kernels/fill-holes/fill-holes.ts';
import { CpuMaskReader } from '../kernels/mask-read/cpu-mask-reader.ts';
import type { MaskReading, MaskSource } from '../kernels/mask-read/mask-reader.ts';
import { normalizationTable, normalizePixels } from '../kernels/preprocess/normalization.ts';
import type { MaskOutput, TensorKernels } from './tensor-kernels.ts';

/** `TensorKernels` in TypeScript, for the WASM backend. */
export class CpuTensorKernels implements TensorKernels {
  readonly bytesRead = 0;
  /** Resizing is left to the decode worker: it goes on there while the networks run here. */
  readonly frameForm: FrameForm;
  readonly #runtime: GraphRuntime;
  readonly #read: (tensor: DeviceTensor) => Float32Array;
  readonly #imageSize: number;
  readonly #normalized = normalizationTable();
  readonly #reader: CpuMaskReader;
  readonly #logitSize: Size;

  /**
   * @param runtime its tensors must lie in memory
   * @param imageSize S
   * @param read gives the values of a float32 tensor of the runtime, not copied
   */
  constructor(
    runtime: GraphRuntime,
    imageSize: number,
    read: (tensor: DeviceTensor) => Float32Array,
  ) {
    this.#runtime = runtime;
    this.#read = read;
    this.#imageSize = imageSize;
    this.frameForm = { kind: 'resized', side: imageSize };
    this.#logitSize = { width: imageSize / 4, height: imageSize / 4 };
    this.#reader = new CpuMaskReader({ logitSize: this.#logitSize });
  }

  preprocess(frame: ModelFrame): DeviceTensor {
    const side = this.#imageSize;
    invariant(frame.kind === 'resized' && frame.side === side, `frames come at ${side} × ${side}`);
    const data = new Float32Array(3 * side * side);
    normalizePixels(frame.rgb, this.#normalized, data);
    return this.#runtime.tensor([1, 3, side, side], { dtype: 'float32', data });
  }

  fillHoles(logits: readonly DeviceTensor[]): readonly DeviceTensor[] {
    return logits.map((tensor) => {
      const data = fillHoles(this.#read(tensor), this.#logitSize);
      return this.#runtime.tensor(tensor.dims, { dtype: 'float32', data });
    });
  }

  readMasks(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]> {
    return this.#reader.read(this.#sourcesOf(outputs), video);
  }

  readNonOverlapping(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]> {
    return this.#reader.readNonOverlapping(this.#sourcesOf(outputs), video);
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]();
  }

  #sourcesOf(outputs: readonly MaskOutput[]): readonly MaskSource<Float32Array>[] {
    return outputs.map(({ lowResMaskLogits, iouScores, objectScoreLogits }) => ({
      logits: this.#read(lowResMaskLogits),
      iouScores: this.#read(iouScores),
      objectScoreLogits: this.#read(objectScoreLogits),
    }));
  }
}
