import type { FrameForm, ModelFrame } from '../../core/frame/model-frame.ts';
import type { Size } from '../../core/geometry.ts';
import type { DeviceTensor } from '../device-tensor.ts';
import type { MaskReading } from '../kernels/mask-read/mask-reader.ts';

/** What is read of a decoder's output. */
export interface MaskOutput {
  /** `[1,1,S/4,S/4]`, ready to be shown. */
  readonly lowResMaskLogits: DeviceTensor;
  /** `[1,1]` */
  readonly iouScores: DeviceTensor;
  /** `[1,1]` */
  readonly objectScoreLogits: DeviceTensor;
}

/** The kernels beside the networks, on tensors where the backend keeps them. */
export interface TensorKernels extends Disposable {
  /** Bytes copied from the device to memory so far. */
  readonly bytesRead: number;
  /** In which form frames cost this backend the least. */
  readonly frameForm: FrameForm;
  /**
   * The encoder's input `[1,3,S,S]` of a frame in `frameForm`; the caller disposes it. The frame may
   * be reused at once.
   */
  preprocess(frame: ModelFrame): DeviceTensor;
  /** Low-resolution logits without small holes; the caller disposes it, the input stays. */
  fillHoles(logits: DeviceTensor): DeviceTensor;
  /**
   * The mask at the video's size, and its scores. The output may be disposed as soon as this
   * returns its promise.
   */
  readMask(output: MaskOutput, video: Size): Promise<MaskReading>;
  /**
   * As `readMask` for the objects of one frame, in order, each pixel going to the object of the
   * highest logit there, the first of equals. One object's mask is `readMask`'s.
   */
  readNonOverlapping(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]>;
}
