import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MemoryEdit } from '../core/memory.ts';
import { memoryEditAt, withMemoryEdit } from './memory-slice.ts';
import { memoryObstacle } from './memory-obstacles.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { refuseLocked, refuseWhileTracking } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { findTracklet, mapTracklet, propagationAfterEdit } from './tracklets-slice.ts';

interface Parts {
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
}

/** An object on a frame. */
export interface MemoryPlace {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
}

/** Takes a small picture of an object on a frame and closes it in the end. */
export type MaskPictureReceiver = (frame: FrameIndex, picture: ImageBitmap) => void;

/** Which pictures to make. */
export interface MaskPictures {
  readonly objectId: ObjectId;
  readonly frames: readonly FrameIndex[];
  /** Of the square pictures, in device pixels. */
  readonly sidePx: number;
}

/**
 * What the model remembers of the objects. Pinning and dropping are steps of the work that change no
 * mask by themselves: tracking again does.
 */
export class MemoryActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * Decides about a frame's memory, or takes that back where it is decided so already.
   * @param place the selected object on the shown frame unless given
   */
  toggle(edit: MemoryEdit, place?: MemoryPlace): void {
    const at = place ?? this.#shown();
    if (at === undefined) return;
    const before = memoryEditAt(this.#state.memory, at.objectId, at.frame);
    this.#set(at, before === edit ? undefined : edit);
  }

  /** Takes back what was decided about a frame's memory. */
  restore(place: MemoryPlace): void {
    this.#set(place, undefined);
  }

  /** Shows a frame with the object selected. */
  goTo({ objectId, frame }: MemoryPlace): void {
    patch(this.#context, 'tracklets', { selectedId: objectId });
    this.#parts.playback.seekTo(frame);
  }

  /** Makes pictures of an object on frames, in place of those asked for before. */
  async pictures(wanted: MaskPictures, receive: MaskPictureReceiver): Promise<void> {
    const { tracklets, video } = this.#state;
    const color = findTracklet(tracklets, wanted.objectId)?.color;
    if (color === undefined || video.info === undefined) return;
    try {
      await this.#context.services.media.maskPictures({ ...wanted, color }, receive);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  #set(place: MemoryPlace, edit: MemoryEdit | undefined): void {
    const { objectId, frame } = place;
    const object = findTracklet(this.#state.tracklets, objectId);
    const before = memoryEditAt(this.#state.memory, objectId, frame);
    if (object === undefined || before === edit) return;
    if (refuseWhileTracking(this.#context) || refuseLocked(this.#context, [objectId])) return;
    const obstacle = edit && memoryObstacle(this.#state, edit, place);
    if (obstacle !== undefined) {
      raiseAlert(this.#context, { severity: 'info', ...obstacle });
      return;
    }
    const name = `${nameOf(edit, before)} ${frame} of ${object.name}`;
    if (!this.#parts.recorder.begin({ name, place })) return;
    this.#context.store.setState((state) => withDecision(state, place, edit));
  }

  #shown(): MemoryPlace | undefined {
    const { tracklets, playback } = this.#state;
    const { selectedId: objectId } = tracklets;
    return objectId === undefined ? undefined : { objectId, frame: playback.shownFrame };
  }

  get #state(): StudioState {
    return this.#context.store.getState();
  }
}

function nameOf(edit: MemoryEdit | undefined, before: MemoryEdit | undefined): string {
  switch (edit) {
    case 'pinned':
      return 'pin on frame';
    case 'dropped':
      return 'dropped memory of frame';
    case undefined:
      return before === 'pinned' ? 'removed pin of frame' : 'restored memory of frame';
  }
}

/** The state with a decision and what follows from it for tracking. */
function withDecision(
  state: StudioState,
  { objectId, frame }: MemoryPlace,
  edit: MemoryEdit | undefined,
): StudioState {
  const change = { objectId, frame, ...(edit === undefined ? {} : { edit }) };
  const memory = withMemoryEdit(state.memory, change);
  const tracklets = mapTracklet(state.tracklets, objectId, (tracklet) => ({
    ...tracklet,
    needsTracking: objectId in state.prompts.byObject,
    changedFrames: [...new Set([...tracklet.changedFrames, frame])].sort((a, b) => a - b),
  }));
  const propagation = propagationAfterEdit(state.propagation, {
    tracklets,
    prompts: state.prompts,
  });
  return { ...state, memory, tracklets, propagation };
}
