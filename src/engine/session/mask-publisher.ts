import { invariant } from '../../core/assert.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { MaskSummary } from '../../core/prompts.ts';
import { rleArea } from '../../core/rle.ts';
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
   * @param beforePut sees the masks while those that they replace are still there
   */
  async publish(
    results: readonly ObjectFrameResult[],
    beforePut?: (masks: readonly SummarisedMask[]) => Promise<void>,
  ): Promise<readonly MaskSummary[]> {
    const readings = await this.#read(results);
    const masks: SummarisedMask[] = [];
    const summaries: MaskSummary[] = [];
    for (const result of results) {
      const reading = readings.get(result);
      invariant(reading !== undefined, 'every result is read');
      const { mask, predictedIou, objectScoreLogit } = reading;
      const { objectId, origin } = result;
      const frame = this.#options.frames.frameAt(result.frame);
      masks.push({ objectId, frame, mask, origin, predictedIou, objectScoreLogit });
      summaries.push({
        objectId,
        frame,
        areaPx: rleArea(mask),
        objectScoreLogit,
        predictedIou,
        origin,
      });
    }
    await beforePut?.(masks);
    await this.#options.media.putMasks(masks);
    return summaries;
  }

  async #read(
    results: readonly ObjectFrameResult[],
  ): Promise<ReadonlyMap<ObjectFrameResult, MaskReading>> {
    const { kernels, video } = this.#options;
    const groups = this.isNonOverlapping
      ? byFrame(results).map(async (group) =>
          pair(group, await kernels.readNonOverlapping(group, video)),
        )
      : results.map(async (result) => pair([result], [await kernels.readMask(result, video)]));
    return new Map((await Promise.all(groups)).flat());
  }
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
