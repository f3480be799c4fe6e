import { withoutUndoOffers } from './alerts-slice.ts';
import {
  INITIAL_HISTORY,
  NO_CHANGE,
  withChangeOf,
  withoutNewest,
  withStep,
  type HistorySlice,
  type HistoryStep,
} from './history-slice.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { changeTo, isIdle, truthOf, type Work } from './work-change.ts';

/** What is about to be done. */
export interface StepStart extends Pick<HistoryStep, 'name' | 'place'> {
  /** Changes more masks than those of its prompts. */
  readonly isBulk?: boolean;
  /** Steps of one series that follow each other quickly are one, such as the colours of a drag. */
  readonly series?: string;
}

/** The newest step is still open: what changes now is its doing. */
interface OpenStep {
  readonly number: number;
  /** Before it. */
  readonly work: Work;
}

/** Longest pause within a series. */
const SERIES_MS = 1000;

/**
 * Cuts the user's work into steps: whatever changes after `begin` belongs to that step, until the
 * next begins. The decode worker does the same with masks, and is told of each step in turn.
 */
export class StepRecorder {
  readonly #context: StoreContext;
  #open: OpenStep | undefined;
  #series: { readonly key: string; readonly atMs: number } | undefined;
  #isHeld = false;
  /** Counts the histories; a call for an earlier one is not made. */
  #generation = 0;
  #calls = Promise.resolve();

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Whether something under way takes all changes for its own. */
  get isHeld(): boolean {
    return this.#isHeld;
  }

  /**
   * Call before any change of the work. False when nothing can be changed: no clip is open, or
   * another is being opened.
   */
  begin({ series, isBulk = false, ...step }: StepStart): boolean {
    const { store, services } = this.#context;
    const state = store.getState();
    if (state.video.info === undefined || state.video.openingName !== undefined) return false;
    patch(this.#context, 'project', { hasUnsavedWork: true });
    if (this.#isHeld) return true;
    const atMs = services.nowMs();
    const isContinued = this.#open !== undefined && this.#continues(series, atMs);
    if (!isContinued) this.seal();
    this.#series = series === undefined ? undefined : { key: series, atMs };
    if (isContinued) return true;
    const number = state.history.nextStep;
    const { firstStep } = state.history;
    store.setState((before) => ({
      history: withStep(before.history, { ...step, isBulk, change: NO_CHANGE }),
      alerts: withoutUndoOffers(before.alerts),
    }));
    this.#open = { number, work: workOf(store.getState()) };
    this.call((media) => media.beginStep(number));
    const now = store.getState().history.firstStep;
    if (now > firstStep) this.call((media) => media.dropSteps(now - 1));
    return true;
  }

  /**
   * Begins a step that takes all changes for its own until `finish`, whatever else the user does
   * meanwhile. Resolves when the decode worker knows of it, to whether it began.
   */
  async hold(step: StepStart): Promise<boolean> {
    // What the workers have told by now is none of its doing.
    this.#context.events.flush();
    if (!this.begin({ ...step, isBulk: true })) return false;
    this.#isHeld = true;
    const generation = this.#generation;
    await this.settled();
    return generation === this.#generation;
  }

  /** Ends what `hold` began. A step that changed nothing is as if it had never begun. */
  finish(): void {
    this.#isHeld = false;
    const open = this.#open;
    if (open === undefined) return;
    const state = this.#context.store.getState();
    if (hasChanged(state, open.work)) {
      this.seal({ withTruth: true });
      return;
    }
    this.#open = undefined;
    this.call((media) => media.revertStep(open.number));
    this.#context.store.setState(({ history }) => ({ history: withoutNewest(history) }));
  }

  /** Notes what the newest step has changed; later changes are none of its doing. */
  seal({ withTruth = false } = {}): void {
    if (this.#open === undefined) return;
    const { number } = this.#open;
    const change = withTruth
      ? { ...this.#change(this.#open), truth: truthOf(this.#open.work) }
      : this.#change(this.#open);
    this.#open = undefined;
    this.#series = undefined;
    this.#context.store.setState(({ history }) => ({
      history: withChangeOf(history, number, change),
    }));
  }

  /** The history with all that is known of the newest step. */
  recorded(): HistorySlice {
    const { history } = this.#context.store.getState();
    if (this.#open === undefined) return history;
    return withChangeOf(history, this.#open.number, this.#change(this.#open));
  }

  /** Starts with another history: that of an opened project, or none. */
  reset(history: HistorySlice = INITIAL_HISTORY): void {
    this.#generation++;
    this.#open = undefined;
    this.#series = undefined;
    this.#isHeld = false;
    this.#context.store.setState({ history });
  }

  /**
   * Calls the decode worker after all earlier calls of this kind. Not made when another history
   * has begun; failures are reported, unless `task` deals with them.
   */
  call(task: (media: StoreContext['services']['media']) => Promise<unknown>): void {
    const generation = this.#generation;
    this.#calls = this.#calls.then(async () => {
      if (generation !== this.#generation) return;
      try {
        await task(this.#context.services.media);
      } catch (error) {
        if (generation === this.#generation) reportError(this.#context, error);
      }
    });
  }

  /** Resolves when the decode worker has taken every step so far. */
  async settled(): Promise<void> {
    await this.#calls;
  }

  #continues(series: string | undefined, atMs: number): boolean {
    const last = this.#series;
    return series !== undefined && last?.key === series && atMs - last.atMs <= SERIES_MS;
  }

  #change({ work }: OpenStep) {
    return changeTo(work, this.#context.store.getState());
  }
}

function workOf({ tracklets, prompts, memory, groundTruth }: StudioState): Work {
  return { tracklets, prompts, memory, groundTruth };
}

function hasChanged(state: StudioState, before: Work): boolean {
  const masks = ({ tracklets }: Work) => tracklets.items.map(({ summaries }) => summaries);
  const [now, then] = [masks(state), masks(before)];
  const isSame = now.length === then.length && now.every((track, at) => track === then[at]);
  return !isSame || !isIdle(changeTo(before, state), state);
}
