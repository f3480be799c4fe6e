import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { FramePrompts } from '../core/prompts.ts';
import type { ProtocolFrames } from './ground-truth-slice.ts';
import { changedMemory, memoryEditAt, withMemoryEdit, type MemoryChange } from './memory-slice.ts';
import {
  allPrompts,
  NO_CLICKS,
  promptsAt,
  withPrompts,
  type PromptsSlice,
} from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';
import { EMPTY_TRACK } from './summary-track.ts';
import {
  findTracklet,
  propagationAfterEdit,
  withPlaced,
  type Tracklet,
  type TrackletsSlice,
} from './tracklets-slice.ts';
import { withoutObjects, type Assigned } from './truth-assignment.ts';

/** An object without its masks. */
export type WorkObject = Omit<Tracklet, 'summaries'>;

/** What objects stand for in the ground truth, and what runs of the protocol have finished. */
export interface WorkTruth {
  readonly assigned: Readonly<Record<string, Assigned>>;
  readonly finishedRuns: Readonly<Record<string, ProtocolFrames>>;
}

/**
 * Objects, prompts and decisions about memories as they are to become; absent ones are to go. Masks
 * are no part of it.
 */
export interface WorkChange {
  readonly objects: readonly { readonly id: ObjectId; readonly object?: WorkObject }[];
  readonly prompts: readonly {
    readonly objectId: ObjectId;
    readonly frame: FrameIndex;
    readonly prompts?: FramePrompts;
  }[];
  /** Absent where none changes. */
  readonly memory?: readonly MemoryChange[];
  /** Of all objects, where it is not what it would be without. */
  readonly order?: readonly ObjectId[];
  /** Only of what replaced objects; not kept from one visit to the next. */
  readonly truth?: WorkTruth;
}

/** The part of the state that steps change, besides masks. */
export type Work = Pick<StudioState, 'tracklets' | 'prompts' | 'memory' | 'groundTruth'>;

/** What makes `to` of `from`, as far as objects, prompts and memories go. */
export function changeTo(to: Work, from: Work): WorkChange {
  const ids = [...to.tracklets.items, ...from.tracklets.items].map(({ id }) => id);
  const objects = [...new Set(ids)].flatMap((id) => {
    const [is, was] = [findTracklet(from.tracklets, id), findTracklet(to.tracklets, id)];
    return isSameObject(is, was) ? [] : [objectEntry(id, was)];
  });
  const memory = changedMemory(to.memory, from.memory);
  const change = {
    objects,
    prompts: changedPrompts(to.prompts, from.prompts),
    ...(memory.length === 0 ? {} : { memory }),
  };
  const order = idsOf(to.tracklets);
  const isKept = isSameList(order, idsOf(withObjects(from.tracklets, change)));
  return isKept ? change : { ...change, order };
}

/** The change that takes `change` back from `state`, to which it has yet to be made. */
export function inverseOf(change: WorkChange, state: Work): WorkChange {
  return {
    objects: change.objects.map(({ id }) => objectEntry(id, findTracklet(state.tracklets, id))),
    prompts: change.prompts.map(({ objectId, frame }) =>
      promptsEntry(objectId, frame, promptsAt(state.prompts, objectId, frame)),
    ),
    ...(change.memory === undefined ? {} : { memory: memoryBefore(change.memory, state) }),
    ...(change.order === undefined ? {} : { order: idsOf(state.tracklets) }),
    ...(change.truth === undefined ? {} : { truth: truthOf(state) }),
  };
}

/** Whether nothing comes of it but what tracking has to do. */
export function isIdle(change: WorkChange, state: Work): boolean {
  return (
    change.prompts.length === 0 &&
    change.memory === undefined &&
    change.order === undefined &&
    change.objects.every(({ id, object }) => {
      const tracklet = findTracklet(state.tracklets, id);
      return object?.name === tracklet?.name && object?.color === tracklet?.color;
    })
  );
}

/** What steps that replace objects change besides. */
export function truthOf({ groundTruth }: Work): WorkTruth {
  const assigned = Object.entries(groundTruth.scoring).map(
    ([sequence, scoring]) => [sequence, scoring.assigned] as const,
  );
  return { assigned: Object.fromEntries(assigned), finishedRuns: groundTruth.finishedRuns };
}

/** The state with the change made. Objects that come back have no masks yet. */
export function withChange(state: StudioState, change: WorkChange): StudioState {
  const prompts = change.prompts.reduce(
    (slice, { objectId, frame, prompts: said }) =>
      withPrompts(slice, { objectId, frame, prompts: said ?? NO_CLICKS }),
    state.prompts,
  );
  const memory = (change.memory ?? []).reduce(withMemoryEdit, state.memory);
  const tracklets = withObjects(state.tracklets, change);
  return {
    ...state,
    prompts,
    memory,
    tracklets,
    groundTruth: withTruth(state.groundTruth, tracklets, change),
    propagation: propagationAfterEdit(state.propagation, { tracklets, prompts }),
  };
}

