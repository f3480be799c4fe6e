import type { Size } from '../../core/geometry.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { MaskReading } from '../kernels/mask-read/mask-reader.ts';
import type { RgbaFrame } from '../kernels/preprocess/rgba-frame.ts';
import type { MaskDecoderOutput } from '../sam2/engine-graphs.ts';

/** The kernels beside the networks, on tensors where the backend keeps them. */
export interface TensorKernels extends Disposable {
  /** Bytes copied from the device to memory so far. */
  readonly bytesRead: number;
  /** The encoder's input `[1,3,S,S]`; the caller disposes it. The frame may be reused at once. */
  preprocess(frame: RgbaFrame): DeviceTensor;
  /** Low-resolution logits without small holes; the caller disposes it, the input stays. */
  fillHoles(logits: DeviceTensor): DeviceTensor;
  /**
   * The mask at the video's size, and its scores. The output may be disposed as soon as this
   * returns its promise.
   * @param output with its holes already filled
   */
  readMask(output: MaskDecoderOutput, video: Size): Promise<MaskReading>;
}
