import type { Page } from '@playwright/test';
import type { Size } from '../../src/core/geometry.ts';
import { fittedFrame } from './fitted-frame.ts';

/** In video pixels. */
export type At = readonly [x: number, y: number];

/** A hand with a mouse over the fitted frame of a clip. */
export class StageHand {
  readonly #page: Page;
  readonly #video: Size;

  constructor(page: Page, video: Size) {
    this.#page = page;
    this.#video = video;
  }

  async moveTo(at: At): Promise<void> {
    const { x, y } = await this.#placeOf(at);
    await this.#page.mouse.move(x, y);
  }

  /** Presses, goes along the way in small steps, and releases at its end. */
  async drag(way: readonly At[], button: 'left' | 'right' = 'left'): Promise<void> {
    const [first, ...rest] = way;
    if (first === undefined) throw new Error('a drag has a way');
    await this.moveTo(first);
    await this.#page.mouse.down({ button });
    for (const at of rest) {
      const { x, y } = await this.#placeOf(at);
      await this.#page.mouse.move(x, y, { steps: 4 });
    }
    await this.#page.mouse.up({ button });
  }

  /** A picture of part of the frame, as it is on the screen. */
  async look(corner: At, size: Size): Promise<Buffer> {
    const from = await this.#placeOf(corner);
    const to = await this.#placeOf([corner[0] + size.width, corner[1] + size.height]);
    const clip = { ...from, width: to.x - from.x, height: to.y - from.y };
    return this.#page.screenshot({ clip });
  }

  async #placeOf([x, y]: At): Promise<{ readonly x: number; readonly y: number }> {
    return (await fittedFrame(this.#page, this.#video)).placeOf({ x, y });
  }
}
