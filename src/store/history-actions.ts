import type { FrameIndex } from '../core/ids.ts';
import type { MaskChanges } from '../protocol/media-api.ts';
import type { EngineSession } from './engine-session.ts';
import { moved, nextMove, type Move, type MoveDirection } from './history-moves.ts';
import type { HistorySlice, HistoryStep } from './history-slice.ts';
import type { PlaybackActions } from './playback-actions.ts';
import { NO_CLICKS, promptsAt } from './prompts-slice.ts';
import { refuseWhileTracking, refuseWhileTransferring } from './refusals.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { hasMask } from './summary-track.ts';
import { findTracklet, withMaskChanges } from './tracklets-slice.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
}

/**
 * Undo and redo. The page puts its prompts and objects back at once; the masks follow from the
 * decode worker, and the engine is told what it must know.
 */
export class HistoryActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Takes the newest step back. Refused, with a notice, while tracking or a transfer runs. */
  undo(): void {
    this.#move('undo');
  }

  /** Does the oldest undone step again. Refused as `undo` is. */
  redo(): void {
    this.#move('redo');
  }

  #move(direction: MoveDirection): void {
    const { engine, recorder } = this.#parts;
    if (refuseWhileTracking(this.#context) || refuseWhileTransferring(this.#context)) return;
    const isOpening = this.#state.video.openingName !== undefined;
    if (isOpening || recorder.isHeld || this.#next(direction) === undefined) return;
    recorder.seal();
    this.#context.events.flush();
    const move = this.#next(direction);
    if (move === undefined) return;
    this.#context.store.setState((state) => moved(state, move));
    this.#show(move.step);
    // A mask that is still under way would come after it was taken back.
    const answered = engine.answered();
    recorder.call(async () => {
      await answered;
      await this.#follow(move);
    });
  }

  #next(direction: MoveDirection): Move | undefined {
    return nextMove(this.#state.history, direction);
  }

  /** Masks, then the engine. */
  async #follow(move: Move): Promise<void> {
    const { generation } = this.#state.video;
    const changes = await this.#changesOf(move);
    if (changes === undefined || generation !== this.#state.video.generation) return;
    this.#context.events.flush();
    this.#context.store.setState(({ tracklets }) => ({
      tracklets: withMaskChanges(tracklets, changes),
    }));
    this.#tellEngine(move.step);
  }

  /** Undefined where the masks of the step are gone. */
  async #changesOf({ direction, number }: Move): Promise<MaskChanges | undefined> {
    const { media } = this.#context.services;
    try {
      return direction === 'undo'
        ? await media.revertStep(number)
        : await media.reapplyStep(number);
    } catch (error) {
      reportError(this.#context, error);
      this.#forget(direction, number);
      return undefined;
    }
  }

  #tellEngine({ isBulk, change }: HistoryStep): void {
    const { engine } = this.#parts;
    if (isBulk) {
      engine.invalidate();
      return;
    }
    for (const { objectId, frame } of change.prompts) {
      const { prompts, tracklets } = this.#state;
      const said = promptsAt(prompts, objectId, frame) ?? NO_CLICKS;
      const track = findTracklet(tracklets, objectId)?.summaries;
      const placed = { objectId, frame, prompts: said };
      engine.resubmit(placed, { hasMask: hasMask(track, frame) });
    }
  }

  /**
   * The decode worker no longer knows the masks of a step: what the page has put back since goes
   * where it was, and the history ends there.
   */
  #forget(direction: MoveDirection, number: number): void {
    const { recorder } = this.#parts;
    const back: MoveDirection = direction === 'undo' ? 'redo' : 'undo';
    for (;;) {
      const move = this.#next(back);
      const isPast = move === undefined || (move.number - number) * (back === 'redo' ? 1 : -1) > 0;
      if (isPast) break;
      this.#context.store.setState((state) => moved(state, move));
    }
    recorder.reset(
      direction === 'undo'
        ? endedBefore(this.#state.history, number + 1)
        : withoutUndone(this.#state.history),
    );
    if (direction === 'undo') recorder.call((media) => media.dropSteps(number));
  }

  /** The user sees what has changed. */
  #show({ place }: HistoryStep): void {
    if (place === undefined) return;
    const { tracklets, playback } = this.#state;
    if (findTracklet(tracklets, place.objectId) !== undefined) {
      patch(this.#context, 'tracklets', { selectedId: place.objectId });
    }
    if (playback.frame !== place.frame) this.#seek(place.frame);
  }

  #seek(frame: FrameIndex): void {
    this.#parts.playback.seekTo(frame);
  }

  get #state(): StudioState {
    return this.#context.store.getState();
  }
}

/** Steps from this number on; those before cannot be undone any more. */
function endedBefore({ firstStep, nextStep, steps }: HistorySlice, first: number): HistorySlice {
  return { firstStep: first, nextStep, steps: steps.slice(first - firstStep) };
}

function withoutUndone({ firstStep, nextStep, steps }: HistorySlice): HistorySlice {
  return { firstStep, nextStep, steps: steps.slice(0, nextStep - firstStep) };
}
