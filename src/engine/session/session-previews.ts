import { invariant } from '../../core/assert.ts';
import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import type { CandidateIndex, CandidateSummary, PlacedClicks } from '../../core/prompts.ts';
import { rleArea, rleIou } from '../../core/rle.ts';
import type { SessionVideo } from '../../protocol/inference-api.ts';
import type { PreviewPort } from '../../protocol/mask-preview.ts';
import type { MaskReading } from '../kernels/mask-read/mask-reader.ts';
import { CALL_PRIORITY, type CallQueue } from '../runtime/call-queue.ts';
import type { MaskCandidates } from '../sam2/engine-graphs.ts';
import type { FeatureCache } from '../sam2/tracker/feature-cache.ts';
import type { VideoTracker } from '../sam2/tracker/video-tracker.ts';
import type { SessionFrames } from './session-frames.ts';
import { withoutHoles, type TensorKernels } from './tensor-kernels.ts';

/** What `SessionPreviews` works with; it owns none of it. */
export interface SessionPreviewsOptions {
  readonly tracker: Pick<VideoTracker, 'preview' | 'candidates'>;
  readonly features: Pick<FeatureCache, 'has'>;
  readonly kernels: TensorKernels;
  readonly media: PreviewPort;
  readonly video: SessionVideo;
  readonly frames: SessionFrames;
  readonly queue: CallQueue;
  /** Whether there is time for it now: the session is open and tracks nothing. */
  readonly isIdle: () => boolean;
}

const CANDIDATES: readonly CandidateIndex[] = [0, 1, 2];

/** Shows what might be, where that takes a moment only: nothing is changed, encoded or rebuilt. */
export class SessionPreviews {
  readonly #options: SessionPreviewsOptions;
  /** Counts what was asked for; an older question is not answered any more. */
  #asked = 0;

  constructor(options: SessionPreviewsOptions) {
    this.#options = options;
  }

  /** See `InferenceApi.previewPrompt`. */
  async previewPrompt(placed: PlacedClicks, key: string): Promise<boolean> {
    const { tracker, kernels, media, video, frames } = this.#options;
    const asked = ++this.#asked;
    const frame = frames.positionOf(placed.frame);
    const shown = await this.#inTime(frame, async () => {
      if (asked !== this.#asked) return undefined;
      using output = await tracker.preview({ ...placed, frame });
      if (output === undefined) return undefined;
      const readings = await kernels.readMasks([output], video);
      const previews = readings.map(({ mask }) => ({ key, frame: placed.frame, mask }));
      await media.putPreviews('hover', previews);
      return true;
    });
    return shown ?? false;
  }

  /** See `InferenceApi.candidates`. */
  async candidates(
    objectId: ObjectId,
    frame: FrameIndex,
  ): Promise<readonly CandidateSummary[] | undefined> {
    const { tracker, media, frames } = this.#options;
    const position = frames.positionOf(frame);
    return this.#inTime(position, async () => {
      using three = await tracker.candidates(objectId, position);
      if (three === undefined) return undefined;
      const readings = await this.#read(three);
      const keyOf = (candidate: number) => `candidate ${candidate} of ${objectId} on ${frame}`;
      await media.putPreviews(
        'candidates',
        readings.map(({ mask }, candidate) => ({ key: keyOf(candidate), frame, mask })),
      );
      return summariesOf(readings, keyOf);
    });
  }

  async #inTime<T>(frame: FrameIndex, task: () => Promise<T | undefined>): Promise<T | undefined> {
    const { queue, isIdle, features } = this.#options;
    return queue.run(CALL_PRIORITY.preview, async () =>
      isIdle() && features.has(frame) ? task() : undefined,
    );
  }

  async #read({ candidates, objectScoreLogits }: MaskCandidates): Promise<readonly MaskReading[]> {
    const { kernels, video } = this.#options;
    const outputs = candidates.map((candidate) => ({ ...candidate, objectScoreLogits }));
    if (video.postprocessing === 'none') return kernels.readMasks(outputs, video);
    using filled = withoutHoles(kernels, outputs);
    return await kernels.readMasks(filled.outputs, video);
  }
}

function summariesOf(
  readings: readonly MaskReading[],
  keyOf: (candidate: number) => string,
): readonly CandidateSummary[] {
  const best = readings.reduce((a, b) => (b.predictedIou > a.predictedIou ? b : a));
  return CANDIDATES.map((candidate) => {
    const reading = readings[candidate];
    invariant(reading !== undefined, 'a point has three candidates');
    const { mask, predictedIou } = reading;
    return {
      candidate,
      key: keyOf(candidate),
      predictedIou,
      areaPx: rleArea(mask),
      iouWithBest: rleIou(mask, best.mask),
    };
  });
}
