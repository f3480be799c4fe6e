import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { videoPoint } from '../../../src/core/geometry.ts';
import { objectId } from '../../../src/core/ids.ts';
import { until } from '../../helpers/until.ts';
import { clickOn, engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];
let studio: MountedStudio;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => studio[Symbol.dispose]());

const state = () => studio.store.getState();
const ids = () => state().tracklets.items.map(({ id }) => Number(id));

const click = (frame: number, id = ONE) => clickOn(studio, { frame, id, x: 100 + 40 * id });

/** Objects that are tracked over 60 frames. */
async function tracked(count: number): Promise<void> {
  studio = await mountOpenStudio({ info: { width: 400, height: 300, frameCount: 60 } });
  for (const id of [ONE, TWO, THREE].slice(0, count)) {
    if (id !== ONE) studio.actions.tracklets.add();
    await click(0, id);
  }
  await studio.actions.propagation.track('forward', 'all');
}

async function menuOf(name: string): Promise<void> {
  await page.getByRole('button', { name: `More for ${name}`, exact: true }).click();
  await until(() => studio.element.querySelector('[role="menu"]') !== null, 'the menu is open');
}

/** Takes an item of the open menu that has items of its own, and one of those, by keys. */
async function chooseFor(item: string, other: string): Promise<void> {
  page.getByRole('menuitem', { name: item }).element().focus();
  await userEvent.keyboard('{ArrowRight}');
  await until(() => document.activeElement?.textContent === other, `${other} is reached`);
  await userEvent.keyboard('{Enter}');
}

test('a correction on a tracked frame is fixed with a press, and what it spared is said', async () => {
  await tracked(1);
  const fix = page.getByRole('button', { name: 'Fix from here' });
  await expect.element(fix).toHaveAttribute('aria-disabled', 'true');
  await click(30);
  await expect.element(fix).toHaveAttribute('aria-disabled', 'false');
  studio.actions.prompts.addPoint(videoPoint(60, 50), 'negative');
  const next = 'Refine with more clicks, then fix the frames around it (Shift R).';
  await expect.element(page.getByText(next)).toBeVisible();
  const engine = engineOf(studio);
  engine.agreesAfterFrames = 12;
  await fix.click();
  await expect.element(page.getByText('24 frames run again, 36 left as they were.')).toBeVisible();
  await expect.element(fix).toHaveAttribute('aria-disabled', 'true');
  await click(31);
  await userEvent.keyboard('{Shift>}R{/Shift}');
  await until(() => engine.requests.length === 5, 'the key does it too');
});

test('a run that was stopped is gone on with', async () => {
  await tracked(1);
  const engine = engineOf(studio);
  await page.getByRole('button', { name: 'Clear tracking' }).click();
  await until(() => state().tracklets.items[0]?.summaries.coveredFrames === 1, 'it is cleared');
  studio.actions.playback.seekTo(0);
  engine.holdAfterFrames = 8;
  await page.getByRole('button', { name: 'Forward', exact: true }).click();
  await until(() => state().tracklets.items[0]?.summaries.coveredFrames === 8, 'some are done');
  await page.getByRole('button', { name: 'Stop' }).click();
  engine.holdAfterFrames = undefined;
  await page.getByRole('button', { name: 'Go on' }).click();
  await until(() => state().propagation.status === 'complete', 'it is done');
  expect(engine.requests.at(-1)).toMatchObject({ start: 8, end: 59 });
});

