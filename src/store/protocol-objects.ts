import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { FramePrompts, PlacedPrompts } from '../core/prompts.ts';
import type { LoadedTruth } from './ground-truth-slice.ts';
import type { SequencePlan } from './plan-protocol.ts';
import { promptedFrames, withPrompts, NO_CLICKS, type PromptsSlice } from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';
import { framesOf, withoutFrames } from './summary-track.ts';
import {
  freeObjectId,
  newTracklet,
  type Tracklet,
  type TrackletsSlice,
} from './tracklets-slice.ts';
import { withAssignment } from './truth-assignment.ts';

/** An object with the true mask that it starts from. */
export interface ProtocolPrompt {
  readonly truthId: number;
  readonly name: string;
  readonly frame: FrameIndex;
  readonly prompts: FramePrompts;
}

type NamedTruth = Pick<ProtocolPrompt, 'truthId' | 'name'>;
type Span = Pick<SequencePlan, 'sequence' | 'frames'>;

/**
 * Gives each truth of a sequence an object to be tracked as: the one assigned to it, else one of
 * its name that the protocol made for another sequence, else an empty one, else a new one. Objects
 * that hold work of the user's, which are clicks or imported masks, are left to the user: the truth
 * gets another. Undefined when there are not enough numbers.
 */
export function withProtocolObjects(
  state: StudioState,
  span: Span,
  truths: readonly NamedTruth[],
): StudioState | undefined {
  let next = state;
  const used = new Set<ObjectId>();
  for (const truth of truths) {
    const withOne = withObjectFor(next, span, { ...truth, used });
    if (withOne === undefined) return undefined;
    next = withOne;
    const id = next.groundTruth.scoring[span.sequence]?.assigned[truth.truthId];
    if (id !== undefined) used.add(id);
  }
  return next;
}

/** The object for each truth of a sequence, and the prompts that make it start there. */
export function placedPrompts(
  state: StudioState,
  sequence: string,
  prompts: readonly ProtocolPrompt[],
): readonly PlacedPrompts[] {
  const assigned = state.groundTruth.scoring[sequence]?.assigned ?? {};
  return prompts.flatMap(({ truthId, frame, prompts: said }) => {
    const objectId = assigned[truthId];
    return objectId === undefined ? [] : [{ objectId, frame, prompts: said }];
  });
}

/**
 * The prompts in place of all others of these objects between the first and the last of `frames`;
 * masks that they have there fall away.
 */
export function withProtocolPrompts(
  state: StudioState,
  { sequence, frames }: Span,
  placed: readonly PlacedPrompts[],
): StudioState {
  const objects = new Set(placed.map(({ objectId }) => objectId));
  const cleared = [...objects].reduce(
    (prompts, id) => withoutPromptsWithin(prompts, id, frames),
    state.prompts,
  );
  const items = state.tracklets.items.map((tracklet) =>
    objects.has(tracklet.id)
      ? {
          ...tracklet,
          needsTracking: false,
          changedFrames: [],
          summaries: withoutFrames(tracklet.summaries, masksWithin(tracklet, frames)),
        }
      : tracklet,
  );
  const { [sequence]: _before, ...finishedRuns } = state.groundTruth.finishedRuns;
  return {
    ...state,
    groundTruth: { ...state.groundTruth, finishedRuns },
    prompts: placed.reduce(withPrompts, cleared),
    tracklets: { ...state.tracklets, items },
  };
}

/** Frames between the first and the last of `frames` on which the object has a mask. */
export function masksWithin(
  { summaries }: Tracklet,
  frames: readonly FrameIndex[],
): readonly FrameIndex[] {
  return framesOf(summaries, ['prompt', 'tracked', 'imported', 'kept']).filter((frame) =>
    isWithin(frame, frames),
  );
}

