import type {
  CandidateSummary,
  CorrectionMode,
  MaskSummary,
  PlacedClicks,
  PlacedPrompts,
  TrackedDirection,
} from '../core/prompts.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { BenchmarkCursor, BenchmarkRequest } from './benchmark-api.ts';
import type { FrameMemoryEdit, MemoryAccount } from '../core/memory.ts';
import type {
  DeviceReport,
  LoadProgress,
  MemoryReport,
  ModelPreferences,
  ModelReport,
  ModelSource,
} from './device.ts';

/**
 * What becomes of a pixel that several objects claim on a frame.
 * - `kept`: each object's mask is as the model made it.
 * - `highest-logit-wins`: only the object with the highest logit has it, of those computed on the
 *   frame together (`sam2_base.py: _apply_non_overlapping_constraints` with the predictor's
 *   `non_overlap_masks`, as `vos_inference.py` runs it). Memories are not touched by it.
 */
export type OverlapRule = 'kept' | 'highest-logit-wins';

/**
 * Whether the reference's post-processing is applied (`build_sam.py: apply_postprocessing`).
 * - `applied`: holes of masks are filled, and the memory of a prompted frame is of its mask as it is
 *   shown. What the predictor does for interactive use.
 * - `none`: neither. What `vos_inference.py` does unless told otherwise, and what published scores
 *   are made with. Clicks still fall back to a more stable mask, which the flag switches off too;
 *   masks as prompts and tracking have no such choice.
 */
export type Postprocessing = 'applied' | 'none';

/** What the engine must know of a clip: its upright size in pixels, its length, and its rules. */
export interface SessionVideo {
  readonly width: number;
  readonly height: number;
  readonly frameCount: number;
  /**
   * The clip's frames, ascending, that are the whole video to the model, which sees them as one
   * after the other; all where absent. Prompts and propagations name frames of the clip as ever,
   * and only frames of these.
   */
  readonly frames?: readonly FrameIndex[];
  /** `kept` where absent. */
  readonly overlap?: OverlapRule;
  /** `applied` where absent. */
  readonly postprocessing?: Postprocessing;
}

/**
 * When tracking has come to where it changes nothing any more: on so many frames in a row, each
 * object's new mask agrees with the one that was there, its IoU with it being above `iou`. Frames
 * with prompts show what was said of them whatever is tracked: they neither count nor interrupt.
 */
export interface AgreementRule {
  readonly agreeingFrames: number;
  /** 0..1 */
  readonly iou: number;
}

/** What to track, from where to where. */
export interface PropagationRequest {
  /** Objects to track; all when absent. */
  readonly objectIds?: readonly ObjectId[];
  /** First frame to compute. */
  readonly start: FrameIndex;
  /** Last frame to compute, inclusive; before `start` when tracking in reverse. */
  readonly end: FrameIndex;
  readonly direction: 'forward' | 'reverse';
  /**
   * Ends the run before `end` where this is met. The masks of the frames that agree are the new ones
   * like all others, since they are those of the memory that tracking goes on with.
   */
  readonly until?: AgreementRule;
  /**
   * Frames before `start` that the engine has not tracked are remembered by their stored masks: a
   * run that takes up the work of an earlier session. No where absent.
   */
  readonly goesOnFromMasks?: boolean;
}

/** Which masks of an object to check, and from which of them. */
export interface MaskCheckRequest {
  readonly objectId: ObjectId;
  /** Whose mask is tracked from. */
  readonly start: FrameIndex;
  /** Last frame to compare, inclusive; before `start` when tracking in reverse. */
  readonly end: FrameIndex;
  readonly direction: TrackedDirection;
}

/** What came since the last call. */
export interface PropagationBatch {
  readonly summaries: readonly MaskSummary[];
  readonly framesDone: number;
  /** Of the session's frames from start to end. */
  readonly framesTotal: number;
  readonly state: 'running' | 'complete' | 'cancelled';
  /** The last frame computed, in the last batch of a run that ended where its `until` was met. */
  readonly stoppedAt?: FrameIndex;
}

/** A running propagation. Finished frames are kept whatever happens to it. */
export interface PropagationCursor {
  /**
   * Resolves as soon as something is there, at the latest after `maxMs`. Rejects with the error
   * that ended the run; the frames before it are in earlier batches.
   */
  nextBatch(maxMs: number): Promise<PropagationBatch>;
  /** Stops after the frame under way. The last batch says `cancelled`. */
  cancel(): Promise<void>;
}

/**
 * The inference worker, as the page sees it. One call runs at a time; later ones wait, and a
 * prompt goes before the next frame of a running propagation.
 *
 * Every method rejects with a `StudioError`. After `device-lost` the worker is done for: the
 * client starts another, loads the model again and calls `restore`.
 */
