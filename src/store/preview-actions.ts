import { isInside, type VideoPoint } from '../core/geometry.ts';
import type { CandidateIndex, PlacedClicks } from '../core/prompts.ts';
import type { EngineSession } from './engine-session.ts';
import { colorForObject } from './object-colors.ts';
import { candidateChoice, type PreviewsSlice } from './previews-slice.ts';
import type { PromptsActions } from './prompts-actions.ts';
import { promptsAt, withPoint } from './prompts-slice.ts';
import { isRunning } from './propagation-state.ts';
import { RunningMedian } from './running-median.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';
import { findTracklet, freeObjectId } from './tracklets-slice.ts';
import type { PointLabel } from './view-slice.ts';

interface Parts {
  readonly engine: Pick<EngineSession, 'onFailure'>;
  readonly prompts: PromptsActions;
}

/** Slower than this, what is under the pointer comes when the pointer is gone. */
const TOO_SLOW_MS = 150;

/** Showing what might be: what a click would give, and what a point may mean. */
export class PreviewActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  /** Of previews that were shown, from the question to the answer. */
  #tookMs = new RunningMedian();
  #asked = 0;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** The pointer rests here: shows what a click would give, where that is known quickly. */
  async hover(point: VideoPoint, label: PointLabel): Promise<void> {
    const placed = this.#clickAt(point, label);
    if (placed === undefined) return;
    const key = `hover ${++this.#asked}`;
    const { services } = this.#context;
    const { tracklets } = this.#state;
    const known = findTracklet(tracklets, placed.objectId);
    this.#show({ key, color: known?.color ?? colorForObject(placed.objectId) });
    const startedMs = services.nowMs();
    try {
      const isShown = await services.inference.previewPrompt(placed, key);
      if (isShown) this.#measure(services.nowMs() - startedMs);
    } catch (error) {
      patch(this.#context, 'previews', { isPaused: true, shown: undefined });
      await this.#parts.engine.onFailure(error);
    }
  }

  /** Shows nothing in passing any more. */
  leave(): void {
    if (this.#state.previews.shown !== undefined) this.#show(undefined);
  }

  /** Shows what a click would give, or no longer does; remembered. */
  toggle(): void {
    const { view, previews } = this.#state;
    const isOn = view.arePreviewsShown && !previews.isPaused;
    this.#tookMs = new RunningMedian();
    patch(this.#context, 'view', { arePreviewsShown: !isOn });
    patch(this.#context, 'previews', { isPaused: false, shown: undefined });
  }

  /** Shows a candidate in the place of the object's mask, without choosing it. */
  showCandidate(candidate: CandidateIndex): void {
    const choice = candidateChoice(this.#state);
    const item = choice?.items.find((one) => one.candidate === candidate);
    const tracklet = findTracklet(this.#state.tracklets, choice?.objectId);
    if (item === undefined || tracklet === undefined) return;
    this.#show({ key: item.key, color: tracklet.color, replaces: tracklet.id });
  }

  /** Says that the point means this one. Without effect where there is nothing to choose. */
  chooseCandidate(candidate: CandidateIndex): void {
    const choice = candidateChoice(this.#state);
    if (choice === undefined || choice.chosen === candidate) return;
    this.#parts.prompts.chooseCandidate(candidate);
  }

  /** Chooses the next candidate, after the last one the first. */
  cycleCandidate(): void {
    const choice = candidateChoice(this.#state);
    const next = choice?.items.find(({ candidate }) => candidate > choice.chosen);
    const chosen = next ?? choice?.items[0];
    if (chosen !== undefined) this.chooseCandidate(chosen.candidate);
  }

  /** The prompts with one more point; absent where there is no time or place for it. */
  #clickAt(point: VideoPoint, label: PointLabel): PlacedClicks | undefined {
    const { models, playback, previews, prompts, propagation, tracklets, video, view } =
      this.#state;
    const isWanted = view.arePreviewsShown && view.areMasksShown && !previews.isPaused;
    const isIdle = models.engine.status === 'ready' && models.activity === undefined;
    if (!isWanted || !isIdle || isRunning(propagation) || playback.mode === 'playing') {
      return undefined;
    }
    if (video.info === undefined || !isInside(point, video.info)) return undefined;
    const objectId = tracklets.selectedId ?? freeObjectId(tracklets);
    if (objectId === undefined) return undefined;
    const frame = playback.shownFrame;
    const { x, y } = point;
    const here = promptsAt(prompts, objectId, frame);
    return { objectId, frame, prompts: withPoint(here, { x, y, label }) };
  }

  #measure(tookMs: number): void {
    this.#tookMs.add(tookMs);
    const median = this.#tookMs.value;
    if (median === undefined || median <= TOO_SLOW_MS || this.#state.previews.isPaused) return;
    patch(this.#context, 'previews', { isPaused: true, shown: undefined });
    raiseAlert(this.#context, {
      severity: 'info',
      message: `What a click would select is not shown any more: it takes ${Math.round(median)} ms here.`,
      hint: 'Turn “Preview clicks” on again under “How masks look”, below the tools.',
    });
  }

  #show(shown: PreviewsSlice['shown']): void {
    patch(this.#context, 'previews', { shown });
  }

  get #state() {
    return this.#context.store.getState();
  }
}
