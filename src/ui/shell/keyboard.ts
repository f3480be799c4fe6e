import type { Studio } from '../../store/studio-store.ts';
import { runCommand } from './commands.ts';
import { commandOf } from './shortcuts.ts';

/** Listens for the studio's keys on the whole page. @returns ends it */
export function listenToKeys(studio: Studio): () => void {
  const keyboard = new Keyboard(studio);
  return () => keyboard[Symbol.dispose]();
}

/**
 * Space is two keys: held while dragging it moves the frame, pressed and released it plays. Which
 * one is known only when it is released.
 */
class Keyboard implements Disposable {
  readonly #studio: Studio;
  readonly #abort = new AbortController();
  #zoomAtSpace: unknown;

  constructor(studio: Studio) {
    this.#studio = studio;
    const { signal } = this.#abort;
    window.addEventListener('keydown', this.#onDown, { signal });
    window.addEventListener('keyup', this.#onUp, { signal });
    window.addEventListener('blur', this.#onBlur, { signal });
  }

  [Symbol.dispose](): void {
    this.#abort.abort();
  }

  readonly #onDown = (event: KeyboardEvent): void => {
    const { view } = this.#studio.store.getState();
    if (event.defaultPrevented || view.dialog !== undefined) return;
    const command = commandOf(event);
    if (command === undefined) return;
    // The way to everything else is open from everywhere, as from a field that is typed in.
    if (command !== 'palette' && belongsToControl(event)) return;
    event.preventDefault();
    if (command !== 'toggle-play') runCommand(command, this.#studio);
    else if (!event.repeat) {
      this.#zoomAtSpace = view.zoom;
      this.#studio.actions.view.holdPanKey(true);
    }
  };

  readonly #onUp = (event: KeyboardEvent): void => {
    const { view } = this.#studio.store.getState();
    if (event.key !== ' ' || !view.isPanKeyHeld) return;
    event.preventDefault();
    this.#studio.actions.view.holdPanKey(false);
    if (view.zoom === this.#zoomAtSpace) runCommand('toggle-play', this.#studio);
  };

  // A key that is released in another window is never heard of here.
  readonly #onBlur = (): void => {
    if (this.#studio.store.getState().view.isPanKeyHeld) {
      this.#studio.actions.view.holdPanKey(false);
    }
  };
}

const TEXT = 'input:not([type="range"]), textarea, select, [contenteditable="true"]';
const POPUP = '[role="menu"], [role="dialog"]';
const OWN_KEYS = '[role="radio"], input[type="range"], [role="separator"]';

/** Whether the focused control takes this key for itself. */
function belongsToControl(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof Element)) return false;
  if (target.closest(TEXT) !== null || target.closest(POPUP) !== null) return true;
  // After a click with the mouse a button keeps the focus, but the keys are the studio's again.
  if (!target.matches(':focus-visible')) return false;
  if (target.closest(OWN_KEYS) !== null) return event.key !== 'Escape';
  return (event.key === ' ' || event.key === 'Enter') && target.closest('button, a') !== null;
}
