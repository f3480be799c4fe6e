import type { ObjectId } from '../core/ids.ts';
import type { ClipSource } from '../core/clip-source.ts';
import type { MaskSummary } from '../core/prompts.ts';
import type { PackContents, VideoInfo } from '../protocol/media-api.ts';
import {
  RECORD_VERSION,
  type ProjectRecord,
  type RecordedClip,
  type RecordedStep,
} from '../storage/project-record.ts';
import { allMemoryEdits, INITIAL_MEMORY, withMemoryEdit } from './memory-slice.ts';
import { moved, nextMove } from './history-moves.ts';
import type { HistorySlice, HistoryStep } from './history-slice.ts';
import { clampFrame } from './playback-slice.ts';
import { allPrompts, INITIAL_PROMPTS, withPrompts } from './prompts-slice.ts';
import { agreedHistory, type AgreedHistory } from './saved-history.ts';
import type { StudioState } from './studio-state.ts';
import { asKept, EMPTY_TRACK } from './summary-track.ts';
import {
  newTracklet,
  propagationAfterEdit,
  withMaskSummaries,
  type Tracklet,
} from './tracklets-slice.ts';
import { windowWithin } from './view-slice.ts';
import { workObject } from './work-change.ts';

/** The project under which the open clip's work is saved. */
export interface OpenProject {
  readonly id: string;
  /** RFC 3339. */
  readonly createdAt: string;
  /** Of the clip, see `clipFingerprint`. */
  readonly fingerprint: string;
  readonly source: ClipSource | undefined;
}

/** Whether anything was done that is worth a record. */
export function hasWork({ history, prompts, tracklets }: StudioState): boolean {
  return (
    history.steps.length > 0 || Object.keys(prompts.byObject).length > 0 || maskCount(tracklets) > 0
  );
}

/** Masks of all objects, empty ones included. */
export function maskCount({ items }: StudioState['tracklets']): number {
  return items.reduce((sum, { summaries }) => sum + summaries.coveredFrames, 0);
}

/**
 * What is saved of the page's work; undefined where no clip is open.
 * @param history with all that is known of the newest step
 */
export function recordOf(
  state: StudioState,
  project: OpenProject,
  { history, savedAt }: { readonly history: HistorySlice; readonly savedAt: string },
): ProjectRecord | undefined {
  const { info } = state.video;
  if (info === undefined) return undefined;
  const { maskModel } = state.project;
  const { id, createdAt, source } = project;
  return {
    version: RECORD_VERSION,
    id,
    createdAt,
    savedAt,
    clip: clipOf(info, state.project.videoSha256, project),
    ...(source === undefined ? {} : { source }),
    objects: state.tracklets.items.map(workObject),
    prompts: allPrompts(state.prompts),
    memory: allMemoryEdits(state.memory),
    maskCount: maskCount(state.tracklets),
    history: { ...history, steps: history.steps.map(recordedStep) },
    view: viewOf(state),
    ...(maskModel === undefined ? {} : { model: maskModel }),
  };
}

/** Saved work to be put on the open clip. */
export interface SavedWork {
  readonly record: ProjectRecord;
  readonly contents: PackContents;
}

/** The state with the saved work in place of what was there, and how page and worker come to agree. */
export function withSavedWork(
  state: StudioState,
  { record, contents }: SavedWork,
): { readonly state: StudioState; readonly agreed: AgreedHistory } {
  const agreed = agreedHistory(record.history, contents);
  const items = record.objects.map((object): Tracklet => ({ ...object, summaries: EMPTY_TRACK }));
  const prompts = record.prompts.reduce(withPrompts, INITIAL_PROMPTS);
  const memory = record.memory.reduce(withMemoryEdit, INITIAL_MEMORY);
  let next: StudioState = {
    ...state,
    prompts,
    memory,
    tracklets: { items, selectedId: record.view.selectedId },
    history: agreed.history,
  };
  for (let step = 0; step < agreed.stepsToUndo; step++) {
    const move = nextMove(next.history, 'undo');
    if (move !== undefined) next = moved(next, move);
  }
  return { agreed, state: withView(withMasks(next, contents.summaries), record) };
}

/** Masks of objects that the record does not know get an object too. */
function withMasks(state: StudioState, summaries: readonly MaskSummary[]): StudioState {
  const known = new Set<number>(state.tracklets.items.map(({ id }) => id));
  const unknown = new Set(summaries.map(({ objectId: id }) => id).filter((id) => !known.has(id)));
  const items = [...state.tracklets.items, ...[...unknown].map(newTracklet)];
  const tracklets = withMaskSummaries({ ...state.tracklets, items }, summaries.map(asKept));
  const parts = { tracklets, prompts: state.prompts };
  return { ...state, tracklets, propagation: propagationAfterEdit({ status: 'idle' }, parts) };
}

function withView(state: StudioState, { view, model }: ProjectRecord): StudioState {
  const frameCount = state.video.info?.frameCount ?? 0;
  const frame = clampFrame(view.frame, frameCount);
  const { items, selectedId } = state.tracklets;
  const isThere = items.some(({ id }) => id === selectedId);
  const { timelineWindow } = view;
  return {
    ...state,
    playback: { ...state.playback, frame, range: view.range },
    tracklets: { items, selectedId: isThere ? selectedId : firstOf(items) },
    project: { ...state.project, maskModel: model, hasUnsavedWork: false },
    view: {
      ...state.view,
      timelineWindow:
        timelineWindow === undefined ? undefined : windowWithin(timelineWindow, frameCount),
    },
  };
}

function clipOf(
  { name, kind, width, height, frameCount, frameRate, bytes }: VideoInfo,
  sha256: string | undefined,
  { fingerprint }: OpenProject,
): RecordedClip {
  const clip = { name, kind, width, height, frameCount, frameRate, bytes, fingerprint };
  return sha256 === undefined ? clip : { ...clip, sha256 };
}

function viewOf({ tracklets, playback, view }: StudioState): ProjectRecord['view'] {
  const { selectedId } = tracklets;
  const { timelineWindow } = view;
  const { frame, range } = playback;
  return {
    frame,
    ...(selectedId === undefined ? {} : { selectedId }),
    ...(timelineWindow === undefined ? {} : { timelineWindow }),
    ...(range === undefined ? {} : { range }),
  };
}

// The ground truth is not opened again by itself, so that what it stood for is of no use.
function recordedStep({ change, ...step }: HistoryStep): RecordedStep {
  const { truth: _truth, ...kept } = change;
  return { ...step, change: kept };
}

function firstOf([first]: readonly Tracklet[]): ObjectId | undefined {
  return first?.id;
}
