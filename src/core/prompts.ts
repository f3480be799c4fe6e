import type { VideoBox, VideoPoint } from './geometry.ts';
import type { FrameIndex, ObjectId } from './ids.ts';
import type { MaskRle } from './rle.ts';

/** A click: what is under it belongs to the object, or does not. */
export interface PointPrompt extends VideoPoint {
  readonly label: 'positive' | 'negative';
}

/** One of the three masks that the model gives a single point, which may mean several things. */
export type CandidateIndex = 0 | 1 | 2;

/** Points with at most one box, in the order in which they were placed: each refines the last mask. */
export interface ClickPrompts {
  readonly kind: 'clicks';
  readonly points: readonly PointPrompt[];
  readonly box?: VideoBox;
  /** The user's mask, at the video's size, that the first of them refines. */
  readonly mask?: MaskRle;
  /**
   * Which mask of the first point the user chose; the one of the highest predicted IoU where absent.
   * Means nothing beside a box.
   */
  readonly candidate?: CandidateIndex;
}

/** Everything the user said about one object on one frame: clicks, or a mask at the video's size. */
export type FramePrompts = ClickPrompts | { readonly kind: 'mask'; readonly mask: MaskRle };

/** Whether nothing is said by these prompts. */
export function isEmptyPrompt(prompts: FramePrompts): boolean {
  if (prompts.kind === 'mask') return false;
  return prompts.points.length === 0 && prompts.box === undefined;
}

/** Prompts with the place they belong to, as they are saved and sent to the engine. */
export interface PlacedPrompts {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly prompts: FramePrompts;
}

/** Clicks with the place they belong to. */
export interface PlacedClicks extends PlacedPrompts {
  readonly prompts: ClickPrompts;
}

/**
 * What becomes of a correction, which is a prompt on a frame that was already tracked.
 * - `keep`: the frame keeps its corrected mask, and frames tracked after it remember it.
 * - `condition`: it becomes a conditioning frame, so that the correction holds in the whole clip
 *   (`sam2_video_predictor.py: add_all_frames_to_correct_as_cond`).
 * - `reference`: as the reference predictor does by default: tracking that passes the frame again
 *   computes it anew and forgets the correction.
 */
export type CorrectionMode = 'keep' | 'condition' | 'reference';

/** What the model says of one object on one frame; the mask itself stays in the workers. */
export interface MaskSummary {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** Object pixels at the video's size. */
  readonly areaPx: number;
  /** Mean of the centres of the object's pixels; absent of an empty mask. */
  readonly centroid?: VideoPoint;
  /** Logit; the object is absent where it is ≤ 0. Absent where no model made the mask. */
  readonly objectScoreLogit?: number;
  /** The model's own estimate of the mask's IoU, 0..1. Absent where no model made the mask. */
  readonly predictedIou?: number;
  readonly origin: 'prompt' | 'tracked' | 'imported';
  /** In which it was tracked; absent of masks that were not, and where that was not noted. */
  readonly direction?: TrackedDirection;
  /**
   * IoU, 0..1, with the mask that tracking in the other direction gave the object on this frame.
   * Absent where it was not tracked both ways.
   */
  readonly oppositeIou?: number;
}

/** From earlier frames to later ones, or back. */
export type TrackedDirection = 'forward' | 'reverse';

/** How well a mask agrees with the one that tracking in the other direction gave. */
export interface MaskAgreement {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** 0..1 */
  readonly iou: number;
}

/** One of the model's three masks of a point; the mask itself stays in the workers. */
export interface CandidateSummary {
  readonly candidate: CandidateIndex;
  /** Under which the stage can show the mask. */
  readonly key: string;
  /** The model's own estimate of the mask's IoU, 0..1. */
  readonly predictedIou: number;
  /** Object pixels at the video's size. */
  readonly areaPx: number;
  /** IoU with the mask that the model takes by itself, 0..1. */
  readonly iouWithBest: number;
}
