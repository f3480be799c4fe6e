import { expect, type Page } from '@playwright/test';
import type { Size } from '../../src/core/geometry.ts';
import { fittedFrame } from './fitted-frame.ts';
import type { At } from './stage-hand.ts';
import { frameShown } from './studio.ts';

/** What the cross on the stage moves by, in CSS pixels. */
const STEPS_PX = [
  { keys: 'Shift+', step: 40 },
  { keys: '', step: 4 },
] as const;
const MOST_STOPS = 80;

/** Somebody at the keyboard, who has no mouse. */
export class KeyHand {
  readonly #page: Page;
  readonly #video: Size;
  /** Where the cross is, in video pixels. */
  #aim: At;

  constructor(page: Page, video: Size) {
    this.#page = page;
    this.#video = video;
    this.#aim = [video.width / 2, video.height / 2];
  }

  /** Counts what only a mouse does, from the next load of the page on. */
  async watchForMouse(): Promise<void> {
    await this.#page.addInitScript(() => {
      const seen: string[] = [];
      Object.assign(globalThis, { mouseEvents: seen });
      for (const type of ['pointerdown', 'pointermove', 'mousedown', 'mousemove', 'wheel']) {
        window.addEventListener(type, () => seen.push(type), { capture: true });
      }
    });
  }

  /** What a mouse did since then. */
  async mouseEvents(): Promise<readonly string[]> {
    return this.#page.evaluate(() => (globalThis as { mouseEvents?: string[] }).mouseEvents ?? []);
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.#page.keyboard.press(key);
  }

  /** Goes through the palette: searches, and does what it finds first. */
  async command(words: string): Promise<void> {
    await this.press('Control+k');
    await expect(this.#page.getByRole('combobox', { name: 'Search actions' })).toBeFocused();
    await this.#page.keyboard.type(words);
    await this.press('Enter');
    await expect(this.#page.getByRole('combobox', { name: 'Search actions' })).toHaveCount(0);
  }

  /** Takes up the cross on the stage, to aim at the frame that was asked for last. */
  async takeAim(): Promise<void> {
    await frameShown(this.#page);
    await this.press('a');
    const cross = this.#page.getByRole('application', { name: 'Aim with the arrow keys' });
    await expect(cross).toBeFocused();
  }

  /** Moves the cross to a place of the frame, which must be fitted to the stage. */
  async aimAt(to: At): Promise<void> {
    const { scale } = await fittedFrame(this.#page, this.#video);
    const [x, y] = this.#aim;
    const wayX = await this.#move((to[0] - x) * scale, ['ArrowLeft', 'ArrowRight']);
    const wayY = await this.#move((to[1] - y) * scale, ['ArrowUp', 'ArrowDown']);
    this.#aim = [x + wayX / scale, y + wayY / scale];
  }

  /** @returns how far it went, CSS pixels */
  async #move(wayPx: number, [back, on]: readonly [string, string]): Promise<number> {
    let gone = 0;
    for (const { keys, step } of STEPS_PX) {
      const count = Math.round((wayPx - gone) / step);
      for (let at = 0; at < Math.abs(count); at++) await this.press(keys + (count < 0 ? back : on));
      gone += count * step;
    }
    return gone;
  }

  /** Goes from control to control until one of this name has the focus. */
  async tabTo(name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
    for (let stop = 0; stop < MOST_STOPS; stop++) {
      await this.press(key);
      if (name.test(await this.focused())) return;
    }
    throw new Error(`no control called ${name} is reached`);
  }

  /** What has the focus: its label, else its text. */
  async focused(): Promise<string> {
    return this.#page.evaluate(() => {
      const { activeElement: element } = document;
      if (element === null || element === document.body) return '';
      const labels = element instanceof HTMLInputElement ? element.labels : null;
      return element.ariaLabel ?? labels?.[0]?.textContent ?? element.textContent;
    });
  }

  /**
   * Whether what has the focus, or the label or row that stands for it, looks otherwise without it.
   * Nothing may be moving: see to it with `reducedMotion`.
   */
  async isFocusSeen(): Promise<boolean> {
    return this.#page.evaluate(() => {
      const { activeElement: element } = document;
      if (!(element instanceof HTMLElement)) return false;
      const looks = () =>
        [element, element.closest('label'), element.parentElement].map((place) => {
          if (place === null) return '';
          const { boxShadow, backgroundColor, backgroundImage, outline } = getComputedStyle(place);
          return [boxShadow, backgroundColor, backgroundImage, outline].join();
        });
      const focused = looks();
      element.blur();
      const without = looks();
      element.focus({ preventScroll: true });
      return focused.some((look, at) => look !== without[at]);
    });
  }
}
