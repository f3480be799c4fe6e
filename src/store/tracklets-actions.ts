import { MAX_OBJECT_ID, type ObjectId } from '../core/ids.ts';
import type { EngineSession } from './engine-session.ts';
import { withoutObjectMemory } from './memory-slice.ts';
import { withoutObjectPrompts } from './prompts-slice.ts';
import { refuseLocked, refuseWhileTracking } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';
import {
  findTracklet,
  freeObjectId,
  isShownAlone,
  mapTracklet,
  newTracklet,
  propagationAfterEdit,
  withoutTracklet,
  withTracklet,
  type Tracklet,
} from './tracklets-slice.ts';
import { withoutObjects } from './truth-assignment.ts';

const NAME_LENGTH = 80;

interface Parts {
  readonly engine: EngineSession;
  readonly recorder: StepRecorder;
}

/** The list of objects. */
export class TrackletsActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Adds and selects an object. Undefined, with an alert, when all 255 numbers are taken. */
  add(): ObjectId | undefined {
    const id = this.nextId();
    const isBegun = id !== undefined && this.#parts.recorder.begin({ name: 'new object' });
    if (isBegun) this.put(id);
    return isBegun ? id : undefined;
  }

  /** The number of the next new object. Undefined, with an alert, when all 255 are taken. */
  nextId(): ObjectId | undefined {
    const id = freeObjectId(this.#context.store.getState().tracklets);
    if (id === undefined) {
      raiseAlert(this.#context, {
        severity: 'warning',
        message: `A clip can hold ${MAX_OBJECT_ID} objects, as many as an indexed PNG can tell apart.`,
        hint: 'Remove an object that you no longer need.',
      });
    }
    return id;
  }

  /** Adds and selects an object within a step that has begun. */
  put(id: ObjectId): void {
    this.#context.store.setState((state) => ({
      tracklets: withTracklet(state.tracklets, newTracklet(id)),
    }));
  }

  select(id: ObjectId | undefined): void {
    patch(this.#context, 'tracklets', { selectedId: id });
  }

  selectNeighbour(direction: 'next' | 'previous'): void {
    const { items, selectedId } = this.#context.store.getState().tracklets;
    const at = items.findIndex((tracklet) => tracklet.id === selectedId);
    const step = direction === 'next' ? 1 : -1;
    const neighbour = items[(at + step + items.length) % Math.max(items.length, 1)];
    if (neighbour !== undefined) this.select(neighbour.id);
  }

  /** Selects the object with this number, if there is one. */
  selectByNumber(number: number): void {
    const { items } = this.#context.store.getState().tracklets;
    const tracklet = items.find((item) => Number(item.id) === number);
    if (tracklet !== undefined) this.select(tracklet.id);
  }

  /** An empty name keeps the old one. */
  rename(id: ObjectId, name: string): void {
    const trimmed = name.trim().slice(0, NAME_LENGTH);
    const before = this.#find(id);
    if (trimmed === '' || before === undefined || trimmed === before.name) return;
    const step = { name: `renaming of ${before.name}`, series: `name/${id}` };
    if (this.#parts.recorder.begin(step)) {
      this.#edit(id, (tracklet) => ({ ...tracklet, name: trimmed }));
    }
  }

  /** @param color `#rrggbb` */
  recolor(id: ObjectId, color: string): void {
    const before = this.#find(id);
    if (before === undefined || color === before.color) return;
    const step = { name: `colour of ${before.name}`, series: `colour/${id}` };
    if (this.#parts.recorder.begin(step)) this.#edit(id, (tracklet) => ({ ...tracklet, color }));
  }

  /** How objects look is no step of the work. */
  toggleVisibility(id: ObjectId): void {
    this.#edit(id, (tracklet) => ({ ...tracklet, isVisible: !tracklet.isVisible }));
  }

  /** Puts an object to another place in the list. @param index counted without it; the nearest is taken */
  moveTo(id: ObjectId, index: number): void {
    const { items } = this.#context.store.getState().tracklets;
    const tracklet = this.#find(id);
    const others = items.filter((other) => other.id !== id);
    const at = Math.min(Math.max(index, 0), others.length);
    if (tracklet === undefined || items[at]?.id === id) return;
    const step = { name: `new place of ${tracklet.name}`, series: `place/${id}` };
    if (!this.#parts.recorder.begin(step)) return;
    patch(this.#context, 'tracklets', { items: others.toSpliced(at, 0, tracklet) });
  }

  /** Moves an object up or down the list by one place. */
  moveBy(id: ObjectId, direction: 'up' | 'down'): void {
    const { items } = this.#context.store.getState().tracklets;
    const at = items.findIndex((tracklet) => tracklet.id === id);
    if (at >= 0) this.moveTo(id, at + (direction === 'up' ? -1 : 1));
  }

  /** Whether prompts and tracking may change it; no step of the work either. */
  toggleLock(id: ObjectId): void {
    this.#edit(id, ({ isLocked, ...tracklet }) =>
      isLocked === true ? tracklet : { ...tracklet, isLocked: true },
    );
  }

  /** Shows this object alone, or all of them again. */
  toggleSolo(id: ObjectId): void {
    this.#context.store.setState(({ tracklets }) => {
      const isSolo = isShownAlone(tracklets, id);
      const items = tracklets.items.map((tracklet) => ({
        ...tracklet,
        isVisible: isSolo || tracklet.id === id,
      }));
      return { tracklets: { ...tracklets, items } };
    });
  }

  /** Removes the object with its prompts and masks, and offers to undo it. */
  remove(id: ObjectId): void {
    const { engine, recorder } = this.#parts;
    const tracklet = this.#find(id);
    if (tracklet === undefined || refuseWhileTracking(this.#context)) return;
    if (refuseLocked(this.#context, [id])) return;
    if (!recorder.begin({ name: `removal of ${tracklet.name}`, isBulk: true })) return;
    this.#context.store.setState((state) => {
      const tracklets = withoutTracklet(state.tracklets, id);
      const prompts = withoutObjectPrompts(state.prompts, id);
      const memory = withoutObjectMemory(state.memory, id);
      const groundTruth = withoutObjects(state.groundTruth, [id]);
      const propagation = propagationAfterEdit(state.propagation, { tracklets, prompts });
      return { tracklets, prompts, memory, groundTruth, propagation };
    });
    recorder.seal({ withTruth: true });
    recorder.call((media) => media.removeMasks(id));
    void engine.removeObject(id);
    raiseAlert(this.#context, {
      severity: 'info',
      message: `“${tracklet.name}” was removed.`,
      action: { kind: 'undo' },
    });
  }

  #find(id: ObjectId): Tracklet | undefined {
    return findTracklet(this.#context.store.getState().tracklets, id);
  }

  #edit(id: ObjectId, change: (tracklet: Tracklet) => Tracklet): void {
    this.#context.store.setState((state) => ({
      tracklets: mapTracklet(state.tracklets, id, change),
    }));
  }
}