/** What a step keeps of an object. */
export function workObject({ summaries: _summaries, ...object }: Tracklet): WorkObject {
  return object;
}

function objectEntry(id: ObjectId, tracklet: Tracklet | undefined): WorkChange['objects'][number] {
  return tracklet === undefined ? { id } : { id, object: workObject(tracklet) };
}

function promptsEntry(
  objectId: ObjectId,
  frame: FrameIndex,
  prompts: FramePrompts | undefined,
): WorkChange['prompts'][number] {
  return prompts === undefined ? { objectId, frame } : { objectId, frame, prompts };
}

function memoryBefore(changes: readonly MemoryChange[], { memory }: Work): MemoryChange[] {
  return changes.map(({ objectId, frame }) => {
    const edit = memoryEditAt(memory, objectId, frame);
    return edit === undefined ? { objectId, frame } : { objectId, frame, edit };
  });
}

// How an object is shown, and whether it is locked, is no step.
function isSameObject(a: Tracklet | undefined, b: Tracklet | undefined): boolean {
  return (
    a?.id === b?.id &&
    a?.name === b?.name &&
    a?.color === b?.color &&
    a?.needsTracking === b?.needsTracking &&
    a?.changedFrames === b?.changedFrames
  );
}

function changedPrompts(to: PromptsSlice, from: PromptsSlice): WorkChange['prompts'] {
  if (to === from) return [];
  const back = allPrompts(to).filter(
    ({ objectId, frame, prompts }) => promptsAt(from, objectId, frame) !== prompts,
  );
  const gone = allPrompts(from)
    .filter(({ objectId, frame }) => promptsAt(to, objectId, frame) === undefined)
    .map(({ objectId, frame }) => ({ objectId, frame }));
  return [...back, ...gone];
}

function withObjects(slice: TrackletsSlice, { objects, order }: WorkChange): TrackletsSlice {
  if (objects.length === 0 && order === undefined) return slice;
  const changed = new Set(objects.map(({ id }) => id));
  const kept = slice.items.filter(({ id }) => !changed.has(id));
  const put = objects.flatMap(({ id, object }): Tracklet[] => {
    if (object === undefined) return [];
    const now = findTracklet(slice, id);
    return now === undefined ? [{ ...object, summaries: EMPTY_TRACK }] : [asShown(object, now)];
  });
  const items = inOrder(put.reduce<readonly Tracklet[]>(withPlaced, kept), order ?? idsOf(slice));
  return { items, selectedId: selectedAmong(items, slice) };
}

// Hiding and locking are no steps: they stay through undo and redo.
function asShown({ isLocked: _isLocked, ...object }: WorkObject, now: Tracklet): Tracklet {
  const { isLocked, isVisible, summaries } = now;
  return { ...object, isVisible, summaries, ...(isLocked === undefined ? {} : { isLocked }) };
}

/** Those that an order names as it says, on the places that they have among the others. */
function inOrder(items: readonly Tracklet[], order: readonly ObjectId[]): readonly Tracklet[] {
  const named = order.flatMap((id) => items.find((tracklet) => tracklet.id === id) ?? []);
  let next = 0;
  return items.map((tracklet) =>
    order.includes(tracklet.id) ? (named[next++] ?? tracklet) : tracklet,
  );
}

function idsOf({ items }: TrackletsSlice): readonly ObjectId[] {
  return items.map(({ id }) => id);
}

function isSameList(a: readonly ObjectId[], b: readonly ObjectId[]): boolean {
  return a.length === b.length && a.every((id, at) => id === b[at]);
}

/** What comes back is selected; what goes leaves the selection to its neighbour. */
function selectedAmong(items: readonly Tracklet[], before: TrackletsSlice): ObjectId | undefined {
  const back = items.filter(({ id }) => findTracklet(before, id) === undefined);
  const [first] = back;
  if (first !== undefined) return first.id;
  const { selectedId } = before;
  if (selectedId === undefined || items.some(({ id }) => id === selectedId)) return selectedId;
  return (items.find(({ id }) => id > selectedId) ?? items.at(-1))?.id;
}

function withTruth(
  slice: StudioState['groundTruth'],
  { items }: TrackletsSlice,
  { objects, truth }: WorkChange,
): StudioState['groundTruth'] {
  const gone = objects.flatMap(({ id, object }) => (object === undefined ? [id] : []));
  if (truth === undefined) return gone.length === 0 ? slice : withoutObjects(slice, gone);
  const known = new Set(items.map(({ id }) => id));
  const scoring = Object.entries(slice.scoring).map(([sequence, one]) => {
    // Another ground truth may have been opened since, with other sequences.
    const before = truth.assigned[sequence] ?? one.assigned;
    const entries = Object.entries(before).filter(([, id]) => known.has(id));
    return [sequence, { ...one, assigned: Object.fromEntries(entries) }];
  });
  return { ...slice, scoring: Object.fromEntries(scoring), finishedRuns: truth.finishedRuns };
}
