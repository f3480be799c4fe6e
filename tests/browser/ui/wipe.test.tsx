import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { videoPoint, videoToView } from '../../../src/core/geometry.ts';
import { viewportOf } from '../../../src/store/view-slice.ts';
import { scoresOfFrame } from '../../../src/store/score-selectors.ts';
import type { MountedStudio } from './mount.tsx';
import { mountTruthStudio, setTruth } from './mount-truth.ts';

let mounted: MountedStudio | undefined;
let captured: number | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
  // Pointers that are made by hand cannot be captured.
  captured = undefined;
  Element.prototype.setPointerCapture = (id) => {
    captured = id;
  };
  Element.prototype.hasPointerCapture = (id) => captured === id;
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function compare(wipe = 0.5): Promise<MountedStudio> {
  mounted = await mountTruthStudio({ frameCount: 240, spacing: 20 });
  setTruth(mounted, { view: 'errors', wipe });
  await expect.element(handle()).toBeVisible();
  return mounted;
}

const state = (studio: MountedStudio) => studio.store.getState();
const wipeOf = (studio: MountedStudio) => state(studio).groundTruth.wipe;
const handle = () => page.getByRole('slider', { name: 'Where the comparison begins' });
const promptCount = (studio: MountedStudio) => Object.keys(state(studio).prompts.byObject).length;

/** Where a fraction of the video's width is, in the window's CSS pixels. */
function placeOf(studio: MountedStudio, fraction: number) {
  const surface = studio.element.querySelector('.stage-surface');
  const { view, video } = state(studio);
  if (surface === null || video.info === undefined) throw new Error('there is no stage');
  const bounds = surface.getBoundingClientRect();
  const point = videoPoint(fraction * video.info.width, video.info.height / 2);
  const at = videoToView(point, viewportOf(view, video.info));
  return { x: bounds.left + at.x, y: bounds.top + at.y };
}

function lineX(): number {
  const bounds = document.querySelector('.wipe')?.getBoundingClientRect();
  return bounds === undefined ? Number.NaN : bounds.left + bounds.width / 2;
}

function pointer(type: string, { x, y }: { x: number; y: number }, pointerType = 'mouse') {
  const init = { bubbles: true, cancelable: true, pointerId: 5, clientX: x, clientY: y };
  handle()
    .element()
    .dispatchEvent(new PointerEvent(type, { ...init, pointerType }));
}

test.each(['mouse', 'touch', 'pen'])(
  'the grip is dragged with %s and places no prompt',
  async (type) => {
    const studio = await compare();
    const from = placeOf(studio, 0.5);
    // Taken a little beside its middle: the line does not jump.
    pointer('pointerdown', { ...from, x: from.x + 6 }, type);
    expect(wipeOf(studio)).toBe(0.5);
    const to = placeOf(studio, 0.8);
    pointer('pointermove', { ...to, x: to.x + 6 }, type);
    expect(wipeOf(studio)).toBeCloseTo(0.8, 2);
    await expect.poll(() => Math.abs(lineX() - to.x)).toBeLessThan(1.5);
    pointer('pointermove', { ...to, x: 0 }, type);
    expect(wipeOf(studio)).toBe(0);
    pointer('pointerup', to, type);
    captured = undefined;
    pointer('pointermove', to, type);
    expect(wipeOf(studio)).toBe(0);
    expect(promptCount(studio)).toBe(0);
  },
);

test('a press on the line beside the grip is a prompt', async () => {
  const studio = await compare();
  const { x } = placeOf(studio, 0.5);
  const line = document.querySelector('.wipe')?.getBoundingClientRect();
  const y = (line?.top ?? 0) + (line?.height ?? 0) * 0.2;
  const grip = handle().element().getBoundingClientRect();
  const over = document.elementFromPoint(grip.left + grip.width / 2, grip.top + grip.height / 2);
  expect(over?.closest('.wipe-grip')).toBe(handle().element());
  const beside = document.elementFromPoint(x, y);
  const init = { bubbles: true, pointerId: 5, clientX: x, clientY: y };
  beside?.dispatchEvent(new PointerEvent('pointerdown', init));
  beside?.dispatchEvent(new PointerEvent('pointerup', init));
  expect(promptCount(studio)).toBe(1);
  expect(wipeOf(studio)).toBe(0.5);
});

test('keys move the line, and go to both ends', async () => {
  const studio = await compare();
  const frame = state(studio).playback.frame;
  const element = handle().element();
  if (element instanceof HTMLElement) element.focus();
  await userEvent.keyboard('{ArrowRight}');
  expect(wipeOf(studio)).toBeCloseTo(0.51, 6);
  await userEvent.keyboard('{Shift>}{ArrowLeft}{/Shift}');
  expect(wipeOf(studio)).toBeCloseTo(0.41, 6);
  await expect.element(handle()).toHaveAttribute('aria-valuenow', '41');
  await userEvent.keyboard('{End}');
  expect(wipeOf(studio)).toBe(1);
  await userEvent.keyboard('{Home}');
  expect(wipeOf(studio)).toBe(0);
  expect(state(studio).playback.frame).toBe(frame);
});

test('a double click shows all of the comparison, and another one half', async () => {
  const studio = await compare(0.3);
  const twice = () =>
    handle()
      .element()
      .dispatchEvent(new MouseEvent('dblclick', { bubbles: true }));
  twice();
  expect(wipeOf(studio)).toBe(0);
  await expect.element(handle()).toHaveAttribute('aria-valuenow', '0');
  twice();
  expect(wipeOf(studio)).toBe(0.5);
});

test('the line says what is on either side, and follows zoom and pan', async () => {
  const studio = await compare();
  await expect.element(page.getByText('Errors', { exact: true }).first()).toBeVisible();
  const labels = () => [...document.querySelectorAll('.wipe-label')].map((one) => one.textContent);
  expect(labels()).toEqual(['Masks', 'Errors']);
  setTruth(studio, { wipe: 0, view: 'truth' });
  await expect.poll(labels).toEqual(['Truth']);
  setTruth(studio, { wipe: 0.5 });
  studio.actions.view.zoomAtCentre(1.7);
  studio.actions.view.panBy(60, 0);
  await expect.poll(() => Math.abs(lineX() - placeOf(studio, 0.5).x)).toBeLessThan(1.5);
});

test('there is no line on frames without ground truth, and the corner says why', async () => {
  const studio = await compare();
  const badge = () => document.querySelector('.truth-badge')?.textContent ?? '';
  await expect.poll(badge).toBe('Ground truth · not scored');
  studio.actions.playback.seekTo(41);
  await expect.poll(() => document.querySelector('.wipe')).toBeNull();
  await expect.poll(badge).toBe('Ground truth · not annotated');
  setTruth(studio, { view: 'masks' });
  await expect.poll(badge).toBe('');
  studio.actions.tracklets.select(undefined);
  studio.actions.playback.seekTo(40);
  const scores = scoresOfFrame(state(studio).groundTruth, state(studio).playback.frame);
  const mean = scores.reduce((sum, score) => sum + score.mean, 0) / scores.length;
  await expect.poll(badge).toBe(`Ground truth · J&F ${(mean * 100).toFixed(1)}`);
  await expect.poll(() => document.querySelector('.wipe')).toBeNull();
});
