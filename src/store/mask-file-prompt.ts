import { rleArea, type MaskRle } from '../core/rle.ts';
import type { FileMask } from '../protocol/mask-file.ts';
import type { PromptPlace, PromptsActions } from './prompts-actions.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';
import { findTracklet } from './tracklets-slice.ts';

/** What the open dialog asks about. */
interface Question {
  readonly masks: readonly FileMask[];
  readonly place: PromptPlace;
}

/** A picture's mask as the prompt of an object. */
export class MaskFilePrompt {
  readonly #context: StoreContext;
  readonly #prompts: PromptsActions;
  #question: Question | undefined;

  constructor(context: StoreContext, prompts: PromptsActions) {
    this.#context = context;
    this.#prompts = prompts;
  }

  /**
   * Takes a PNG's mask for the selected object on the shown frame; asks which, where there are
   * several.
   */
  async use(file: File): Promise<void> {
    const { tracklets, playback, video } = this.#context.store.getState();
    const { info } = video;
    const { selectedId } = tracklets;
    if (info === undefined || selectedId === undefined) return;
    const place = { objectId: selectedId, frame: playback.shownFrame };
    try {
      const clip = { width: info.width, height: info.height };
      const { masks, notices } = await this.#context.services.exporter.readMaskFile(file, clip);
      for (const message of notices) raiseAlert(this.#context, { severity: 'info', message });
      this.#take(file.name, masks, place);
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** The user's answer to `choose-mask`. @param at among the choices */
  answer(at: number): void {
    const question = this.#question;
    this.#question = undefined;
    patch(this.#context, 'view', { dialog: undefined });
    const chosen = question?.masks[at];
    if (question !== undefined && chosen !== undefined) this.#set(chosen.mask, question.place);
  }

  #take(name: string, masks: readonly FileMask[], place: PromptPlace): void {
    const [only, ...others] = masks;
    if (only === undefined) {
      raiseAlert(this.#context, {
        severity: 'warning',
        message: `“${name}” holds no mask: all of it is background.`,
        hint: 'Pixels of value 0, or black, are background.',
      });
    } else if (others.length === 0) this.#set(only.mask, place);
    else {
      this.#question = { masks, place };
      const choices = masks.map(({ value, color, mask }) => ({
        value,
        color,
        areaPx: rleArea(mask),
      }));
      patch(this.#context, 'view', { dialog: { kind: 'choose-mask', name, choices } });
    }
  }

  #set(mask: MaskRle, place: PromptPlace): void {
    // The object may have been removed while the file was read.
    const { tracklets } = this.#context.store.getState();
    if (findTracklet(tracklets, place.objectId) !== undefined) this.#prompts.setMask(mask, place);
  }
}
