import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { until } from '../../helpers/until.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

const FRAMES = 60;
let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 900);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

/** An object that is tracked from frame 0, seen on frame 30. */
async function openMemory(): Promise<MountedStudio> {
  mounted = await mountOpenStudio({
    info: { frameCount: FRAMES },
    opinions: (_object, frame) => (frame === 28 ? { predictedIou: 0.31 } : {}),
  });
  const { actions, store } = mounted;
  actions.prompts.addPoint(videoPoint(200, 180), 'positive');
  await until(() => store.getState().models.activity === undefined, 'the click is answered');
  await actions.propagation.track('forward', 'all');
  actions.playback.seekTo(30);
  await userEvent.keyboard('{Shift>}m{/Shift}');
  await expect.element(panel().getByText(/^Tracked forward, frame 30 attends to/)).toBeVisible();
  return mounted;
}

const panel = () => page.getByRole('region', { name: 'Memory', exact: true });
const group = (name: string) => panel().getByRole('region', { name });
const texts = (name: string) =>
  group(name)
    .getByRole('listitem')
    .elements()
    .map(({ textContent }) => textContent);
const RECENT = 'Tracked just before';
const WHOLE = 'For the whole clip';

describe('the panel', () => {
  test('lists what is attended to, why, how far away and how sure the model was', async () => {
    await openMemory();
    await expect
      .element(
        panel().getByText('Tracked forward, frame 30 attends to 7 memories and 16 pointers.'),
      )
      .toBeVisible();
    await expect.poll(() => texts(WHOLE)).toEqual(['Frame 0prompted30 frames back, 92 % sure']);
    await expect
      .poll(() => texts(RECENT))
      .toEqual([
        'Frame 291 frame back, 92 % sure',
        'Frame 282 frames back, 31 % sure',
        ...[27, 26, 25, 24].map((frame) => `Frame ${frame}${30 - frame} frames back, 92 % sure`),
      ]);
    await expect.element(panel().getByText('of frames 0, 15–29')).toBeVisible();
  });

  test('shows each frame as it looked, once', async () => {
    const studio = await openMemory();
    const isDrawn = (canvas: HTMLCanvasElement) => {
      const { width, height } = canvas;
      const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data;
      return new Set(data).size > 8;
    };
    const canvases = () => [
      ...studio.element.querySelectorAll<HTMLCanvasElement>('.memory-bank canvas'),
    ];
    await until(() => canvases().length === 7 && canvases().every(isDrawn), 'they are drawn');
    // Those of the frame that was shown before may have been asked for too.
    const asked = studio.media.maskPicturesOf.map(Number);
    expect(asked.filter((frame) => frame <= 29).sort((a, b) => b - a)).toEqual([
      29, 28, 27, 26, 25, 24, 0,
    ]);
    studio.actions.playback.seekTo(31);
    await expect.element(panel().getByText(/frame 31 attends to/)).toBeVisible();
    await until(() => studio.media.maskPicturesOf.length > asked.length, 'one more is asked for');
    expect(studio.media.maskPicturesOf.slice(asked.length).map(Number)).toEqual([30]);
  });

  test('goes to a frame by a click on it', async () => {
    const studio = await openMemory();
    await group(RECENT)
      .getByRole('button', { name: /^Frame 28/ })
      .click();
    expect(Number(studio.store.getState().playback.frame)).toBe(28);
  });

  test('drops, restores and pins by the buttons of a row', async () => {
    const studio = await openMemory();
    await group(RECENT).getByRole('button', { name: 'Drop the memory of frame 28' }).click();
    await expect.element(group('Not remembered').getByText('Frame 28')).toBeVisible();
    await expect
      .poll(() => texts('Not remembered'))
      .toEqual(['Frame 28dropped2 frames back, 31 % sure']);
    await expect.poll(() => texts(RECENT)).toHaveLength(5);
    await group('Not remembered')
      .getByRole('button', { name: 'Restore the memory of frame 28' })
      .click();
    await expect.element(group(RECENT).getByText('Frame 28')).toBeVisible();
    await group(RECENT).getByRole('button', { name: 'Pin frame 25 for the whole clip' }).click();
    await expect.element(group(WHOLE).getByText('Frame 25')).toBeVisible();
    await group(WHOLE).getByRole('button', { name: 'Unpin frame 25' }).click();
    await expect.element(group(RECENT).getByText('Frame 25')).toBeVisible();
    expect(studio.store.getState().memory.byObject).toEqual({});
  });

  test('a dropped frame that is prompted afterwards is not among those that are forgotten', async () => {
    const studio = await openMemory();
    await userEvent.keyboard('{Shift>}d{/Shift}');
    await expect.element(group('Not remembered').getByText('Frame 30')).toBeVisible();
    studio.actions.prompts.addPoint(videoPoint(210, 190), 'positive');
    await expect.element(group('Not remembered')).not.toBeInTheDocument();
  });

  test('a prompted frame has no buttons, and its button in the head says why', async () => {
    const studio = await openMemory();
    expect(group(WHOLE).getByRole('button').elements()).toHaveLength(1);
    studio.actions.playback.seekTo(0);
    await expect.element(panel().getByText(/^Frame 0 conditions the others/)).toBeVisible();
    const drop = panel().getByRole('button', { name: 'Drop', exact: true });
    await expect.element(drop).toHaveAttribute('aria-disabled', 'true');
    await userEvent.hover(drop);
    await expect
      .element(page.getByRole('tooltip', { name: /cannot be dropped as a bad memory/ }))
      .toBeInTheDocument();
  });
});

describe('keys', () => {
  test('drop and pin the shown frame, and track again from there', async () => {
    const studio = await openMemory();
    const engine = studio.engines.at(-1);
    await userEvent.keyboard('{Shift>}d{/Shift}');
    expect(studio.store.getState().memory.byObject).toEqual({ 1: { 30: 'dropped' } });
    await userEvent.keyboard('{Shift>}p{/Shift}');
    expect(studio.store.getState().memory.byObject).toEqual({ 1: { 30: 'pinned' } });
    engine?.requests.splice(0);
    await panel().getByRole('button', { name: 'Re-track' }).click();
    await until(() => (engine?.requests.length ?? 0) === 2, 'both passes are run');
    expect(engine?.requests.map(({ start, end }) => [Number(start), Number(end)])).toEqual([
      [31, 59],
      [29, 0],
    ]);
  });
});

describe('around the panel', () => {
  test('the lane says what was pinned and dropped, and shows it', async () => {
    const studio = await openMemory();
    const before = lanePixels(studio);
    const at = (frame: number) => ({ objectId: objectId(1), frame: frameIndex(frame) });
    studio.actions.memory.toggle('pinned', at(10));
    studio.actions.memory.toggle('dropped', at(50));
    await expect
      .element(page.getByRole('list', { name: 'Lanes' }).getByRole('button'))
      .toHaveAccessibleName(/pinned as memory on frame 10, memory dropped on frame 50/);
    await until(() => lanePixels(studio) !== before, 'the marks are drawn');
  });

  test('an object that was not clicked yet is told what memories are', async () => {
    const studio = await openMemory();
    studio.actions.tracklets.add();
    await expect
      .element(
        panel().getByText('The model remembers nothing of Object 2 yet. Click it in the frame.'),
      )
      .toBeVisible();
    await expect.element(panel().getByText(/called an object pointer/)).toBeVisible();
  });
});

function lanePixels(studio: MountedStudio): string {
  const canvas = studio.element.querySelector<HTMLCanvasElement>(
    '.tl-lanes canvas, canvas.tl-lanes',
  );
  return canvas?.toDataURL() ?? '';
}
