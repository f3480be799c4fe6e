import type { FrameForm, ModelFrame } from '../core/frame/model-frame.ts';
import type { Viewport, Size } from '../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { TruthMask } from '../core/ground-truth.ts';
import type { MaskSummary, TrackedDirection } from '../core/prompts.ts';
import type { MaskRle } from '../core/rle.ts';
import type { PreviewStyle } from './mask-preview.ts';

/** Where frames come from. A zip or a folder holds jpg or png images, sorted by number in name. */
export type MediaSource =
  | {
      readonly kind: 'file';
      readonly file: File;
      /** Of a zip: the folder in it whose pictures are the clip. Absent: it has one alone. */
      readonly folder?: string;
    }
  | { readonly kind: 'folder'; readonly name: string; readonly files: readonly File[] };

/** An open clip. */
export interface VideoInfo extends Size {
  /** File or folder name. `width` and `height` are of the upright frame in square pixels. */
  readonly name: string;
  readonly kind: 'video' | 'frames';
  readonly frameCount: number;
  /** Presentation timestamps in microseconds, ascending; made at 25 a second for frame folders. */
  readonly timestampsUs: Float64Array;
  /** For frame folders: each frame's file name without folders. */
  readonly frameNames?: readonly string[];
  /** Frames a second by the median interval; only for showing and playing. */
  readonly frameRate: number;
  /** Such as `avc1.640028`, or `jpeg`. */
  readonly codec: string;
  readonly bytes: number;
  /** What the user should know of this file, such as that pre-roll frames were left out. */
  readonly notices: readonly string[];
}

/** How one object looks on the stage. */
export interface StageObject {
  readonly id: ObjectId;
  /** `#rrggbb` */
  readonly color: string;
  readonly isVisible: boolean;
  /** Drawn with a stronger outline. */
  readonly isSelected: boolean;
}

/**
 * How masks and ground truth are shown together.
 * - `truth`: the ground truth in place of the masks.
 * - `outlines`: both as outlines, the ground truth's dashed.
 * - `errors`: right, missed and too much, in `ERROR_COLORS`.
 */
export type CompareView = 'truth' | 'outlines' | 'errors';

/** An object of the ground truth with the user's object that is compared to it. */
export interface ComparedObject {
  readonly truthId: number;
  /** Absent: nothing is compared to it. */
  readonly objectId?: ObjectId;
  /** `#rrggbb` */
  readonly color: string;
  readonly isVisible: boolean;
}

/** Comparing with a sequence of the ground truth, on its annotated frames. */
export interface CompareStyle {
  readonly sequence: string;
  readonly view: CompareView;
  /** Where the comparison begins, 0..1 of the video's width; left of it are the masks alone. */
  readonly wipe: number;
  readonly objects: readonly ComparedObject[];
}

/** All that decides what the stage looks like, besides the frame and its masks. */
export interface StageStyle {
  readonly size: Size;
  readonly devicePixelRatio: number;
  readonly viewport: Viewport;
  /** Of the masks' fill, 0..1. */
  readonly fillOpacity: number;
  /** Of the masks' outline, in CSS pixels; 0 draws none. */
  readonly outlineWidth: number;
  readonly objects: readonly StageObject[];
  /** Absent: the masks alone. Frames that the sequence does not annotate show the masks alone. */
  readonly compare?: CompareStyle;
  /** Absent: none. */
  readonly preview?: PreviewStyle;
}

/** What to play, and how. */
export interface PlaybackRequest {
  readonly from: FrameIndex;
  /** Last frame, inclusive. */
  readonly to: FrameIndex;
  /** 1 is the clip's own speed. */
  readonly rate: number;
  readonly isLooping: boolean;
  /** Rather plays slower than leave a frame out; absent: no. */
  readonly isEveryFrameShown?: boolean;
}

/**
 * Takes an image of a frame, which is transferred, and closes it in the end. The next image is made
 * when a promise that it returns resolves; across threads it always returns one.
 */
export type ThumbnailReceiver = (frame: FrameIndex, image: ImageBitmap) => void | Promise<void>;

/** Which small pictures of an object to make. */
export interface MaskPictureRequest {
  readonly objectId: ObjectId;
  /** Of the mask, `#rrggbb`. */
  readonly color: string;
  /** In any order; they come ascending. */
  readonly frames: readonly FrameIndex[];
  /** Of the square pictures, in pixels. */
  readonly sidePx: number;
}

/** What a change of many masks came to, such as undoing a step: each changed (object, frame) is in one of the two. */
export interface MaskChanges {
  /** Where there is a mask now. */
  readonly put: readonly MaskSummary[];
  /** Where there is none now; each object once. */
  readonly removed: readonly {
    readonly objectId: ObjectId;
    readonly frames: readonly FrameIndex[];
  }[];
}

/**
 * A change of whose masks are whose, on the frames from `first` on.
 * - `unite`: `to` has the union of both; what is not its mask alone counts as tracked, without scores.
 * - `move`: `to` has the masks of `from` in place of its own.
 * - `swap`: each has the masks of the other.
 *
 * `from` has none left there, but for `swap`.
 */
