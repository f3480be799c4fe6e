import { assertNever } from '../core/assert.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MaskAgreement, MaskSummary } from '../core/prompts.ts';
import type { TruthProgress } from '../protocol/ground-truth-api.ts';
import type { LoadProgress } from '../protocol/device.ts';
import type { TransferProgress } from './project-slice.ts';
import { isRunning, transition, type PropagationEvent } from './propagation-state.ts';
import type { StudioState } from './studio-state.ts';
import {
  anyNeedsTracking,
  withMaskAgreements,
  withMaskSummaries,
  type Tracklet,
} from './tracklets-slice.ts';

/** What comes from the workers, as one list. */
export type EngineEvent =
  | { readonly type: 'masks-summarised'; readonly summaries: readonly MaskSummary[] }
  | { readonly type: 'masks-compared'; readonly found: readonly MaskAgreement[] }
  | { readonly type: 'propagation'; readonly event: PropagationEvent }
  | { readonly type: 'frame-shown'; readonly frame: FrameIndex; readonly isPlayback: boolean }
  | { readonly type: 'model-progress'; readonly progress: LoadProgress }
  | { readonly type: 'hash-progress'; readonly fraction: number }
  | { readonly type: 'transfer-progress'; readonly progress: TransferProgress }
  | { readonly type: 'truth-progress'; readonly progress: TruthProgress };

/**
 * The one way in which results of the workers enter the store. Events that no longer apply, such
 * as progress of a load that has ended, change nothing.
 */
export function applyEngineEvent(state: StudioState, event: EngineEvent): StudioState {
  switch (event.type) {
    case 'masks-summarised':
      return { ...state, tracklets: withMaskSummaries(state.tracklets, event.summaries) };
    case 'masks-compared':
      return { ...state, tracklets: withMaskAgreements(state.tracklets, event.found) };
    case 'propagation':
      return propagationEvent(state, event.event);
    case 'frame-shown':
      return frameShown(state, event);
    case 'model-progress':
      return modelProgress(state, event.progress);
    case 'hash-progress':
      return state.project.transfer.status === 'hashing'
        ? withTransfer(state, { status: 'hashing', fraction: event.fraction })
        : state;
    case 'transfer-progress': {
      const { status } = state.project.transfer;
      return status === 'exporting' || status === 'importing'
        ? withTransfer(state, { status, ...event.progress })
        : state;
    }
    case 'truth-progress': {
      const { loading } = state.groundTruth;
      if (loading === undefined) return state;
      const read = { ...loading, ...event.progress };
      return { ...state, groundTruth: { ...state.groundTruth, loading: read } };
    }
    default:
      return assertNever(event);
  }
}

function withTransfer(
  state: StudioState,
  transfer: StudioState['project']['transfer'],
): StudioState {
  return { ...state, project: { ...state.project, transfer } };
}

// An object waits from a change of its prompts until a run with it starts, and again when that run
// is cut short. So prompts changed during a run still wait when it ends.
function propagationEvent(state: StudioState, event: PropagationEvent): StudioState {
  const before = state.propagation;
  const propagation = transition(before, event);
  if (event.type === 'started' && propagation !== before) {
    const { objectIds, takenFrames } = event;
    const isTaken = (id: ObjectId, frame: FrameIndex) =>
      objectIds.includes(id) && takenFrames?.includes(frame) !== false;
    return { ...state, propagation, tracklets: withTaken(state.tracklets, objectIds, isTaken) };
  }
  if (event.type === 'replanned' && isRunning(propagation)) {
    const { taken } = event;
    const objectIds = taken.map(({ objectId }) => objectId);
    const isTaken = (id: ObjectId, frame: FrameIndex) =>
      taken.some((one) => one.objectId === id && one.frame === frame);
    return { ...state, propagation, tracklets: withTaken(state.tracklets, objectIds, isTaken) };
  }
  if (!isRunning(before) || isRunning(propagation)) return { ...state, propagation };
  if (propagation.status !== 'complete') {
    const tracklets = withFields(state, before.run.objectIds, { needsTracking: true });
    return { ...state, propagation, tracklets };
  }
  return anyNeedsTracking(state.tracklets)
    ? { ...state, propagation: transition(propagation, { type: 'prompts-changed' }) }
    : { ...state, propagation };
}

/** A run has taken changes of prompts in; an object waits as long as one is left. */
function withTaken(
  slice: StudioState['tracklets'],
  objectIds: readonly ObjectId[],
  isTaken: (id: ObjectId, frame: FrameIndex) => boolean,
): StudioState['tracklets'] {
  const items = slice.items.map((tracklet) => {
    if (!objectIds.includes(tracklet.id)) return tracklet;
    const changedFrames = tracklet.changedFrames.filter((frame) => !isTaken(tracklet.id, frame));
    return { ...tracklet, changedFrames, needsTracking: changedFrames.length > 0 };
  });
  return { ...slice, items };
}

function withFields(
  state: StudioState,
  objectIds: readonly ObjectId[],
  fields: Partial<Pick<Tracklet, 'needsTracking' | 'changedFrames'>>,
): StudioState['tracklets'] {
  const items = state.tracklets.items.map((tracklet) =>
    objectIds.includes(tracklet.id) ? { ...tracklet, ...fields } : tracklet,
  );
  return { ...state.tracklets, items };
}

// A late frame of a playback that the user has ended must not move the playhead.
function frameShown(
  state: StudioState,
  event: Extract<EngineEvent, { type: 'frame-shown' }>,
): StudioState {
  const { playback } = state;
  if (!event.isPlayback) return { ...state, playback: { ...playback, shownFrame: event.frame } };
  if (playback.mode !== 'playing') return state;
  return { ...state, playback: { ...playback, frame: event.frame, shownFrame: event.frame } };
}

function modelProgress(state: StudioState, progress: LoadProgress): StudioState {
  const { models } = state;
  if (models.model.status === 'loading') {
    return { ...state, models: { ...models, model: { ...models.model, progress } } };
  }
  if (models.engine.status === 'recovering') {
    return { ...state, models: { ...models, engine: { status: 'recovering', progress } } };
  }
  return state;
}
