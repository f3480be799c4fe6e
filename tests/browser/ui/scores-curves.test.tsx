import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { objectScores, scoreCurves, worstFrames } from '../../../src/store/score-selectors.ts';
import type { MountedStudio } from './mount.tsx';
import { mountTruthStudio, setTruth } from './mount-truth.ts';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 900);
  // Pointers that are made by hand cannot be captured.
  captured = undefined;
  Element.prototype.setPointerCapture = (id) => {
    captured = id;
  };
  Element.prototype.hasPointerCapture = (id) => captured === id;
});

let captured: number | undefined;

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
  vi.restoreAllMocks();
});

const FRAMES = 241;
const SPACING = 20;

async function openCurves(): Promise<MountedStudio> {
  mounted = await mountTruthStudio({ frameCount: FRAMES, spacing: SPACING, scored: 1 });
  await expect.poll(() => over()?.classList.contains('plot-seeks') ?? false).toBe(true);
  await expect.poll(() => over()?.clientWidth ?? 0).toBeGreaterThan(100);
  return mounted;
}

const state = (studio: MountedStudio) => studio.store.getState();
const over = () => document.querySelector<HTMLElement>('.curve-plot .u-over');
const slider = () => page.getByRole('slider', { name: 'J&F over the annotated frames' });

/** Where a frame of the clip is on the chart, in the window's CSS pixels. */
function placeOf(frame: number) {
  const element = over();
  if (element === null) throw new Error('there is no chart');
  const bounds = element.getBoundingClientRect();
  const x = bounds.left + (frame / (FRAMES - 1)) * bounds.width;
  return { element, x, y: bounds.top + bounds.height / 2 };
}

function pointer(type: string, frame: number, offsetPx = 0) {
  const { element, x, y } = placeOf(frame);
  const init = { bubbles: true, pointerId: 7, clientX: x + offsetPx, clientY: y };
  element.dispatchEvent(new PointerEvent(type, init));
}

/** How many pixels of the chart's canvas are near a colour. */
function paintedIn(color: string): number {
  const canvas = document.querySelector<HTMLCanvasElement>('.curve-plot canvas');
  const pixels = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data;
  if (pixels === undefined) throw new Error('there is no canvas');
  const wanted = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16));
  let count = 0;
  for (let at = 0; at < pixels.length; at += 4) {
    const isNear = wanted.every((value, part) => Math.abs((pixels[at + part] ?? 0) - value) < 24);
    if (isNear && (pixels[at + 3] ?? 0) > 200) count++;
  }
  return count;
}

test('each assigned object has its curve in its colour, and the curve goes with the object', async () => {
  const studio = await openCurves();
  const colors = state(studio).tracklets.items.map(({ color }) => color);
  expect(colors.length).toBeGreaterThan(1);
  await expect.poll(() => colors.every((color) => paintedIn(color) > 40)).toBe(true);
  studio.actions.tracklets.recolor(state(studio).tracklets.items[0]?.id ?? neverId(), '#ff00ff');
  await expect.poll(() => paintedIn('#ff00ff')).toBeGreaterThan(40);
  await expect.poll(() => paintedIn(colors[0] ?? '')).toBeLessThan(10);
});

test('the chart is made once: other numbers, another measure and the playhead change it in place', async () => {
  const studio = await openCurves();
  const element = over();
  studio.actions.playback.seekTo(100);
  await page.getByRole('radio', { name: 'J', exact: true }).click();
  const { report } = state(studio).groundTruth;
  setTruth(studio, { report: report === undefined ? undefined : { ...report } });
  await expect
    .element(page.getByRole('slider', { name: 'J over the annotated frames' }))
    .toBeVisible();
  expect(over()).toBe(element);
});

test('the playhead is a line over the frame, and moves without a new drawing', async () => {
  const studio = await openCurves();
  const marker = document.querySelector('.plot-marker');
  const lineAt = () => {
    const bounds = marker?.getBoundingClientRect();
    return bounds === undefined ? Number.NaN : bounds.left + bounds.width / 2;
  };
  const draw = vi.spyOn(CanvasRenderingContext2D.prototype, 'clearRect');
  for (const frame of [0, 60, 240]) {
    studio.actions.playback.seekTo(frame);
    await expect.poll(() => Math.abs(lineAt() - placeOf(frame).x)).toBeLessThan(1.1);
  }
  expect(draw.mock.contexts.filter((context) => isOfPlot(context))).toHaveLength(0);
});

test('a press seeks to the annotated frame when it is near, else to the frame', async () => {
  const studio = await openCurves();
  pointer('pointerdown', 100, 3);
  expect(state(studio).playback.frame).toBe(100);
  pointer('pointermove', 110);
  expect(state(studio).playback.frame).toBe(110);
  pointer('pointermove', 119);
  expect(state(studio).playback.frame).toBe(120);
  captured = undefined;
  pointer('pointermove', 30);
  expect(state(studio).playback.frame).toBe(120);
});

