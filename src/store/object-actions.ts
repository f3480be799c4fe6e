import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { PlacedPrompts } from '../core/prompts.ts';
import type { MaskChanges, MaskReassignment } from '../protocol/media-api.ts';
import type { EngineSession } from './engine-session.ts';
import {
  allMemoryEdits,
  withMemoryEdit,
  withoutObjectMemory,
  type MemorySlice,
} from './memory-slice.ts';
import type { PlaybackActions } from './playback-actions.ts';
import {
  allPrompts,
  withoutObjectPrompts,
  withPrompts,
  type PromptsSlice,
} from './prompts-slice.ts';
import { refuseLocked, refuseWhileTracking, refuseWhileTransferring } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import { raiseAlert, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { contentOfRange } from './summary-track.ts';
import type { TrackletsActions } from './tracklets-actions.ts';
import {
  findTracklet,
  mapTracklet,
  propagationAfterEdit,
  withMaskChanges,
  withoutTracklet,
  type Tracklet,
} from './tracklets-slice.ts';
import { withoutObjects } from './truth-assignment.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
  readonly tracklets: TrackletsActions;
}

/** Masks and prompts change their owner. */
interface Exchange {
  /** Of the step. */
  readonly name: string;
  readonly change: MaskReassignment;
  /** The page's side of it, once the masks are where they belong. */
  readonly edit: (state: StudioState) => Partial<StudioState>;
  readonly done: string;
}

/**
 * Making one object of two, two of one, and putting right which is which. Each is a step that can be
 * taken back. The engine remembers masks of objects that are not those any more: it starts over
 * before it is used next, and what was tracked is kept as it is.
 */
export class ObjectActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /**
   * Adds all masks of `from` to those of `into`, and removes `from` with its prompts, which would
   * only give its part of the union. What was said of `into` stays.
   */
  async merge(from: ObjectId, into: ObjectId): Promise<void> {
    const [given, taker] = this.#both(from, into);
    if (given === undefined || taker === undefined) return;
    await this.#exchange({
      name: `merging of ${given.name} into ${taker.name}`,
      change: { kind: 'unite', from, to: into, first: frameIndex(0) },
      edit: (state) => merged(state, from, into),
      done: `“${given.name}” is part of “${taker.name}” now.`,
    });
  }

  /** Makes a new object of all that an object has from the shown frame on, and selects it. */
  async splitOff(id: ObjectId): Promise<void> {
    const { tracklets } = this.#parts;
    const object = findTracklet(this.#state.tracklets, id);
    if (object === undefined) return;
    const first = this.#state.playback.shownFrame;
    if (!hasAnythingFrom(this.#state, object, first)) {
      this.#say(`“${object.name}” has neither masks nor prompts from frame ${first} on.`);
      return;
    }
    const to = tracklets.nextId();
    if (to === undefined) return;
    await this.#exchange({
      name: `splitting of ${object.name}`,
      change: { kind: 'move', from: id, to, first },
      edit: (state) => movedPrompts(state, [id, to], first),
      done: `From frame ${first} on, “${object.name}” is a new object.`,
    });
  }

  /** From the shown frame on, each of two objects is what the other was. */
  async swap(a: ObjectId, b: ObjectId): Promise<void> {
    const [one, other] = this.#both(a, b);
    if (one === undefined || other === undefined) return;
    const first = this.#state.playback.shownFrame;
    await this.#exchange({
      name: `swap of ${one.name} and ${other.name}`,
      change: { kind: 'swap', from: a, to: b, first },
      edit: (state) => movedPrompts(state, [a, b], first),
      done: `“${one.name}” and “${other.name}” are swapped from frame ${first} on.`,
    });
  }

  async #exchange({ name, change, edit, done }: Exchange): Promise<void> {
    const { engine, playback, recorder, tracklets } = this.#parts;
    const { from, to } = change;
    if (this.#isRefused([from, to]) || recorder.isHeld) return;
    playback.pause();
    if (!(await recorder.hold({ name }))) return;
    try {
      // A mask that is still under way would come after it was given away.
      await engine.settled();
      this.#context.events.flush();
      const changes = await this.#context.services.media.reassignMasks(change);
      if (findTracklet(this.#state.tracklets, to) === undefined) tracklets.put(to);
      this.#context.store.setState((state) => edit(withChanges(state, changes)));
      this.#settle();
      if (change.kind === 'unite') await engine.removeObject(from);
      engine.invalidate();
      this.#say(done, true);
    } catch (error) {
      reportError(this.#context, error);
    } finally {
      recorder.finish();
    }
  }

  #isRefused(ids: readonly ObjectId[]): boolean {
    return (
      refuseWhileTracking(this.#context) ||
      refuseWhileTransferring(this.#context) ||
      refuseLocked(this.#context, ids)
    );
  }

  #settle(): void {
    this.#context.store.setState((state) => ({
      propagation: propagationAfterEdit(state.propagation, state),
    }));
  }

  #say(message: string, canUndo = false): void {
    const action = canUndo ? { action: { kind: 'undo' } as const } : {};
    raiseAlert(this.#context, { severity: 'info', message, ...action });
  }

  /** Two objects, if they are two and are there. */
  #both(a: ObjectId, b: ObjectId): readonly (Tracklet | undefined)[] {
    const { tracklets } = this.#state;
    return a === b ? [] : [findTracklet(tracklets, a), findTracklet(tracklets, b)];
  }

  get #state(): StudioState {
    return this.#context.store.getState();
  }
}

