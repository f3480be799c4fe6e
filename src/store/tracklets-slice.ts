import { groupBy } from '../core/group-by.ts';
import { MAX_OBJECT_ID, objectId, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { MaskAgreement } from '../core/prompts.ts';
import type { MaskChanges } from '../protocol/media-api.ts';
import { colorForObject } from './object-colors.ts';
import type { PromptsSlice } from './prompts-slice.ts';
import { transition, type PropagationState } from './propagation-state.ts';
import type { PageSummary } from './summary-chunk.ts';
import {
  asKept,
  EMPTY_TRACK,
  summaryAt,
  withAgreements,
  withoutFrames,
  withSummaries,
  type SummaryTrack,
} from './summary-track.ts';

/** The user's object. Its masks stay in the workers. */
export interface Tracklet {
  readonly id: ObjectId;
  readonly name: string;
  /** `#rrggbb` */
  readonly color: string;
  readonly isVisible: boolean;
  /** Neither prompts nor tracking change it. */
  readonly isLocked?: boolean;
  /** Its prompts changed since it was last tracked. */
  readonly needsTracking: boolean;
  /** Frames whose prompts changed since a run with it started, ascending. */
  readonly changedFrames: readonly FrameIndex[];
  readonly summaries: SummaryTrack;
}

/** The user's objects. */
export interface TrackletsSlice {
  /** In the order of the list. */
  readonly items: readonly Tracklet[];
  readonly selectedId: ObjectId | undefined;
}

/** No objects. */
export const INITIAL_TRACKLETS: TrackletsSlice = {
  items: [],
  selectedId: undefined,
};

/** How an object stands on one frame. */
export type TrackletStatus = 'prompted' | 'tracked' | 'absent' | 'imported' | 'kept' | 'no-mask';

/** The object with this id; absent when it was removed. */
export function findTracklet(
  slice: TrackletsSlice,
  id: ObjectId | undefined,
): Tracklet | undefined {
  return slice.items.find((tracklet) => tracklet.id === id);
}

/** How the object stands on this frame. */
export function statusAt(tracklet: Tracklet, frame: FrameIndex): TrackletStatus {
  const summary = summaryAt(tracklet.summaries, frame);
  if (summary === undefined) return 'no-mask';
  if (summary.isAbsent) return 'absent';
  return summary.origin === 'prompt' ? 'prompted' : summary.origin;
}

/** Lowest number that no object has; absent when all 255 are taken. */
export function freeObjectId(slice: TrackletsSlice): ObjectId | undefined {
  const taken = new Set(slice.items.map((tracklet) => tracklet.id));
  for (let id = 1; id <= MAX_OBJECT_ID; id++) {
    if (!taken.has(objectId(id))) return objectId(id);
  }
  return undefined;
}

/** A visible object without prompts or masks, named and coloured by its number. */
export function newTracklet(id: ObjectId): Tracklet {
  return {
    id,
    name: `Object ${id}`,
    color: colorForObject(id),
    isVisible: true,
    needsTracking: false,
    changedFrames: [],
    summaries: EMPTY_TRACK,
  };
}

/** The objects with one more, which is selected. */
export function withTracklet(slice: TrackletsSlice, tracklet: Tracklet): TrackletsSlice {
  return { ...slice, items: withPlaced(slice.items, tracklet), selectedId: tracklet.id };
}

/** The list with one more, behind the last one of a lower number. */
export function withPlaced(items: readonly Tracklet[], tracklet: Tracklet): readonly Tracklet[] {
  return items.toSpliced(items.findLastIndex(({ id }) => id < tracklet.id) + 1, 0, tracklet);
}

/** The objects with one of them changed. */
export function mapTracklet(
  slice: TrackletsSlice,
  id: ObjectId,
  change: (tracklet: Tracklet) => Tracklet,
): TrackletsSlice {
  const items = slice.items.map((tracklet) => (tracklet.id === id ? change(tracklet) : tracklet));
  return { ...slice, items };
}

/** Whether the object is shown and no other is. */
export function isShownAlone({ items }: TrackletsSlice, id: ObjectId): boolean {
  return items.length > 1 && items.every((tracklet) => tracklet.isVisible === (tracklet.id === id));
}

/** The objects without one of them, whose neighbour is selected. */
export function withoutTracklet(slice: TrackletsSlice, id: ObjectId): TrackletsSlice {
  const at = slice.items.findIndex((tracklet) => tracklet.id === id);
  if (at < 0) return slice;
  const items = slice.items.filter((other) => other.id !== id);
  const neighbour = items[Math.min(at, items.length - 1)]?.id;
  return {
    items,
    selectedId: slice.selectedId === id ? neighbour : slice.selectedId,
  };
}

/** Puts each summary to its object; those of objects that are gone fall away. */
export function withMaskSummaries(
  slice: TrackletsSlice,
  summaries: readonly PageSummary[],
): TrackletsSlice {
  const byObject = groupBy(summaries, ({ objectId }) => objectId);
  const items = slice.items.map((tracklet) => {
    const own = byObject.get(tracklet.id);
    return own === undefined
      ? tracklet
      : { ...tracklet, summaries: withSummaries(tracklet.summaries, own) };
  });
  return { ...slice, items };
}

/** Notes of masks how well they agree with tracking in the other direction. */
export function withMaskAgreements(
  slice: TrackletsSlice,
  found: readonly MaskAgreement[],
): TrackletsSlice {
  const byObject = groupBy(found, ({ objectId }) => objectId);
  return [...byObject].reduce(
    (left, [objectId, own]) =>
      mapTracklet(left, objectId, (tracklet) => ({
        ...tracklet,
        summaries: withAgreements(tracklet.summaries, own),
      })),
    slice,
  );
}

/**
 * Puts and removes the summaries that undoing or redoing a step changed. What was tracked is kept:
 * the engine remembers something else of these frames.
 */
export function withMaskChanges(
  slice: TrackletsSlice,
  { put, removed }: MaskChanges,
): TrackletsSlice {
  const without = removed.reduce(
    (left, { objectId, frames }) =>
      mapTracklet(left, objectId, (tracklet) => ({
        ...tracklet,
        summaries: withoutFrames(tracklet.summaries, frames),
      })),
    slice,
  );
  return withMaskSummaries(without, put.map(asKept));
}

/** What an edit of prompts or objects means for tracking. */
export function propagationAfterEdit(
  state: PropagationState,
  parts: { readonly tracklets: TrackletsSlice; readonly prompts: PromptsSlice },
): PropagationState {
  const { tracklets, prompts } = parts;
  if (anyNeedsTracking(tracklets)) return transition(state, { type: 'prompts-changed' });
  const isPrompted = tracklets.items.some((tracklet) => tracklet.id in prompts.byObject);
  return transition(state, { type: isPrompted ? 'nothing-waits' : 'nothing-prompted' });
}

/** Whether prompts of any object changed since it was tracked. */
export function anyNeedsTracking(slice: TrackletsSlice): boolean {
  return slice.items.some((tracklet) => tracklet.needsTracking);
}