test('with the keyboard it is a slider over the annotated frames', async () => {
  const studio = await openCurves();
  studio.actions.playback.seekTo(50);
  document.querySelector<HTMLElement>('.curve-plot')?.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(state(studio).playback.frame).toBe(60);
  await userEvent.keyboard('{ArrowRight}{ArrowLeft}{ArrowLeft}');
  expect(state(studio).playback.frame).toBe(40);
  await userEvent.keyboard('{End}');
  expect(state(studio).playback.frame).toBe(240);
  await userEvent.keyboard('{Home}');
  expect(state(studio).playback.frame).toBe(0);
  await userEvent.keyboard('{ArrowRight}');
  const [first] = scoreCurves(state(studio).groundTruth);
  const mean = (((first?.region[0] ?? 0) + (first?.boundary[0] ?? 0)) / 2) * 100;
  await expect
    .element(slider())
    .toHaveAttribute(
      'aria-valuetext',
      expect.stringContaining(`Frame 20: ${first?.name} ${mean.toFixed(1)}`),
    );
});

test('the values under the pointer are shown, and the means where nothing is scored', async () => {
  const studio = await openCurves();
  studio.actions.playback.seekTo(10);
  const legend = () => document.querySelector('.curve-legend')?.textContent ?? '';
  const [mug] = objectScores(state(studio).groundTruth);
  const overall = (((mug?.score.region.mean ?? 0) + (mug?.score.boundary.mean ?? 0)) / 2) * 100;
  await expect.poll(legend).toContain(`Mean${mug?.name}${overall.toFixed(1)}`);
  const { element, x, y } = placeOf(60);
  element.dispatchEvent(new MouseEvent('mousemove', { clientX: x, clientY: y, bubbles: true }));
  const [curve] = scoreCurves(state(studio).groundTruth);
  const at = curve?.frames.findIndex((frame) => frame === 60) ?? -1;
  const value = (((curve?.region[at] ?? 0) + (curve?.boundary[at] ?? 0)) / 2) * 100;
  await expect.poll(legend).toContain('Frame 60');
  await expect.poll(legend).toContain(`${curve?.name}${value.toFixed(1)}`);
});

test('the table has the same numbers, seeks, and keeps few rows of many on the page', async () => {
  mounted = await mountTruthStudio({ frameCount: 10_000, spacing: 1, scored: 1 });
  const studio = mounted;
  await page.getByRole('button', { name: 'Show as a table' }).click();
  const table = page.getByRole('table', { name: 'J&F over the annotated frames' });
  await expect.element(table).toHaveAttribute('aria-rowcount', '10001');
  expect(document.querySelectorAll('.data-table tbody tr').length).toBeLessThan(60);
  const region = document.querySelector('.data-table');
  if (region === null) throw new Error('there is no table');
  region.scrollTop = region.scrollHeight / 2;
  await expect
    .poll(() => document.querySelector('.data-table [aria-rowindex="5002"]'))
    .not.toBeNull();
  expect(document.querySelectorAll('.data-table tbody tr').length).toBeLessThan(60);
  const row = document.querySelector('.data-table [aria-rowindex="5002"]');
  const [curve] = scoreCurves(state(studio).groundTruth);
  const mean = (((curve?.region[4999] ?? 0) + (curve?.boundary[4999] ?? 0)) / 2) * 100;
  expect(row?.querySelector('td')?.textContent).toBe(mean.toFixed(1));
  row?.querySelector('button')?.click();
  expect(state(studio).playback.frame).toBe(5000);
});

test('the worst frames are listed worst first, and go to the frame and its object', async () => {
  const studio = await openCurves();
  const worst = worstFrames(state(studio).groundTruth, 100);
  const entries = () =>
    [...document.querySelectorAll('.worst-frame')].map((element) => element.textContent);
  await expect.poll(entries).toHaveLength(10);
  expect(entries()[0]).toContain(((worst[0]?.mean ?? 0) * 100).toFixed(1));
  studio.actions.tracklets.select(undefined);
  const own = worst.findIndex(({ truthId }) => truthId === 2);
  expect(own).toBeLessThan(10);
  document.querySelectorAll<HTMLElement>('.worst-frame')[own]?.click();
  expect(state(studio).playback.frame).toBe(worst[own]?.frame);
  expect(state(studio).tracklets.selectedId).toBe(2);
  await page.getByRole('button', { name: 'Show more', exact: true }).click();
  await expect.poll(entries).toHaveLength(20);
});

test('keys step through annotated frames and through the worst ones', async () => {
  const studio = await openCurves();
  studio.actions.playback.seekTo(30);
  await userEvent.keyboard('.');
  expect(state(studio).playback.frame).toBe(40);
  await userEvent.keyboard(',,');
  expect(state(studio).playback.frame).toBe(0);
  const worst = worstFrames(state(studio).groundTruth, 100);
  await userEvent.keyboard('w');
  expect(state(studio).playback.frame).toBe(worst[0]?.frame);
  await userEvent.keyboard('w');
  expect(state(studio).playback.frame).toBe(worst[1]?.frame);
});

test('the timeline says which frames are annotated and where an object is poor', async () => {
  const studio = await openCurves();
  await expect.element(page.getByText('13 annotated')).toBeVisible();
  studio.actions.playback.seekTo(40);
  await expect
    .element(page.getByRole('slider', { name: 'Playhead' }))
    .toHaveAttribute('aria-valuetext', expect.stringMatching(/^Frame 40 of 241, .*, annotated$/));
  await expect
    .element(page.getByRole('button', { name: /^Object 1: .*annotated on 13/ }))
    .toBeVisible();
});

function isOfPlot(context: unknown): boolean {
  return context instanceof CanvasRenderingContext2D && context.canvas.closest('.plot') !== null;
}

function neverId(): never {
  throw new Error('there is no object');
}