function withChanges(state: StudioState, changes: MaskChanges): StudioState {
  return { ...state, tracklets: withMaskChanges(state.tracklets, changes) };
}

function merged(state: StudioState, from: ObjectId, into: ObjectId): Partial<StudioState> {
  const left = withoutTracklet(state.tracklets, from);
  return {
    // The masks are complete: tracking again would leave what was added out.
    tracklets: { ...withNothingWaiting(left, into), selectedId: into },
    prompts: withoutObjectPrompts(state.prompts, from),
    memory: withoutObjectMemory(state.memory, from),
    groundTruth: withoutObjects(state.groundTruth, [from]),
  };
}

function withNothingWaiting(slice: StudioState['tracklets'], id: ObjectId) {
  return mapTracklet(slice, id, (tracklet) => ({
    ...tracklet,
    needsTracking: false,
    changedFrames: [],
  }));
}

/**
 * From a frame on, what was said of either object, and decided about its memories, is said of the
 * other, as it waits for tracking.
 */
function movedPrompts(
  { memory, prompts, tracklets }: StudioState,
  [a, b]: readonly [ObjectId, ObjectId],
  first: FrameIndex,
): Partial<StudioState> {
  const other = new Map([
    [a, b],
    [b, a],
  ]);
  const moving = allPrompts(prompts).filter(
    ({ objectId, frame }) => other.has(objectId) && frame >= first,
  );
  const given = moving.map((placed) => ({
    ...placed,
    objectId: other.get(placed.objectId) ?? placed.objectId,
  }));
  const left = moving.reduce<PromptsSlice>(withoutPlace, prompts);
  const [one, two] = [findTracklet(tracklets, a), findTracklet(tracklets, b)];
  const [changedA, changedB] = [one?.changedFrames ?? [], two?.changedFrames ?? []];
  const exchanged = (own: readonly FrameIndex[], others: readonly FrameIndex[]) => [
    ...own.filter((frame) => frame < first),
    ...others.filter((frame) => frame >= first),
  ];
  const withA = withChanged(tracklets, a, exchanged(changedA, changedB));
  return {
    prompts: given.reduce(withPrompts, left),
    memory: movedMemory(memory, other, first),
    tracklets: withChanged(withA, b, exchanged(changedB, changedA)),
  };
}

/** What was decided about a mask goes with it. */
function movedMemory(
  slice: MemorySlice,
  other: ReadonlyMap<ObjectId, ObjectId>,
  first: FrameIndex,
): MemorySlice {
  const moving = allMemoryEdits(slice).filter(
    ({ objectId, frame }) => other.has(objectId) && frame >= first,
  );
  const left = moving.reduce(
    (rest, { objectId, frame }) => withMemoryEdit(rest, { objectId, frame }),
    slice,
  );
  return moving.reduce(
    (rest, { objectId, ...edit }) =>
      withMemoryEdit(rest, { ...edit, objectId: other.get(objectId) ?? objectId }),
    left,
  );
}

function withChanged(
  slice: StudioState['tracklets'],
  id: ObjectId,
  changedFrames: readonly FrameIndex[],
): StudioState['tracklets'] {
  const needsTracking = changedFrames.length > 0;
  return mapTracklet(slice, id, (tracklet) => ({ ...tracklet, changedFrames, needsTracking }));
}

function withoutPlace(slice: PromptsSlice, { objectId, frame }: PlacedPrompts): PromptsSlice {
  return withPrompts(slice, { objectId, frame, prompts: { kind: 'clicks', points: [] } });
}

function hasAnythingFrom(state: StudioState, { id, summaries }: Tracklet, first: FrameIndex) {
  const isPrompted = allPrompts(state.prompts).some(
    ({ objectId, frame }) => objectId === id && frame >= first,
  );
  const frameCount = state.video.info?.frameCount ?? 0;
  return isPrompted || contentOfRange(summaries, first, frameCount).hasMask;
}
