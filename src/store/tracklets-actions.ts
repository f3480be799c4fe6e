import { MAX_OBJECT_ID, type ObjectId } from '../core/ids.ts';
import { withoutToast } from './alerts-slice.ts';
import type { EngineSession } from './engine-session.ts';
import { withoutObjectPrompts } from './prompts-slice.ts';
import { refuseWhileTracking } from './refusals.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import {
  findTracklet,
  freeObjectId,
  mapTracklet,
  newTracklet,
  propagationAfterEdit,
  withRemoved,
  withTracklet,
  type Tracklet,
} from './tracklets-slice.ts';
import { withoutObjects } from './truth-assignment.ts';

const NAME_LENGTH = 80;

/** The list of objects. */
export class TrackletsActions {
  readonly #context: StoreContext;
  readonly #engine: EngineSession;

  constructor(context: StoreContext, engine: EngineSession) {
    this.#context = context;
    this.#engine = engine;
  }

  /** Adds and selects an object. Undefined, with an alert, when all 255 numbers are taken. */
  add(): ObjectId | undefined {
    const { store } = this.#context;
    const id = freeObjectId(store.getState().tracklets);
    if (id === undefined) {
      raiseAlert(this.#context, {
        severity: 'warning',
        message: `A clip can hold ${MAX_OBJECT_ID} objects, as many as an indexed PNG can tell apart.`,
        hint: 'Remove an object that you no longer need.',
      });
      return undefined;
    }
    store.setState((state) => ({ tracklets: withTracklet(state.tracklets, newTracklet(id)) }));
    return id;
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
    if (trimmed !== '') this.#edit(id, (tracklet) => ({ ...tracklet, name: trimmed }));
  }

  /** @param color `#rrggbb` */
  recolor(id: ObjectId, color: string): void {
    this.#edit(id, (tracklet) => ({ ...tracklet, color }));
  }

  toggleVisibility(id: ObjectId): void {
    this.#edit(id, (tracklet) => ({ ...tracklet, isVisible: !tracklet.isVisible }));
  }

  /** Hides the object; it is removed for good when the alert that offers to undo it is gone. */
  remove(id: ObjectId): void {
    const tracklet = findTracklet(this.#context.store.getState().tracklets, id);
    if (tracklet === undefined || refuseWhileTracking(this.#context)) return;
    this.#context.store.setState((state) => {
      const tracklets = withRemoved(state.tracklets, id);
      const parts = { tracklets, prompts: state.prompts };
      return { tracklets, propagation: propagationAfterEdit(state.propagation, parts) };
    });
    raiseAlert(this.#context, {
      severity: 'info',
      message: `“${tracklet.name}” was removed.`,
      action: { kind: 'undo-remove', objectId: id },
    });
  }

  /** Brings a removed object back with its prompts and masks. */
  undoRemove(id: ObjectId): void {
    this.#context.store.setState((state) => {
      const tracklet = state.tracklets.removed.find((item) => item.id === id);
      if (tracklet === undefined) return state;
      const removed = state.tracklets.removed.filter((item) => item.id !== id);
      const tracklets = withTracklet({ ...state.tracklets, removed }, tracklet);
      const parts = { tracklets, prompts: state.prompts };
      const propagation = propagationAfterEdit(state.propagation, parts);
      return { ...state, tracklets, propagation };
    });
  }

  /**
   * Makes removals final: the objects can no longer be brought back.
   * @param ids all that were removed when absent
   */
  async purgeRemoved(ids?: readonly ObjectId[]): Promise<void> {
    const { store } = this.#context;
    const gone = store
      .getState()
      .tracklets.removed.map((tracklet) => tracklet.id)
      .filter((id) => ids === undefined || ids.includes(id));
    if (gone.length === 0) return;
    store.setState((state) => withoutRemoved(state, gone));
    for (const id of gone) await this.#engine.removeObject(id);
  }

  #edit(id: ObjectId, change: (tracklet: Tracklet) => Tracklet): void {
    this.#context.store.setState((state) => ({
      tracklets: mapTracklet(state.tracklets, id, change),
    }));
  }
}

function withoutRemoved(state: StudioState, gone: readonly ObjectId[]): StudioState {
  const removed = state.tracklets.removed.filter((tracklet) => !gone.includes(tracklet.id));
  const offers = state.alerts.log.filter(
    (alert) => alert.action?.kind === 'undo-remove' && gone.includes(alert.action.objectId),
  );
  return {
    ...state,
    tracklets: { ...state.tracklets, removed },
    prompts: gone.reduce(withoutObjectPrompts, state.prompts),
    groundTruth: withoutObjects(state.groundTruth, gone),
    alerts: offers.reduce((alerts, alert) => withoutToast(alerts, alert.id), state.alerts),
  };
}
