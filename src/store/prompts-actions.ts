import { isInside, type VideoBox, type VideoPoint } from '../core/geometry.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { FramePrompts, PlacedPrompts } from '../core/prompts.ts';
import type { EngineSession } from './engine-session.ts';
import type { PlaybackActions } from './playback-actions.ts';
import {
  isEmpty,
  NO_CLICKS,
  promptsAt,
  withBox,
  withoutPoint,
  withPoint,
  withPrompts,
} from './prompts-slice.ts';
import type { StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import type { TrackletsActions } from './tracklets-actions.ts';
import { mapTracklet, propagationAfterEdit } from './tracklets-slice.ts';
import type { PointLabel } from './view-slice.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly tracklets: TrackletsActions;
}

/** What the user says of the selected object on the frame that is shown. */
export class PromptsActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** A click on the shown frame. Points beyond the frame are left out. */
  addPoint(point: VideoPoint, label: PointLabel): void {
    const { info } = this.#context.store.getState().video;
    if (info === undefined || !isInside(point, info)) return;
    this.#change((prompts) => withPoint(prompts, { x: point.x, y: point.y, label }));
  }

  /** @param index in the order in which the points were placed */
  removePoint(index: number): void {
    this.#change((prompts) => withoutPoint(prompts, index));
  }

  /** Takes back the last point, then the box. */
  removeLast(): void {
    const prompts = this.#current();
    if (prompts?.kind !== 'clicks') return;
    const last = prompts.points.length - 1;
    if (last >= 0) this.#change((before) => withoutPoint(before, last));
    else if (prompts.box !== undefined) this.#change((before) => withBox(before, undefined));
  }

  /** @param box absent: removes it */
  setBox(box: VideoBox | undefined): void {
    this.#change((prompts) => withBox(prompts, box));
  }

  /** Removes all that was said of the selected object on the shown frame. */
  clearFrame(): void {
    const prompts = this.#current();
    if (prompts !== undefined && !isEmpty(prompts)) this.#change(() => NO_CLICKS);
  }

  /** Makes an object first if there is none. */
  #change(edit: (prompts: FramePrompts | undefined) => FramePrompts): void {
    const { store } = this.#context;
    if (store.getState().video.info === undefined) return;
    this.#parts.playback.pause();
    const target = store.getState().tracklets.selectedId ?? this.#parts.tracklets.add();
    if (target === undefined) return;
    const frame = store.getState().playback.shownFrame;
    const prompts = edit(promptsAt(store.getState().prompts, target, frame));
    const placed: PlacedPrompts = { objectId: target, frame, prompts };
    store.setState((state) => withPlacedPrompts(state, placed));
    this.#parts.engine.submit(placed);
  }

  #current(): FramePrompts | undefined {
    const { prompts, tracklets, playback } = this.#context.store.getState();
    return promptsAt(prompts, tracklets.selectedId, playback.shownFrame);
  }
}

/** The state with one frame's prompts replaced and what follows from that for tracking. */
function withPlacedPrompts(state: StudioState, placed: PlacedPrompts): StudioState {
  const prompts = withPrompts(state.prompts, placed);
  const tracklets = mapTracklet(state.tracklets, placed.objectId, (tracklet) => ({
    ...tracklet,
    needsTracking: placed.objectId in prompts.byObject,
    changedFrames: withFrame(tracklet.changedFrames, placed.frame),
  }));
  const propagation = propagationAfterEdit(state.propagation, { tracklets, prompts });
  const project = { ...state.project, hasUnsavedWork: true };
  return { ...state, prompts, tracklets, propagation, project };
}

function withFrame(frames: readonly FrameIndex[], frame: FrameIndex): readonly FrameIndex[] {
  return frames.includes(frame) ? frames : [...frames, frame].sort((a, b) => a - b);
}