export interface InferenceApi {
  /** Finds out what runs here; cheap after the first call. */
  probe(preferences: ModelPreferences): Promise<DeviceReport>;
  /**
   * What the device holds now, and what each model would take of it with so many objects. Cheap after
   * the first call, and never in the way of what is computed.
   */
  memoryReport(preferences: ModelPreferences, objects: number): Promise<MemoryReport>;
  /**
   * Replaces the model. The one in use stays until the new one has passed its self-test, and
   * stays for good when loading fails. `file` is read in ranges, never copied whole.
   * @throws StudioError `model-too-large` before anything is put on the device
   */
  loadModel(
    source: ModelSource,
    preferences: ModelPreferences,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<ModelReport>;
  /** Transfers the port over which frames come in and masks go out (`FrameProvider`, `MaskSink`). */
  connectMedia(port: MessagePort): Promise<void>;
  /** Forgets all objects and starts on another video. Needs a model. */
  startSession(video: SessionVideo): Promise<void>;
  /**
   * Makes `prompts` the whole of what the user said of this object on this frame, computes the
   * mask, and sends it to the stage. Points that extend the earlier ones refine the earlier mask,
   * as the reference does; any other change starts that frame afresh. Empty clicks remove the
   * frame's prompts and resolve to the mask that tracking has there, undefined where it has none.
   *
   * With `highest-logit-wins` the masks of all objects on the frame are sent to the stage, as the
   * reference gives them all; the summary is of this object, the others' areas come with tracking.
   * @throws StudioError `frame-outside-session` where the session leaves the frame out
   */
  setPrompts(placed: PlacedPrompts): Promise<MaskSummary | undefined>;
  /**
   * Shows what `setPrompts` would give as a preview by this key, and changes nothing. Only the last
   * one asked for is computed, after everything else, and only where it comes quickly: on a frame
   * whose features are there, and never while tracking.
   * @returns whether the preview is with the stage
   */
  previewPrompt(placed: PlacedClicks, key: string): Promise<boolean>;
  /**
   * The three masks that an object's only point on a frame, a positive one, may mean; they are with
   * the stage as previews. Which of them is taken is said in the prompts (`candidate`). Undefined
   * where there are other prompts or none, and where it would not come quickly, as a preview.
   */
  candidates(
    objectId: ObjectId,
    frame: FrameIndex,
  ): Promise<readonly CandidateSummary[] | undefined>;
  /**
   * Makes `edits` the whole of what the user decided about an object's memories, from the next prompt
   * and the next tracked frame on. They are gone with the session and with the object. The memory of
   * a pinned frame is the one that tracking made of it, or is made again from its stored mask where
   * that is not held any more; without a mask the pin has no effect. Tracking that passes a pinned
   * frame leaves its mask as it is and gives no summary for it. Its pixels are then not contested by
   * `highest-logit-wins`.
   * @throws StudioError `frame-outside-session` where the session leaves one of the frames out
   */
  setMemoryEdits(objectId: ObjectId, edits: readonly FrameMemoryEdit[]): Promise<void>;
  /**
   * What an object's tracking attends to on a frame, were it computed now in the direction in which
   * the frame was tracked last, or forward, by a run with `goesOnFromMasks`: tracking's own choice.
   * Nothing is computed. Undefined where the object cannot be tracked.
   * @throws StudioError `frame-outside-session` where the session leaves the frame out
   */
  memoryAccount(objectId: ObjectId, frame: FrameIndex): Promise<MemoryAccount | undefined>;
  /** From the next prompt and the next tracked frame on; `keep` until then, in every session. */
  setCorrectionMode(mode: CorrectionMode): Promise<void>;
  /**
   * Forgets an object. With `highest-logit-wins`, masks of the others on the frames that it had
   * prompts on are sent to the stage, without what it covered.
   */
  removeObject(objectId: ObjectId): Promise<void>;
  /**
   * Tracks; needs at least one prompt. Only one propagation runs at a time.
   * @throws StudioError `frame-outside-session` where an end is not among the session's frames
   */
  propagate(request: PropagationRequest): Promise<PropagationCursor>;
  /**
   * Tracks an object from a mask that it has and compares what comes with the masks that are there;
   * none is put. The decode worker keeps each IoU as the mask's `oppositeIou`, and the summaries of
   * the batches bring it (their other fields are of what was tracked for it, and of no mask that is
   * kept). The session goes on as if nothing had been tracked. One check runs at a time: another
   * one, another session, and another model end it.
   * @throws StudioError `prompts-missing` where the object has no mask on the first frame
   */
  checkMasks(request: MaskCheckRequest): Promise<PropagationCursor>;
  /** Forgets what was tracked and keeps the prompts (`reset_state` keeps neither). */
  clearTracking(): Promise<void>;
  /**
   * Starts a session and sets all prompts in this order, the points of a frame one after the other, as
   * they refined its mask. Masks on the stage stay as they are.
   * @param prompts what is said of each object and prompted frame, once
   * @throws StudioError `frame-outside-session` where a prompt is on a frame that the session leaves
   * out; the session in use goes on then
   */
  restore(video: SessionVideo, prompts: readonly PlacedPrompts[]): Promise<void>;
  /**
   * Measures the model on its device, on pictures of its own; needs a model. The session stays as it
   * is, and calls that use it must wait, since they would be in the times. Another model ends it.
   */
  benchmark(request: BenchmarkRequest): Promise<BenchmarkCursor>;
}
