import type { Size } from './geometry.ts';
import type { FrameIndex, ObjectId } from './ids.ts';
import type { MaskRle } from './rle.ts';

/**
 * Whose rules say which frames and objects are scored; `docs/scoring.md` tells them apart.
 * `sav-all-frames` is SA-V's tool with `--do_not_skip_first_and_last_frame`.
 */
export const SCORE_PROTOCOLS = ['visor', 'davis', 'sav', 'sav-all-frames'] as const;
/** Whose rules a score follows; `docs/scoring.md` compares them. */
export type ScoreProtocol = (typeof SCORE_PROTOCOLS)[number];

/** One frame of object ids, row-major, `width·height` bytes, 0 background, as a mask PNG holds it. */
export interface IdPlane extends Size {
  readonly ids: Uint8Array;
}

/** One object's mask on a frame; `objectId` from 1 to 255. */
export interface ObjectMask {
  readonly objectId: number;
  readonly mask: MaskRle;
}

/**
 * Where masks share a pixel: `lowest-id-wins` is what a PNG of ids would hold, and so what the
 * official tools of DAVIS and VISOR would read; `kept` scores each object's mask as it is.
 */
export type MaskOverlap = 'lowest-id-wins' | 'kept';

/** One side of a frame to be scored, in whichever form it is at hand. */
export type FrameMasks =
  | ({ readonly kind: 'ids' } & IdPlane)
  | ({
      readonly kind: 'rle';
      /** At most one for each object. */
      readonly masks: readonly ObjectMask[];
      readonly overlap: MaskOverlap;
    } & Size)
  /** An indexed or greyscale PNG of object ids; read where it is scored. */
  | { readonly kind: 'png'; readonly file: Blob }
  /**
   * What the connected decode worker holds for a frame of its clip, resized to this size by nearest
   * neighbour where the clip has another.
   */
  | ({
      readonly kind: 'tracked';
      readonly frame: FrameIndex;
      readonly overlap: MaskOverlap;
      /**
       * By which truth id an object is scored; others are left out. All under their own ids where
       * absent.
       */
      readonly objects?: readonly { readonly objectId: ObjectId; readonly truthId: number }[];
    } & Size)
  /** What the connected decode worker holds of the ground truth. */
  | ({ readonly kind: 'truth'; readonly sequence: string; readonly frame: FrameIndex } & Size);

/** A frame's ground truth and prediction, both of one size. */
export interface FramePair {
  /** As errors name it: a file or a frame of a sequence. */
  readonly name: string;
  readonly truth: FrameMasks;
  readonly prediction: FrameMasks;
  /**
   * Leaves out the pixels of value 255 in the ground truth, on both sides, as DAVIS does in its
   * unsupervised task. In the official semi-supervised scores they are background.
   */
  readonly ignoresVoid?: boolean;
}

/** All that J and F of one object on one frame are made of, in pixels. */
export interface ObjectCounts {
  readonly objectId: number;
  readonly truthPixels: number;
  readonly predictionPixels: number;
  readonly sharedPixels: number;
  readonly truthBoundary: number;
  readonly predictionBoundary: number;
  /** Pixels of the ground truth's boundary with the prediction's boundary in reach. */
  readonly truthMatched: number;
  /** Pixels of the prediction's boundary with the ground truth's boundary in reach. */
  readonly predictionMatched: number;
}

/** One frame's counts, of every id that either side holds, by ascending id. Knows no protocol. */
export interface FrameCounts {
  readonly objects: readonly ObjectCounts[];
}

/** A scored frame of a sequence, in the order of the sequence. */
export interface CountedFrame {
  /** As errors name it. */
  readonly name: string;
  readonly counts: FrameCounts;
}

/** A whole sequence, or one object of it, counted: what a protocol turns into scores. */
export interface CountedSequence {
  readonly name: string;
  /** Where each object has a folder of its own (SA-V): that folder's name; the id is 1 then. */
  readonly object?: string;
  /**
   * Every frame that has ground truth. Those that the protocol does not score (the first, the
   * last) may be counted against an empty prediction.
   */
  readonly frames: readonly CountedFrame[];
}

/** A measure over frames or objects, as fractions. */
export interface MetricScore {
  readonly mean: number;
  /** Share of the frames with a value above 0.5. */
  readonly recall: number;
  /** First quarter minus last, as the official code has it: past 256 frames NaN or wrong. */
  readonly decay: number;
  /** The same without the official code's 8-bit overflow; equal to `decay` up to 256 frames. */
  readonly correctedDecay: number;
}

/** One object of one sequence. */
export interface ObjectScore {
  readonly sequence: string;
  /** The id in digits; for SA-V's folders of one object each, the folder's name. */
  readonly object: string;
  /** J, the Jaccard index of the regions. */
  readonly region: MetricScore;
  /** F, of the boundaries. */
  readonly boundary: MetricScore;
  readonly frames: readonly ObjectFrameScore[];
}

/** One object on one frame, as fractions. */
export interface ObjectFrameScore {
  readonly name: string;
  /** J. */
  readonly region: number;
  /** F. */
  readonly boundary: number;
  /** Of the pixels; not F, and undefined where both masks are empty. */
  readonly dice: number | undefined;
}

/** Several objects, each counting once, however long its sequence. */
export interface PooledScore {
  readonly objectCount: number;
  /** J&F: half of J's mean and F's mean. */
  readonly mean: number;
  readonly region: MetricScore;
  readonly boundary: MetricScore;
}

/** A file as the official tool writes it. */
export interface ScoreFile {
  readonly name: string;
  readonly text: string;
}

/** What a report is asked for. */
export interface ScoreReportRequest {
  readonly protocol: ScoreProtocol;
  /** As the names of the official files carry it: `val`. */
  readonly setName: string;
  readonly sequences: readonly CountedSequence[];
}

/** The scores of a set under one protocol. */
export interface ScoreReport {
  readonly protocol: ScoreProtocol;
  readonly overall: PooledScore;
  /** VISOR's subset of kitchens that training has not seen; absent where it has no sequence. */
  readonly unseenKitchens?: PooledScore;
  /** One for each sequence that has objects, in the set's order. */
  readonly sequences: readonly { readonly name: string; readonly score: PooledScore }[];
  readonly objects: readonly ObjectScore[];
  readonly files: readonly ScoreFile[];
  /** What was not scored, and where the official numbers mislead; one sentence each. */
  readonly notices: readonly string[];
}