export interface MaskReassignment {
  readonly kind: 'unite' | 'move' | 'swap';
  readonly from: ObjectId;
  readonly to: ObjectId;
  readonly first: FrameIndex;
}

/**
 * The masks and steps of an opened project. Steps are numbered without gaps, the first of a project
 * is 1: `firstStep … nextStep − 1` can be undone, the newest first, and `nextStep … endStep − 1`
 * are undone and can be redone.
 */
export interface PackContents {
  /** Of every mask, by frame, then object id. */
  readonly summaries: readonly MaskSummary[];
  readonly firstStep: number;
  /** The number of the next new step. */
  readonly nextStep: number;
  readonly endStep: number;
  /** What the user should know, such as that the last mask was not written whole. */
  readonly notices: readonly string[];
}

/** Why masks are not being saved, and what the user can do about it, as sentences. */
export interface SavingStopped {
  readonly message: string;
  readonly hint: string;
}

/**
 * The part of the decode worker that keeps masks and what became of them. Masks are saved as they
 * come while a pack is open; without one the steps can be undone all the same, but are gone with
 * the worker.
 *
 * Every change of masks belongs to the newest step that is not undone, and to none before the first
 * step: such changes cannot be undone.
 */
export interface MaskWorkApi {
  /**
   * Replaces the masks and steps of the open clip by those saved for the project, none for a new
   * one, and saves all changes from now on. The pack that is open is closed first, as by
   * `closePack`.
   * @param projectId letters, digits, `_` and `-`
   * @param onSavingStopped called at most once, also before this resolves: from then on masks and
   * steps are kept in memory only, as where the browser offers no storage or the disk is full
   * @throws StudioError `project-in-use` when another tab has it open; `file-invalid` when it was
   * made at another size, or by a newer version of the studio. The masks on the stage stay then
   */
  openPack(
    projectId: string,
    onSavingStopped: (reason: SavingStopped) => void,
  ): Promise<PackContents>;
  /** Saves what was not saved yet and stops saving. Masks stay; steps are forgotten. */
  closePack(): Promise<void>;
  /**
   * Writes all masks and steps anew and goes on saving, after saving had stopped.
   * @throws StudioError `storage-full` where there is still no room; as before then
   */
  resumeSaving(): Promise<void>;
  /**
   * Deletes what is saved of a project, if there is anything; closes its pack first.
   * @throws StudioError `project-in-use` when another tab has it open
   */
  deletePack(projectId: string): Promise<void>;
  /** Projects that masks are saved of, in no order; those without a record may be deleted. */
  savedPacks(): Promise<readonly string[]>;
  /**
   * Begins a step, to which later changes of masks belong, and forgets the undone ones.
   * @param step `nextStep` or more; numbers that are left out are steps that changed no mask
   */
  beginStep(step: number): Promise<void>;
  /**
   * Undoes the newest step that is not undone, which must be `step`.
   * @throws StudioError `step-forgotten` when masks of that step had to be let go of
   */
  revertStep(step: number): Promise<MaskChanges>;
  /**
   * Redoes the oldest undone step, which must be `step`.
   * @throws StudioError `step-forgotten` when masks of that step had to be let go of
   */
  reapplyStep(step: number): Promise<MaskChanges>;
  /** Forgets the steps up to `upTo`, inclusive: they cannot be undone any more. */
  dropSteps(upTo: number): Promise<void>;
}

/**
 * The decode worker, as the page sees it: it owns the clip, its decoded frames, every mask, and
 * the stage that shows them.
 *
 * Every method rejects with a `StudioError`; a failed `open` leaves the clip in use open.
 */
export interface MediaApi extends MaskWorkApi {
  /** Opens another clip, without masks and steps; the pack of the one before is closed. */
  open(source: MediaSource): Promise<VideoInfo>;
  /** SHA-256 of the clip's bytes, lower-case hex; for frame folders of the files in order. */
  contentHash(onProgress: (fraction: number) => void): Promise<string>;
  /** Takes over the canvas (transferred). Once for a page. */
  attachStage(canvas: OffscreenCanvas): Promise<void>;
  /** Draws again with another style, in the next animation frame. */
  setStageStyle(style: StageStyle): Promise<void>;
  /** Shows a frame with its masks. Resolves to false when a later call overtook this one. */
  showFrame(frame: FrameIndex): Promise<boolean>;
  /**
   * Plays at the clip's own timestamps, leaving frames out where decoding is too slow, unless
   * every frame is to be shown.
   * `onFrame` tells each frame as it is shown. Resolves when paused or at the end.
   */
  play(request: PlaybackRequest, onFrame: (frame: FrameIndex) => void): Promise<void>;
  pause(): Promise<void>;
  /**
   * Gives images of the frames, at most `maxHeight` pixels high, by ascending frame. Frames that
   * cannot be decoded are passed over. It gives way to what is shown, played and tracked meanwhile.
   * Resolves to false when a later call, or `open`, ended it.
   */
  thumbnails(
    frames: readonly FrameIndex[],
    maxHeight: number,
    onThumbnail: ThumbnailReceiver,
  ): Promise<boolean>;
  /**
   * Gives square pictures of what lies around an object's mask, with the mask drawn over it; of the
   * whole frame where there is no mask, or an empty one. Otherwise as `thumbnails`, beside which it
   * runs.
   */
  maskPictures(request: MaskPictureRequest, onPicture: ThumbnailReceiver): Promise<boolean>;
  /** Opens another port (transferred) that serves `MediaPort`, for the workers beside this one. */
  connect(port: MessagePort): Promise<void>;
  /** One mask; absent where there is none. */
  maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined>;
  /** Stores a mask that the user made, replacing an earlier one, and draws again where it is shown. */
  putMask(mask: SummarisedMask): Promise<void>;
  /** Removes an object's masks, on all frames or only on those given. */
  removeMasks(objectId: ObjectId, frames?: readonly FrameIndex[]): Promise<void>;
  /** Gives masks to other objects. */
  reassignMasks(change: MaskReassignment): Promise<MaskChanges>;
  /** Removes every mask of every object. */
  clearMasks(): Promise<void>;
  /** The ground truth's masks of a frame, by truth id; empty where it has none. */
  truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]>;
  /** Forgets the ground truth; opening another clip does too. */
  clearTruth(): Promise<void>;
}

