import { assertNever, invariant } from '../core/assert.ts';
import { frameIndex, type FrameIndex } from '../core/ids.ts';
import { resizeMask } from '../core/nearest-resizer.ts';
import type {
  CountedFrame,
  FrameMasks,
  FramePair,
  IdPlane,
  MaskOverlap,
  ObjectMask,
  ScoreReport,
  ScoreReportRequest,
} from '../core/scores.ts';
import type { TruthMask } from '../core/ground-truth.ts';
import type { Size } from '../core/geometry.ts';
import { countSides, planeOfMasks, type FrameSide } from './frame-masks.ts';
import { FrameScorer } from './frame-scorer.ts';
import { namedError } from './named-error.ts';
import { reportSoFar } from './report-so-far.ts';

/** How long frames are scored before a waiting message, such as to cancel, is let in. */
const TURN_MS = 16;

/** Where masks of the open clip are: the part of the decode worker's port that scoring needs. */
export interface TrackedMasks {
  masksOfFrames(start: FrameIndex, end: FrameIndex): Promise<readonly ObjectMask[]>;
  /** The ground truth's masks of a frame. */
  truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]>;
}

/** What a `ScoreService` works with. */
export interface ScoreServiceOptions {
  /** Reads a PNG's raw values. Throws a `StudioError`. */
  readonly readPng: (file: Blob) => Promise<IdPlane>;
}

/**
 * What the score worker serves (`ScoreApi`), without the worker. It keeps nothing of a frame once
 * that is counted, so frames may be dealt to any number of workers in any order.
 */
export class ScoreService {
  readonly #options: ScoreServiceOptions;
  readonly #scorer = new FrameScorer();
  #media: TrackedMasks | undefined;
  #cancelling = new AbortController();

  constructor(options: ScoreServiceOptions) {
    this.#options = options;
  }

  /** Takes the side of the decode worker that serves masks. */
  connectMedia(media: TrackedMasks): void {
    this.#media = media;
  }

  /** Counts frames one after another; see `ScoreApi`. */
  async scoreFrames(pairs: readonly FramePair[]): Promise<CountedFrame[]> {
    const { signal } = this.#cancelling;
    const frames: CountedFrame[] = [];
    let turnMs = performance.now();
    for (const pair of pairs) {
      if (performance.now() - turnMs >= TURN_MS) {
        await otherMessages();
        turnMs = performance.now();
      }
      signal.throwIfAborted();
      frames.push(await this.#countFrame(pair));
    }
    return frames;
  }

  /** The scores of counted sequences; see `ScoreApi`. */
  report(request: ScoreReportRequest): ScoreReport | undefined {
    return reportSoFar(request);
  }

  /** Makes `scoreFrames` calls under way reject with an `AbortError`. */
  cancel(): void {
    this.#cancelling.abort(new DOMException('Scoring was cancelled.', 'AbortError'));
    this.#cancelling = new AbortController();
  }

  async #countFrame(pair: FramePair): Promise<CountedFrame> {
    const { name, ignoresVoid = false } = pair;
    try {
      const truth = await this.#read(pair.truth);
      const prediction = await this.#read(pair.prediction);
      return { name, counts: countSides(this.#scorer, { truth, prediction }, { ignoresVoid }) };
    } catch (error) {
      throw namedError(name, error);
    }
  }

  async #read(masks: FrameMasks): Promise<FrameSide> {
    switch (masks.kind) {
      case 'ids':
        return { kind: 'plane', plane: masks };
      case 'png':
        return { kind: 'plane', plane: await this.#options.readPng(masks.file) };
      case 'rle':
        return sideOf(masks.masks, masks);
      case 'tracked': {
        invariant(this.#media !== undefined, 'no decode worker is connected');
        const next = frameIndex(masks.frame + 1);
        const tracked = await this.#media.masksOfFrames(masks.frame, next);
        return sideOf(scoredMasks(tracked, masks), masks);
      }
      case 'truth': {
        invariant(this.#media !== undefined, 'no decode worker is connected');
        const truths = await this.#media.truthMasks(masks.sequence, masks.frame);
        const own = truths.map(({ truthId, mask }) => ({ objectId: truthId, mask }));
        return sideOf(own, { ...masks, overlap: 'lowest-id-wins' });
      }
      default:
        return assertNever(masks);
    }
  }
}

/** The masks of the objects to be scored, under the ids and at the size they are scored with. */
function scoredMasks(
  masks: readonly ObjectMask[],
  { objects, width, height }: Extract<FrameMasks, { readonly kind: 'tracked' }>,
): ObjectMask[] {
  const pairs = objects ?? masks.map(({ objectId }) => ({ objectId, truthId: objectId }));
  return pairs.flatMap(({ objectId, truthId }) => {
    const own = masks.find((mask) => mask.objectId === objectId);
    return own === undefined
      ? []
      : [{ objectId: truthId, mask: resizeMask(own.mask, { width, height }) }];
  });
}

function sideOf(
  masks: readonly ObjectMask[],
  { width, height, overlap }: Size & { readonly overlap: MaskOverlap },
): FrameSide {
  if (overlap === 'kept') return { kind: 'masks', masks, width, height };
  return { kind: 'plane', plane: planeOfMasks(masks, { width, height }) };
}

/** Lets what waits in the worker's queue of messages be handled. */
function otherMessages(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve);
  });
}
