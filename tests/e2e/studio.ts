import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { Size } from '../../src/core/geometry.ts';
import { fittedFrame } from './fitted-frame.ts';

/** A file as it is dropped. */
export interface DroppedFile {
  readonly name: string;
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The built studio as a user sees it. */
export class Studio {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page. Exports go to the downloads, which tests can read. */
  async open(): Promise<void> {
    await this.page.addInitScript(() => {
      Reflect.deleteProperty(globalThis, 'showSaveFilePicker');
    });
    await this.page.goto('/');
    await expect(this.page.getByRole('button', { name: 'Try the sample' })).toBeVisible();
  }

  /** Drops files on the page, as from a file manager. */
  async drop(files: readonly DroppedFile[]): Promise<void> {
    const sent = files.map(({ name, type, bytes }) => ({
      name,
      type,
      base64: Buffer.from(bytes).toString('base64'),
    }));
    const transfer = await this.page.evaluateHandle(async (received) => {
      const data = new DataTransfer();
      for (const { name, type, base64 } of received) {
        const response = await fetch(`data:application/octet-stream;base64,${base64}`);
        data.items.add(new File([await response.blob()], name, { type }));
      }
      return data;
    }, sent);
    for (const type of ['dragenter', 'dragover', 'drop']) {
      await this.page.dispatchEvent('body', type, { dataTransfer: transfer });
    }
  }

  async dropPath(path: string, type: string): Promise<void> {
    await this.drop([{ name: basename(path), type, bytes: await readFile(path) }]);
  }

  /** Waits until a model is ready to answer. */
  async modelReady(): Promise<void> {
    await expect(this.page.getByText(/fp32 · \d+ px/)).toBeVisible({ timeout: 120_000 });
  }

  /** Presses at a point of the video; the frame must be fitted to the stage, as it is at first. */
  async clickVideo(
    point: { readonly x: number; readonly y: number },
    video: Size,
    button: 'left' | 'right' = 'left',
  ): Promise<void> {
    const { x, y } = (await fittedFrame(this.page, video)).placeOf(point);
    await this.page.mouse.click(x, y, { button });
  }

  /** The same with a finger. */
  async tapVideo(point: { readonly x: number; readonly y: number }, video: Size): Promise<void> {
    const { x, y } = (await fittedFrame(this.page, video)).placeOf(point);
    await this.page.touchscreen.tap(x, y);
  }

  /** Waits until the mask of the last click is there. */
  async answered(): Promise<void> {
    const status = this.page.getByRole('main', { name: 'Stage' }).getByRole('status');
    await expect(status).toContainText(/refine with more clicks/i, { timeout: 60_000 });
  }

  /** Makes an object current; adds it where there is none with that number. */
  async selectObject(id: number): Promise<void> {
    const row = this.page.getByRole('button', { name: new RegExp(`^Object ${id}\\b(?!.*colour)`) });
    if ((await row.count()) === 0)
      await this.page.getByRole('button', { name: 'New object' }).click();
    else await row.first().click();
  }

  async setCorrections(choice: 'Keep' | 'Hold everywhere' | 'As the reference'): Promise<void> {
    await this.#chooseInModelLine('What becomes of corrections', choice);
  }

  /** Chooses how the model runs, and waits until it does. */
  async setModel(backend: 'WebGPU' | 'WASM', imageSize: number): Promise<void> {
    await this.#chooseInModelLine('Image size in pixels', String(imageSize));
    await this.#chooseInModelLine('Backend', backend);
    const line = new RegExp(`${backend}.* · fp32 · ${imageSize} px`);
    await expect(this.page.getByText(line)).toBeVisible({ timeout: 240_000 });
  }

  async #chooseInModelLine(group: string, choice: string): Promise<void> {
    await this.page.getByRole('button', { name: /^Model:/ }).click();
    const options = this.page.getByRole('radiogroup', { name: group });
    await options.getByRole('radio', { name: choice, exact: true }).click();
    await this.page.keyboard.press('Escape');
  }

  async seek(frame: number): Promise<void> {
    const field = this.page.getByLabel(/^Frame under the playhead/);
    await field.fill(String(frame));
    await field.press('Enter');
    await expect(this.page.getByRole('slider', { name: 'Playhead' })).toHaveAttribute(
      'aria-valuenow',
      String(frame),
    );
    await frameShown(this.page);
  }

  /** Tracks and waits for the end of that many frames. */
  async track(direction: 'Forward' | 'Backward' | 'Both', frames: number): Promise<void> {
    await this.page.getByRole('button', { name: direction, exact: true }).click();
    await expect(this.page.getByText(new RegExp(`^${frames} frames in .+ fps\\.$`))).toBeVisible({
      timeout: 60_000 + frames * 1500,
    });
  }

  /** Tracks until at least that many frames are done, then stops. */
  async trackSome(frames: number): Promise<void> {
    await this.page.getByRole('button', { name: 'Forward', exact: true }).click();
    const done = async () => {
      const text = await this.page.getByText(/^\d+ of \d+ frames$/).textContent();
      return Number.parseInt(text ?? '0', 10);
    };
    await expect.poll(done, { timeout: 240_000 }).toBeGreaterThanOrEqual(frames);
    await this.page.getByRole('button', { name: 'Stop' }).click();
    await expect(this.page.getByText(/^Stopped after .+ which are kept\.$/)).toBeVisible({
      timeout: 60_000,
    });
  }

  /** Saves through the export dialog and gives the file's bytes. */
  async export(format: 'PNG masks' | 'Project'): Promise<Uint8Array<ArrayBuffer>> {
    await this.page.getByRole('button', { name: /^Export/ }).click();
    const dialog = this.page.getByRole('dialog');
    const kinds = dialog.getByRole('group', { name: 'What to export' });
    await kinds.getByText(format, { exact: true }).click();
    const downloading = this.page.waitForEvent('download');
    await dialog.getByRole('button', { name: /^Save/ }).click();
    const path = await (await downloading).path();
    await this.page.keyboard.press('Escape');
    await expect(dialog).toBeHidden();
    return Uint8Array.from(await readFile(path));
  }
}

/** Waits until the stage shows the frame under the playhead: a click or a key means the one shown. */
export async function frameShown(page: Page): Promise<void> {
  const surface = page.getByRole('main', { name: 'Stage' }).locator('[aria-busy]');
  await expect(surface).toHaveAttribute('aria-busy', 'false');
}
