import { strokeRle } from '../core/brush-stroke.ts';
import type { Size, VideoPoint } from '../core/geometry.ts';
import { lassoRle } from '../core/lasso.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import { isSameRle, subtractRle, uniteRle } from '../core/rle-algebra.ts';
import { rleArea, type MaskRle } from '../core/rle.ts';
import type { PlaybackActions } from './playback-actions.ts';
import type { PromptPlace, PromptsActions } from './prompts-actions.ts';
import { promptsAt } from './prompts-slice.ts';
import type { StepRecorder } from './step-recorder.ts';
import { reportError, type StoreContext } from './store-context.ts';
import { summaryAt } from './summary-track.ts';
import { findTracklet } from './tracklets-slice.ts';

/** What the user drew, in video pixels. */
export interface Drawing {
  readonly shape:
    | { readonly kind: 'stroke'; readonly diameter: number }
    /** All that the line goes round. */
    | { readonly kind: 'lasso' };
  readonly path: readonly VideoPoint[];
  /** Takes from the mask instead of adding to it. */
  readonly isTaking: boolean;
}

interface Parts {
  readonly playback: PlaybackActions;
  readonly prompts: PromptsActions;
  readonly recorder: Pick<StepRecorder, 'settled'>;
}

/** A drawing on its way into a mask. */
interface Change {
  readonly drawn: MaskRle;
  readonly isTaking: boolean;
  readonly place: { readonly objectId: ObjectId; readonly frame: FrameIndex };
}

/** Drawing the selected object's mask on the shown frame by hand. */
export class MaskPainting {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #changes = Promise.resolve();

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Holds the frame still under the pointer. */
  begin(): void {
    this.#parts.playback.pause();
  }

  /**
   * Makes the drawing part of the object's mask, or takes it off, and makes that mask the frame's
   * prompt. Makes an object first if none is selected. Drawings are taken in their order.
   * Resolves when the mask is on the stage.
   */
  async draw({ shape, path, isTaking }: Drawing): Promise<void> {
    const { tracklets, playback, video } = this.#context.store.getState();
    if (video.info === undefined) return;
    const drawn = drawnRle(shape, path, video.info);
    const { selectedId } = tracklets;
    if (rleArea(drawn) === 0 || (selectedId === undefined && isTaking)) return;
    if (selectedId === undefined) this.#parts.prompts.setMask(drawn);
    else {
      const place = { objectId: selectedId, frame: playback.shownFrame };
      this.#changes = this.#changes.then(() => this.#apply({ drawn, isTaking, place }));
    }
    await this.#changes;
    await this.#parts.recorder.settled();
    // The worker draws in its own next frame, which may come after the page's.
    for (let frame = 0; frame < 2; frame++) await this.#nextFrame();
  }

  #nextFrame(): Promise<void> {
    return new Promise((resolve) => this.#context.services.requestFrame(resolve));
  }

  async #apply({ drawn, isTaking, place }: Change): Promise<void> {
    try {
      const before = await this.#maskAt(place);
      if (before === undefined) {
        if (!isTaking) this.#parts.prompts.setMask(drawn, place);
        return;
      }
      const mask = isTaking ? subtractRle(before, drawn) : uniteRle(before, drawn);
      if (!isSameRle(mask, before)) this.#parts.prompts.setMask(mask, place);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /**
   * The mask that is drawn on. The user's own is taken as it was drawn, not as the model gave it
   * back, so that it does not get softer with every stroke.
   */
  async #maskAt(place: PromptPlace): Promise<MaskRle | undefined> {
    const { prompts, tracklets } = this.#context.store.getState();
    const { objectId, frame } = place;
    const here = promptsAt(prompts, objectId, frame);
    const track = findTracklet(tracklets, objectId)?.summaries;
    const shown = track && summaryAt(track, frame);
    const isOwn = shown === undefined || shown.origin === 'prompt';
    if (here?.kind === 'mask' && isOwn) return here.mask;
    return this.#context.services.media.maskOf(objectId, frame);
  }
}

function drawnRle(shape: Drawing['shape'], path: readonly VideoPoint[], size: Size): MaskRle {
  return shape.kind === 'lasso' ? lassoRle(path, size) : strokeRle(path, shape.diameter / 2, size);
}
