import { isInside, type VideoBox, type VideoPoint } from '../core/geometry.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import {
  isEmptyPrompt,
  type CandidateIndex,
  type FramePrompts,
  type PlacedPrompts,
} from '../core/prompts.ts';
import { maskShape } from '../core/mask-shape.ts';
import type { MaskRle } from '../core/rle.ts';
import type { FrameMask } from '../protocol/media-api.ts';
import type { EngineSession } from './engine-session.ts';
import type { PlaybackActions } from './playback-actions.ts';
import {
  lonePoint,
  NO_CLICKS,
  promptsAt,
  withBox,
  withCandidate,
  withoutPoint,
  withPoint,
  withPrompts,
} from './prompts-slice.ts';
import { refuseLocked, refuseUnselected } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import type { StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import type { TrackingRunner } from './tracking-runner.ts';
import type { TrackletsActions } from './tracklets-actions.ts';
import { findTracklet, mapTracklet, newTracklet, propagationAfterEdit } from './tracklets-slice.ts';
import type { PointLabel } from './view-slice.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
  readonly runner: TrackingRunner;
  readonly tracklets: TrackletsActions;
}

/** An object on a frame. */
export interface PromptPlace {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
}

/** What the user says of the selected object on the frame that is shown. */
export class PromptsActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * A click on the shown frame. Points beyond the frame are left out, and so is what does not belong to
   * an object where none is selected.
   */
  addPoint(point: VideoPoint, label: PointLabel): void {
    const { info } = this.#context.store.getState().video;
    if (info === undefined || !isInside(point, info)) return;
    if (label === 'negative' && refuseUnselected(this.#context)) return;
    const { x, y } = point;
    this.#change('point on', (prompts) => withPoint(prompts, { x, y, label }));
  }

  /** @param index in the order in which the points were placed */
  removePoint(index: number): void {
    this.#change('removed point of', (prompts) => withoutPoint(prompts, index));
  }

  /** Takes back the last point, then the box. */
  removeLast(): void {
    const prompts = this.#current();
    if (prompts?.kind !== 'clicks') return;
    const last = prompts.points.length - 1;
    if (last >= 0) this.removePoint(last);
    else if (prompts.box !== undefined) this.setBox(undefined);
  }

  /** @param box absent: removes it */
  setBox(box: VideoBox | undefined): void {
    const what = box === undefined ? 'removed box of' : 'box around';
    this.#change(what, (prompts) => withBox(prompts, box));
  }

  /**
   * Says that the object has this mask, in place of all that was said of it there.
   * @param place where the mask was made; the selected object on the shown frame unless given
   */
  setMask(mask: MaskRle, place?: PromptPlace): void {
    this.#change('mask of', () => ({ kind: 'mask', mask }), place);
  }

  /** Says which of the model's three masks the only point means. */
  chooseCandidate(candidate: CandidateIndex): void {
    const prompts = this.#current();
    if (lonePoint(prompts) === undefined) return;
    this.#change('other mask of', (before) => withCandidate(before, candidate));
  }

  /** Removes all that was said of the selected object on the shown frame. */
  clearFrame(): void {
    const prompts = this.#current();
    if (prompts !== undefined && !isEmptyPrompt(prompts)) {
      this.#change('cleared frame of', () => NO_CLICKS);
    }
  }

  /**
   * One step of the work. Makes an object first if there is none. Tracking that runs goes on from
   * there.
   * @param what is done to the object, whose name comes after it
   * @param place the selected object on the shown frame unless given
   */
  #change(
    what: string,
    edit: (prompts: FramePrompts | undefined) => FramePrompts,
    place?: PromptPlace,
  ): void {
    const { store } = this.#context;
    const { engine, playback, recorder, runner, tracklets } = this.#parts;
    if (store.getState().video.info === undefined) return;
    playback.pause();
    const state = store.getState();
    const target = findTracklet(state.tracklets, place?.objectId ?? state.tracklets.selectedId);
    // The object may have been removed since the mask was begun.
    if (place !== undefined && target === undefined) return;
    if (target !== undefined && refuseLocked(this.#context, [target.id])) return;
    const objectId = target?.id ?? tracklets.nextId();
    if (objectId === undefined) return;
    const frame = place?.frame ?? state.playback.shownFrame;
    const name = `${what} ${target?.name ?? newTracklet(objectId).name}`;
    if (!recorder.begin({ name, place: { objectId, frame } })) return;
    if (target === undefined) tracklets.put(objectId);
    const prompts = edit(promptsAt(store.getState().prompts, objectId, frame));
    const placed: PlacedPrompts = { objectId, frame, prompts };
    store.setState((state) => withPlacedPrompts(state, placed));
    if (prompts.kind === 'mask') this.#showMask({ objectId, frame, mask: prompts.mask });
    engine.submit(placed);
    runner.correct({ objectId, frame });
  }

  /** The user's own mask need not wait for the engine, nor even for a model. */
  #showMask({ mask, ...place }: FrameMask): void {
    const said = { ...place, origin: 'prompt' } as const;
    this.#parts.recorder.call((media) => media.putMask({ ...said, mask }));
    const summary = { ...said, ...maskShape(mask) };
    this.#context.events.push({ type: 'masks-summarised', summaries: [summary] });
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
  return { ...state, prompts, tracklets, propagation };
}

function withFrame(frames: readonly FrameIndex[], frame: FrameIndex): readonly FrameIndex[] {
  return frames.includes(frame) ? frames : [...frames, frame].sort((a, b) => a - b);
}
