import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';
import { hoverAt, pointer } from './stage-pointer.ts';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
  // Pointers that are not on the screen cannot be captured.
  Element.prototype.setPointerCapture = () => {};
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

async function open(): Promise<MountedStudio> {
  mounted = await mountOpenStudio();
  return mounted;
}

const settled = ({ store }: MountedStudio) =>
  until(() => store.getState().models.activity === undefined, 'the engine rests');
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

test('a pointer that rests is told what a click would give, until it moves on', async () => {
  const studio = await open();
  hoverAt(studio, [200, 150]);
  await until(() => engineOf(studio).previews.length === 1, 'it rested');
  const [asked] = engineOf(studio).previews;
  expect(asked?.placed.prompts.points[0]?.x).toBeCloseTo(200, 0);
  await until(() => studio.media.style?.preview?.key === asked?.key, 'the stage is told');
  hoverAt(studio, [201, 150]);
  await pause(30);
  expect(studio.media.style?.preview?.key, 'a hand trembles').toBe(asked?.key);
  hoverAt(studio, [240, 150]);
  await until(() => studio.media.style?.preview === undefined, 'it is off the stage');
  pointer(studio, 'pointerleave', [240, 150], { buttons: 0 });
  await pause(150);
  expect(engineOf(studio).previews).toHaveLength(1);
});

test('a pointer that goes on, presses, or is a finger, is told nothing', async () => {
  const studio = await open();
  // All at once: on a busy machine a pause between them may be a rest.
  for (let x = 200; x < 260; x += 10) hoverAt(studio, [x, 150]);
  pointer(studio, 'pointerdown', [260, 150]);
  await pause(150);
  pointer(studio, 'pointerup', [260, 150]);
  await settled(studio);
  hoverAt(studio, [100, 100], { pointerType: 'touch' });
  await userEvent.keyboard('b');
  hoverAt(studio, [120, 100]);
  await pause(150);
  expect(engineOf(studio).previews).toEqual([]);
});

test('the other label is told of with Alt', async () => {
  const studio = await open();
  hoverAt(studio, [200, 150], { altKey: true });
  await until(() => engineOf(studio).previews.length === 1, 'it rested');
  expect(engineOf(studio).previews[0]?.placed.prompts.points[0]?.label).toBe('negative');
});

test('the display panel turns previews off and on', async () => {
  const studio = await open();
  await page.getByRole('button', { name: 'How masks look' }).click();
  const toggle = page.getByRole('switch', { name: /Preview clicks/ });
  await expect.element(toggle).toBeChecked();
  await toggle.click();
  await expect.element(toggle).not.toBeChecked();
  await userEvent.keyboard('{Escape}');
  hoverAt(studio, [200, 150]);
  await pause(150);
  expect(engineOf(studio).previews).toEqual([]);
});

test('an ambiguous point offers its masks: seen when pointed at, chosen with a click or keys', async () => {
  const studio = await open();
  studio.actions.prompts.addPoint({ x: 200, y: 150 }, 'positive');
  const group = page.getByRole('group', { name: 'Which mask the point means' });
  await expect.element(group).toBeVisible();
  const candidate = (number: number) =>
    group.getByRole('button', { name: new RegExp(`^Mask ${number}`) });
  await expect.element(candidate(2)).toHaveAttribute('aria-pressed', 'true');
  const clipPath = () => getComputedStyle(candidate(3).element()).clipPath;
  expect(clipPath()).not.toBe('none');
  await group.hover();
  await expect.poll(clipPath).toBe('none');
  await candidate(3).hover();
  await until(() => studio.media.style?.preview?.replaces !== undefined, 'it is shown');
  expect(studio.media.style?.preview?.key).toBe('candidate 2 of 1 on 0');
  await candidate(3).click();
  await settled(studio);
  await expect.element(candidate(3)).toHaveAttribute('aria-pressed', 'true');
  expect(engineOf(studio).prompts.get('1/0')?.prompts).toMatchObject({ candidate: 2 });
  await page.getByRole('heading', { name: 'kitchen.mp4' }).hover();
  await until(() => studio.media.style?.preview === undefined, 'the mask itself is shown');
  await userEvent.keyboard('c');
  await settled(studio);
  await expect.element(candidate(1)).toHaveAttribute('aria-pressed', 'true');
  await userEvent.keyboard('{Alt>}2{/Alt}');
  await settled(studio);
  await expect.element(candidate(2)).toHaveAttribute('aria-pressed', 'true');
  studio.actions.prompts.addPoint({ x: 220, y: 150 }, 'positive');
  await expect.element(group).not.toBeInTheDocument();
});