/** An upright frame: RGBA, 8 bits, row-major, `width·height·4` bytes. The buffer is transferred. */
export interface FramePixels extends Size {
  readonly frame: FrameIndex;
  readonly rgba: Uint8ClampedArray<ArrayBuffer>;
}

/** One object's mask on one frame. */
export interface FrameMask {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  /** At the video's size. */
  readonly mask: MaskRle;
}

/** A mask with what its summary says of it. */
export interface SummarisedMask extends FrameMask {
  readonly origin: MaskSummary['origin'];
  /** As in the summary. */
  readonly predictedIou?: number;
  /** As in the summary. */
  readonly objectScoreLogit?: number;
  /** As in the summary. */
  readonly direction?: TrackedDirection;
  /** As in the summary. */
  readonly oppositeIou?: number;
}

/** IoUs of masks, 0..1, in the masks' order; undefined for those that were compared with none. */
export type MaskIous = readonly (number | undefined)[];

/** What masks are put for. */
export interface PutOptions {
  /**
   * They come of a correction, which is meant to change masks, or of a file: those tracked in the other
   * direction are replaced without being compared. Absent: no.
   */
  readonly isCorrection?: boolean;
}

/** The true masks of one frame, on their way into the decode worker. */
export interface TruthFrameMasks {
  readonly sequence: string;
  readonly frame: FrameIndex;
  /** By truth id, all of the sequence's size. */
  readonly masks: readonly TruthMask[];
}

/** What the decode worker serves to the inference and export workers, over a MessagePort each. */
export interface MediaPort {
  /**
   * The frame for a model, in the form that it takes: no more bytes than that needs, and made here
   * while the model computes another. Its buffer is transferred.
   */
  modelFrame(frame: FrameIndex, form: FrameForm): Promise<ModelFrame>;
  /**
   * Stores masks, replacing earlier ones, and draws again where one of them is shown.
   * @returns for each the IoU with the mask that it replaces, where one of the two was tracked
   * forward and the other in reverse; it is kept with the new mask as its `oppositeIou`
   */
  putMasks(masks: readonly SummarisedMask[], options?: PutOptions): Promise<MaskIous>;
  /** Masks of the frames `[start, end)`, by frame, then object id. */
  masksOfFrames(start: FrameIndex, end: FrameIndex): Promise<readonly FrameMask[]>;
  /** One mask; absent where there is none. */
  maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined>;
}

/** What the decode worker serves besides, to the inference worker when it checks masks. */
export interface ComparePort {
  /**
   * Compares masks with those that are there, which stay.
   * @returns for each the IoU, which is kept as the `oppositeIou` of the mask that is there; undefined
   * where there is none
   */
  compareMasks(masks: readonly FrameMask[]): Promise<MaskIous>;
}

/** What the decode worker serves besides, to those who make videos and pictures. */
export interface PicturePort {
  /** The frame's pixels at the clip's size, the same that models see before they resize them. */
  framePixels(frame: FrameIndex): Promise<FramePixels>;
  /**
   * The frame upright, opaque, in square pixels, in whatever pixel format it has: cheaper than its
   * pixels, drawn as the stage draws it. Transferred, the caller closes it.
   */
  framePicture(frame: FrameIndex): Promise<VideoFrame>;
  /** The file that the clip is, for its sound; absent where it is a folder or zip of pictures. */
  clipFile(): Promise<Blob | undefined>;
}

/** What the decode worker serves besides, to those who bring or score a ground truth. */
export interface TruthPort {
  /** Keeps true masks aside until `settleTruth`; the ground truth in use stays what it is. */
  putTruth(frames: readonly TruthFrameMasks[]): Promise<void>;
  /** Replaces the ground truth by what `putTruth` brought, or forgets what it brought. */
  settleTruth(how: 'use' | 'discard'): Promise<void>;
  /** The ground truth's masks of a frame, by truth id; empty where it has none. */
  truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]>;
}