function withObjectFor(
  state: StudioState,
  span: Span,
  { truthId, name, used }: NamedTruth & { readonly used: ReadonlySet<ObjectId> },
): StudioState | undefined {
  const { tracklets, groundTruth } = state;
  const isFree = (id: ObjectId) => !used.has(id) && !isAssignedAcross(state, id, span);
  const assigned = groundTruth.scoring[span.sequence]?.assigned[truthId];
  const own = tracklets.items.find(({ id }) => id === assigned);
  const isUsable = own !== undefined && isFree(own.id) && !holdsWork(state.prompts, own);
  const known = isUsable ? own : namesake(state, name, isFree);
  const blank = pristine(state, isFree);
  const id = known?.id ?? blank?.id ?? freeObjectId(tracklets);
  if (id === undefined) return undefined;
  const tracklet = known ?? { ...(blank ?? newTracklet(id)), name };
  return {
    ...state,
    tracklets: withItem(tracklets, tracklet),
    groundTruth: withAssignment(groundTruth, span.sequence, { truthId, objectId: id }),
  };
}

/** One that an earlier sequence of this ground truth was tracked as. */
function namesake(
  { tracklets, prompts }: StudioState,
  name: string,
  isFree: (id: ObjectId) => boolean,
): Tracklet | undefined {
  const [found, ...others] = tracklets.items.filter(
    (tracklet) => tracklet.name === name && promptedFrames(prompts, tracklet.id).length > 0,
  );
  const isUsable =
    found !== undefined && others.length === 0 && isFree(found.id) && !holdsWork(prompts, found);
  return isUsable ? found : undefined;
}

function pristine(state: StudioState, isFree: (id: ObjectId) => boolean): Tracklet | undefined {
  return state.tracklets.items.find(
    (tracklet) => isFree(tracklet.id) && isPristine(state, tracklet),
  );
}

/** Nobody has done anything with it. */
function isPristine({ prompts, groundTruth }: StudioState, tracklet: Tracklet): boolean {
  const isAssigned = Object.values(groundTruth.scoring).some(({ assigned }) =>
    Object.values(assigned).includes(tracklet.id),
  );
  const isUntouched = tracklet.summaries.coveredFrames === 0 && !(tracklet.id in prompts.byObject);
  return isUntouched && !isAssigned && tracklet.name === newTracklet(tracklet.id).name;
}

/** Clicks, and masks from elsewhere, cannot be had again by running the protocol once more. */
function holdsWork({ byObject }: PromptsSlice, { id, summaries }: Tracklet): boolean {
  const hasClicks = Object.values(byObject[id] ?? {}).some(({ kind }) => kind === 'clicks');
  return hasClicks || framesOf(summaries, ['imported']).length > 0;
}

/** Whether another sequence over the same part of the clip has the object. */
function isAssignedAcross({ groundTruth }: StudioState, id: ObjectId, span: Span): boolean {
  return Object.entries(groundTruth.scoring).some(
    ([sequence, { assigned }]) =>
      sequence !== span.sequence &&
      Object.values(assigned).includes(id) &&
      liesWithin(groundTruth.truth, sequence, span.frames),
  );
}

function liesWithin(
  truth: LoadedTruth | undefined,
  sequence: string,
  frames: readonly FrameIndex[],
): boolean {
  const own = truth?.sequences.find(({ name }) => name === sequence)?.frames ?? [];
  const [first, last] = [own[0]?.frame, own.at(-1)?.frame];
  const [start, end] = [frames[0], frames.at(-1)];
  if (first === undefined || last === undefined || start === undefined || end === undefined) {
    return false;
  }
  return first <= end && start <= last;
}

function isWithin(frame: FrameIndex, frames: readonly FrameIndex[]): boolean {
  const [first, last] = [frames[0], frames.at(-1)];
  return first !== undefined && last !== undefined && frame >= first && frame <= last;
}

function withoutPromptsWithin(
  prompts: PromptsSlice,
  objectId: ObjectId,
  frames: readonly FrameIndex[],
): PromptsSlice {
  return promptedFrames(prompts, objectId)
    .filter((frame) => isWithin(frame, frames))
    .reduce((left, frame) => withPrompts(left, { objectId, frame, prompts: NO_CLICKS }), prompts);
}

/** Unlike an object that the user adds, it is not selected. */
function withItem(slice: TrackletsSlice, tracklet: Tracklet): TrackletsSlice {
  const others = slice.items.filter(({ id }) => id !== tracklet.id);
  const items = [...others, tracklet].sort((a, b) => a.id - b.id);
  return { ...slice, items, selectedId: slice.selectedId ?? tracklet.id };
}
