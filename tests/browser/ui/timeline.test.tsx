import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { videoPoint } from '../../../src/core/geometry.ts';
import { withoutFrames } from '../../../src/store/summary-track.ts';
import type { Tracklet } from '../../../src/store/tracklets-slice.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function open(options?: Parameters<typeof mountOpenStudio>[0]): Promise<MountedStudio> {
  mounted = await mountOpenStudio(options);
  return mounted;
}

const state = (studio: MountedStudio) => studio.store.getState();
const strip = (studio: MountedStudio) => {
  const canvas = studio.element.querySelector<HTMLCanvasElement>('.tl-strip canvas');
  if (canvas === null) throw new Error('no filmstrip');
  return canvas;
};

/** Colours of the strip's middle row that are not the page's own. */
function paintedShare(studio: MountedStudio): number {
  const canvas = strip(studio);
  const context = canvas.getContext('2d');
  if (context === null || canvas.width === 0 || canvas.height === 0) return 0;
  const row = context.getImageData(0, canvas.height >> 1, canvas.width, 1).data;
  let painted = 0;
  for (let at = 3; at < row.length; at += 4) painted += (row[at] ?? 0) > 0 ? 1 : 0;
  return painted / canvas.width;
}

/** Waits until the strip is full, and no picture of it is under way. */
async function filled(studio: MountedStudio): Promise<void> {
  const isFull = () => studio.media.picturing === 0 && paintedShare(studio) > 0.9;
  await until(isFull, 'the strip is full of pictures');
}

async function track(studio: MountedStudio): Promise<void> {
  studio.actions.prompts.addPoint(videoPoint(300, 180), 'positive');
  await until(() => state(studio).models.activity === undefined, 'the click is answered');
  await studio.actions.propagation.track('forward', 'all');
}

function withoutMasksOf(frames: readonly number[]) {
  return (item: Tracklet) => ({ ...item, summaries: withoutFrames(item.summaries, frames) });
}

const pause = async (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('small pictures lie under the ruler; zooming asks only for those that are missing', async () => {
  const studio = await open({ info: { frameCount: 10_000 } });
  const { pictured } = studio.media;
  await filled(studio);
  const first = [...pictured];
  expect(first.length).toBeGreaterThan(5);
  expect(first.length).toBeLessThan(40);
  expect(first).toEqual([...first].sort((a, b) => a - b));
  studio.actions.view.zoomTimeline(5000, 8);
  await expect.poll(() => pictured.length).toBeGreaterThan(first.length);
  await filled(studio);
  const zoomed = pictured.slice(first.length);
  expect(zoomed.every((frame) => frame > 3000 && frame < 7000)).toBe(true);
  studio.actions.view.fitTimeline();
  await pause(400);
  expect(pictured).toHaveLength(first.length + zoomed.length);
  expect(paintedShare(studio)).toBeGreaterThan(0.9);
});

test('the pictures can be put away, which is remembered', async () => {
  const studio = await open();
  const toggle = page.getByRole('button', { name: 'Pictures on the timeline' });
  await expect.element(toggle).toHaveAttribute('aria-pressed', 'true');
  await toggle.click();
  await expect.element(toggle).toHaveAttribute('aria-pressed', 'false');
  expect(strip(studio).clientHeight).toBe(0);
  expect(studio.settingsText).toContain('"isFilmstripShown":false');
});

test('a low timeline has no pictures until they are asked for', async () => {
  const studio = await open();
  studio.actions.view.resizeTimeline(130);
  const toggle = page.getByRole('button', { name: 'Pictures on the timeline' });
  await expect.element(toggle).toHaveAttribute('aria-pressed', 'false');
  await toggle.click();
  await expect.element(toggle).toHaveAttribute('aria-pressed', 'true');
  await expect.poll(() => paintedShare(studio)).toBeGreaterThan(0.5);
});

test('no pictures are asked for while the clip is tracked, and the rest when it has ended', async () => {
  const studio = await open({ info: { frameCount: 400 } });
  await filled(studio);
  const engine = engineOf(studio);
  engine.holdAfterFrames = 3;
  const tracking = track(studio);
  await until(() => state(studio).propagation.status === 'running', 'it tracks');
  const before = studio.media.pictured.length;
  studio.actions.view.zoomTimeline(200, 4);
  await pause(500);
  expect(studio.media.pictured).toHaveLength(before);
  engine.holdAfterFrames = undefined;
  await tracking;
  await expect.poll(() => studio.media.pictured.length).toBeGreaterThan(before);
});

test('another clip has its own pictures', async () => {
  const studio = await open({ info: { frameCount: 400 } });
  await filled(studio);
  const before = studio.media.pictured.length;
  await studio.actions.video.openFiles([new File(['b'], 'pan.mp4', { type: 'video/mp4' })]);
  await expect.poll(() => studio.media.pictured.length).toBe(2 * before);
});

test('keys and buttons jump to uncertain masks and gaps', async () => {
  const low = (frame: number) => (frame >= 8 && frame < 11) || frame === 17;
  const studio = await open({
    opinions: (_object, frame) => (low(frame) ? { predictedIou: 0.2 } : {}),
  });
  await track(studio);
  const frame = () => Number(state(studio).playback.frame);
  studio.actions.playback.seekTo(0);
  await userEvent.keyboard('{Shift>}{ArrowDown}{/Shift}');
  expect(frame()).toBe(8);
  await page.getByRole('button', { name: 'Next uncertain frame' }).click();
  expect(frame()).toBe(17);
  await userEvent.keyboard('{Shift>}{ArrowUp}{/Shift}');
  expect(frame()).toBe(8);
  await expect
    .element(page.getByRole('button', { name: /^Object 1: .*uncertain on 4/ }))
    .toBeVisible();
  studio.store.setState(({ tracklets }) => ({
    tracklets: { ...tracklets, items: tracklets.items.map(withoutMasksOf([4, 5, 20])) },
  }));
  await userEvent.keyboard('{Control>}{ArrowDown}{/Control}');
  expect(frame()).toBe(20);
  await page.getByRole('button', { name: 'Previous gap in the object’s masks' }).click();
  expect(frame()).toBe(4);
});

test('every frame can be played, however slow', async () => {
  const studio = await open();
  const speed = page.getByRole('combobox', { name: 'Speed' });
  await speed.selectOptions('Every frame');
  expect(state(studio).playback).toMatchObject({ rate: 1, isEveryFrameShown: true });
  studio.actions.playback.togglePlay();
  await until(() => studio.media.played.length > 0, 'it plays');
  expect(studio.media.played.at(-1)).toMatchObject({ isEveryFrameShown: true, rate: 1 });
  studio.actions.playback.pause();
  await speed.selectOptions('2 ×');
  expect(state(studio).playback).toMatchObject({ rate: 2, isEveryFrameShown: false });
});
