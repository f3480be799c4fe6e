import { expect, type Page } from '@playwright/test';
import { fitViewport, type Size } from '../../src/core/geometry.ts';
import { FIT_MARGIN_PX } from '../../src/store/view-slice.ts';
import type { At } from './stage-hand.ts';

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

  /** Moves the cross to a place of the frame, which must be fitted to the stage. */
  async aimAt(to: At): Promise<void> {
    const stage = await this.#page.locator('canvas').first().boundingBox();
    if (stage === null) throw new Error('the stage is not there');
    const inner = {
      width: stage.width - 2 * FIT_MARGIN_PX,
      height: stage.height - 2 * FIT_MARGIN_PX,
    };
    const { scale } = fitViewport(this.#video, inner);
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
