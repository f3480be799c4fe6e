import { invariant } from '../../core/assert.ts';
import type { FrameIndex } from '../../core/ids.ts';
import { maskShape } from '../../core/mask-shape.ts';
import type { MaskSummary, TrackedDirection } from '../../core/prompts.ts';
import type { SessionVideo } from '../../protocol/inference-api.ts';
import type { MediaPort, SummarisedMask } from '../../protocol/media-api.ts';
import type { MaskReading } from '../kernels/mask-read/mask-reader.ts';
import type { ObjectFrameResult } from '../sam2/tracker/propagation.ts';
import type { SessionFrames } from './session-frames.ts';
import type { TensorKernels } from './tensor-kernels.ts';

/** What a `MaskPublisher` works with; it owns none of it. */
export interface MaskPublisherOptions {
  readonly kernels: TensorKernels;
  readonly media: Pick<MediaPort, 'putMasks'>;
  readonly video: SessionVideo;
  readonly frames: SessionFrames;
}

/** How results came about. */
export interface PublishOptions {
  /** In which those that were tracked were. */
  readonly direction?: TrackedDirection;
  /** As for `MediaPort.putMasks`. */
  readonly isCorrection?: boolean;
  /** Sees the masks while those that they replace are still there. */
  readonly beforePut?: ((masks: readonly SummarisedMask[]) => Promise<void>) | undefined;
}

/** Turns results of the tracker into masks of the clip, where they are kept and shown. */
export class MaskPublisher {
  readonly #options: MaskPublisherOptions;

  constructor(options: MaskPublisherOptions) {
    this.#options = options;
  }

  /** Whether the objects of a frame decide between them who has a pixel. */
  get isNonOverlapping(): boolean {
    return this.#options.video.overlap === 'highest-logit-wins';
  }

  /**
   * Reads masks, gives them to the decode worker and sums them up, in the order of the results.
   * Those of one frame share it by the session's rule. All reads are submitted before this first
   * waits, so that the tracker may go on meanwhile.
   */
  async publish(
    results: readonly ObjectFrameResult[],
    { direction, isCorrection = false, beforePut }: PublishOptions = {},
  ): Promise<readonly MaskSummary[]> {
    const readings = await this.#read(results);
    const masks = results.map((result): SummarisedMask => {
      const reading = readings.get(result);
      invariant(reading !== undefined, 'every result is read');
      const { objectId, origin } = result;
      const frame = this.#options.frames.frameAt(result.frame);
      const isTracked = origin === 'tracked' && direction !== undefined;
      return { objectId, frame, ...reading, origin, ...(isTracked ? { direction } : {}) };
    });
    await beforePut?.(masks);
    const ious = await this.#options.media.putMasks(masks, { isCorrection });
    return masks.map((mask, i) => summaryOf(mask, ious[i]));
  }

  async #read(
    results: readonly ObjectFrameResult[],
  ): Promise<ReadonlyMap<ObjectFrameResult, MaskReading>> {
    const { kernels, video } = this.#options;
    if (!this.isNonOverlapping) {
      return new Map(pair(results, await kernels.readMasks(results, video)));
    }
    const groups = byFrame(results).map(async (group) =>
      pair(group, await kernels.readNonOverlapping(group, video)),
    );
    return new Map((await Promise.all(groups)).flat());
  }
}

function summaryOf(
  { mask, ...said }: SummarisedMask,
  oppositeIou: number | undefined,
): MaskSummary {
  const shape = maskShape(mask);
  return { ...said, ...shape, ...(oppositeIou === undefined ? {} : { oppositeIou }) };
}

type ReadResult = readonly [ObjectFrameResult, MaskReading];

function pair(
  results: readonly ObjectFrameResult[],
  readings: readonly MaskReading[],
): readonly ReadResult[] {
  return results.map((result, i) => {
    const reading = readings[i];
    invariant(reading !== undefined, 'every result is read');
    return [result, reading];
  });
}

function byFrame(results: readonly ObjectFrameResult[]): readonly ObjectFrameResult[][] {
  const frames = new Map<FrameIndex, ObjectFrameResult[]>();
  for (const result of results) {
    const group = frames.get(result.frame);
    if (group === undefined) frames.set(result.frame, [result]);
    else group.push(result);
  }
  return [...frames.values()];
}
