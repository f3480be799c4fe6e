import { frameIndex, type FrameIndex, type ObjectId } from '../../../core/ids.ts';
import type { DeviceTensor } from '../../device-tensor.ts';
import { directionStep, type TrackingDirection } from './tracking-direction.ts';

/**
 * One object on one frame. The tensors are the tracker's and hold until its next call or step; who
 * needs them longer copies them.
 */
export interface ObjectFrameResult {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** Whether the mask comes from prompts on this very frame. */
  readonly origin: 'prompt' | 'tracked';
  /** `[1,1,S/4,S/4]`, holes filled unless there is no post-processing. */
  readonly lowResMaskLogits: DeviceTensor;
  /** `[1,1]`, 0..1 */
  readonly iouScores: DeviceTensor;
  /** `[1,1]`; the object is present where > 0. */
  readonly objectScoreLogits: DeviceTensor;
}

/** A frame done: every tracked object on it, in the order in which objects came. */
export interface PropagatedFrame {
  readonly frame: FrameIndex;
  readonly results: readonly ObjectFrameResult[];
}

/** Frames to compute in order, both ends included. */
export interface PropagationRange {
  readonly start: FrameIndex;
  readonly end: FrameIndex;
  readonly direction: TrackingDirection;
}

/** What makes a `Propagation`. */
export interface PropagationOptions {
  readonly range: PropagationRange;
  /** Ends the run before the next frame. */
  readonly signal?: AbortSignal;
  readonly compute: (frame: FrameIndex) => Promise<readonly ObjectFrameResult[]>;
}

/**
 * A run over frames that goes one step at a time, so that other calls to the tracker fit between
 * the steps. Source: `sam2_video_predictor.py: propagate_in_video`.
 */
export class Propagation implements AsyncIterable<PropagatedFrame> {
  readonly framesTotal: number;
  readonly #options: PropagationOptions;
  #framesDone = 0;

  constructor(options: PropagationOptions) {
    this.#options = options;
    this.framesTotal = countFrames(options.range);
  }

  get framesDone(): number {
    return this.#framesDone;
  }

  /**
   * Computes the next frame; undefined when all are done. A step that rejects can be tried again.
   * @throws the signal's reason once it is aborted
   */
  async step(): Promise<PropagatedFrame | undefined> {
    const { range, signal, compute } = this.#options;
    signal?.throwIfAborted();
    if (this.#framesDone === this.framesTotal) return undefined;
    const frame = frameIndex(range.start + this.#framesDone * directionStep(range.direction));
    const results = await compute(frame);
    this.#framesDone++;
    return { frame, results };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PropagatedFrame, void> {
    for (let next = await this.step(); next !== undefined; next = await this.step()) yield next;
  }
}

function countFrames({ start, end, direction }: PropagationRange): number {
  // The reference has nothing to do in reverse from the first frame, not even that frame.
  if (direction === 'reverse' && start === 0) return 0;
  return Math.max((end - start) * directionStep(direction) + 1, 0);
}