test('in and out marks are set by keys, dragged, moved by keys and taken away', async () => {
  await tracked(1);
  studio.actions.playback.seekTo(20);
  await userEvent.keyboard('i');
  studio.actions.playback.seekTo(40);
  await userEvent.keyboard('{Shift>}I{/Shift}');
  expect(state().playback.range).toEqual({ first: 20, last: 40 });
  const mark = page.getByRole('slider', { name: 'In mark' });
  await expect.element(mark).toHaveAttribute('aria-valuenow', '20');
  const element = studio.element.querySelector<HTMLElement>('.tl-mark[data-mark="in"]');
  const band = studio.element.querySelector('.tl-range')?.getBoundingClientRect();
  if (element === null || band === undefined) throw new Error('no mark');
  const at = element.getBoundingClientRect();
  const step = (band.width - 28) / 60;
  const [x, y] = [at.right, at.top + 5];
  const moves = [
    ['pointerdown', x],
    ['pointermove', x + 5.5 * step],
    ['pointerup', x + 5.5 * step],
  ] as const;
  element.setPointerCapture = () => {};
  element.hasPointerCapture = () => true;
  for (const [type, clientX] of moves) {
    element.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, clientY: y }));
  }
  expect(state().playback.range).toEqual({ first: 25, last: 40 });
  // The playhead stays where it was.
  expect(state().playback.frame).toBe(40);
  element.focus();
  await userEvent.keyboard('{ArrowRight}{End}{ArrowLeft}');
  expect(state().playback.range).toEqual({ first: 39, last: 40 });
  await page.getByRole('button', { name: 'Take the marks away' }).click();
  expect(state().playback.range).toBeUndefined();
  expect(studio.element.querySelector('.tl-range')).toBeNull();
});

test('objects are merged, swapped and split off in their menu', async () => {
  await tracked(3);
  await menuOf('Object 3');
  await chooseFor('Merge into', 'Object 1');
  await until(() => ids().length === 2 && state().alerts.log.length > 0, 'it is merged');
  studio.actions.playback.seekTo(30);
  await until(() => Number(state().playback.shownFrame) === 30, 'frame 30 is shown');
  const disc = studio.media.masks.get(1, 45);
  await menuOf('Object 1');
  await chooseFor('Swap from frame 30 on with', 'Object 2');
  await until(() => studio.media.masks.get(2, 45) === disc, 'they are swapped');
  await menuOf('Object 2');
  await page.getByRole('menuitem', { name: 'Split off from frame 30 on' }).click();
  await until(() => ids().length === 3, 'there is another');
  expect(studio.media.masks.get(3, 45)).toBe(disc);
});

test('a locked object says so and takes no click; one alone is shown; the order can be changed', async () => {
  await tracked(2);
  await menuOf('Object 1');
  await page.getByRole('menuitem', { name: 'Lock' }).click();
  await expect.element(page.getByLabelText('Locked')).toBeVisible();
  await menuOf('Object 1');
  await expect
    .element(page.getByRole('menuitem', { name: 'Remove' }))
    .toHaveAttribute('data-disabled');
  await page.getByRole('menuitem', { name: 'Show only this' }).click();
  expect(state().tracklets.items.map(({ isVisible }) => isVisible)).toEqual([true, false]);
  const row = page.getByRole('button', { name: /^Object 2.*here/ });
  await row.click();
  await userEvent.keyboard('{Alt>}{ArrowUp}{/Alt}');
  expect(ids()).toEqual([2, 1]);
  const rows = [...studio.element.querySelectorAll<HTMLElement>('.object')];
  const [first, second] = rows;
  if (first === undefined || second === undefined) throw new Error('no rows');
  const dataTransfer = new DataTransfer();
  first.dispatchEvent(new DragEvent('dragstart', { bubbles: true, dataTransfer }));
  const { left, bottom } = second.getBoundingClientRect();
  const over = {
    bubbles: true,
    cancelable: true,
    dataTransfer,
    clientX: left,
    clientY: bottom - 2,
  };
  second.dispatchEvent(new DragEvent('dragover', over));
  await until(() => second.dataset['drop'] === 'after', 'its place is shown');
  second.dispatchEvent(new DragEvent('drop', over));
  expect(ids()).toEqual([1, 2]);
});

test('tracking can be watched and stopped from every tab', async () => {
  studio = await mountOpenStudio({ info: { width: 400, height: 300, frameCount: 60 } });
  await click(0);
  const engine = engineOf(studio);
  engine.holdAfterFrames = 5;
  const run = studio.actions.propagation.track('forward', 'all');
  for (const name of ['Scores', 'Review', 'Memory']) {
    await page.getByRole('tab', { name }).click();
    await expect.element(page.getByRole('progressbar', { name: 'Tracking' })).toBeVisible();
  }
  await page.getByRole('button', { name: 'Stop', exact: true }).click();
  await run;
  await expect.element(page.getByRole('progressbar', { name: 'Tracking' })).not.toBeInTheDocument();
});
