import { invariant } from '../../core/assert.ts';
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
  /** Each object's low-resolution logits without small holes; the caller disposes them, the inputs stay. */
  fillHoles(logits: readonly DeviceTensor[]): readonly DeviceTensor[];
  /**
   * Masks at the video's size, and their scores, in order. The outputs may be disposed as soon as this
   * returns its promise.
   */
  readMasks(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]>;
  /**
   * As `readMasks` for the objects of one frame, each pixel going to the object of the highest logit
   * there, the first of equals. One object's mask is `readMasks`'s.
   */
  readNonOverlapping(outputs: readonly MaskOutput[], video: Size): Promise<readonly MaskReading[]>;
}

/** Outputs without small holes; disposing them leaves the scores, which are those of the others. */
export interface FilledOutputs extends Disposable {
  readonly outputs: readonly MaskOutput[];
}

/** `TensorKernels.fillHoles` for outputs that are to be read. */
export function withoutHoles(
  kernels: Pick<TensorKernels, 'fillHoles'>,
  outputs: readonly MaskOutput[],
): FilledOutputs {
  const filled = kernels.fillHoles(outputs.map(({ lowResMaskLogits }) => lowResMaskLogits));
  return {
    outputs: outputs.map(({ iouScores, objectScoreLogits }, i) => {
      const lowResMaskLogits = filled[i];
      invariant(lowResMaskLogits !== undefined, 'every output is filled');
      return { lowResMaskLogits, iouScores, objectScoreLogits };
    }),
    [Symbol.dispose]: () => {
      for (const logits of filled) logits[Symbol.dispose]();
    },
  };
}
