import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let studio: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  studio?.[Symbol.dispose]();
  studio = undefined;
});

const cross = () => page.getByRole('application', { name: 'Aim with the arrow keys' });

function promptsOf({ store }: MountedStudio, id: number) {
  return promptsAt(store.getState().prompts, objectId(id), frameIndex(0));
}

async function aim(): Promise<MountedStudio> {
  studio = await mountOpenStudio();
  await userEvent.keyboard('a');
  await expect.element(cross()).toHaveFocus();
  return studio;
}

test('the keys place points of both kinds, and the studio’s own keys go on working', async () => {
  const mounted = await aim();
  await userEvent.keyboard('{Enter}');
  await userEvent.keyboard('{Shift>}{ArrowRight}{Enter}{/Shift}');
  const clicks = promptsOf(mounted, 1);
  const points = clicks?.kind === 'clicks' ? clicks.points : [];
  expect(points.map(({ label }) => label)).toEqual(['positive', 'negative']);
  const [first, second] = points;
  expect(second?.y).toBe(first?.y);
  expect(second?.x).toBeGreaterThan(first?.x ?? Infinity);
  await userEvent.keyboard('{Backspace}n');
  expect(promptsOf(mounted, 1)).toMatchObject({ points: [{ label: 'positive' }] });
  expect(mounted.store.getState().tracklets.items).toHaveLength(2);
  await expect.element(cross()).toHaveFocus();
});

test('a box is spanned from corner to corner; Escape first ends the box, then the aiming', async () => {
  const mounted = await aim();
  await userEvent.keyboard('b{Enter}{Shift>}{ArrowRight}{ArrowDown}{/Shift}{Escape}');
  expect(promptsOf(mounted, 1)).toBeUndefined();
  await expect.element(cross()).toHaveFocus();
  await userEvent.keyboard('{Enter}{Shift>}{ArrowLeft}{ArrowUp}{/Shift}{Enter}');
  const prompts = promptsOf(mounted, 1);
  const box = prompts?.kind === 'clicks' ? prompts.box : undefined;
  expect(box && box.x1 - box.x0).toBeGreaterThan(5);
  expect(box && box.y1 - box.y0).toBeGreaterThan(5);
  await userEvent.keyboard('{Escape}');
  await expect.element(cross()).not.toHaveFocus();
  expect(mounted.store.getState().view.isAiming).toBe(false);
});

test('a stroke of the brush is drawn from where the pen goes down to where it is lifted', async () => {
  const mounted = await aim();
  await userEvent.keyboard('d{Enter}{Shift>}{ArrowRight}{/Shift}{Enter}');
  await expect.poll(() => promptsOf(mounted, 1)?.kind).toBe('mask');
});

test('the focus goes back to what had it, and a dialog that closes leaves it there', async () => {
  await aim();
  const button = page.getByRole('button', { name: 'New object' });
  button.element().focus();
  await userEvent.keyboard('a');
  await expect.element(cross()).toHaveFocus();
  await userEvent.keyboard('?');
  await expect.element(page.getByRole('dialog')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await expect.element(cross()).toHaveFocus();
  await userEvent.keyboard('{Escape}');
  await expect.element(button).toHaveFocus();
});

test('where the frame is larger than the stage, it comes along', async () => {
  const mounted = await aim();
  await userEvent.keyboard('+++++++');
  const before = mounted.store.getState().view.zoom;
  await userEvent.keyboard('{Shift>}{ArrowRight>20/}{/Shift}');
  const after = mounted.store.getState().view.zoom;
  const [from, to] = [before, after].map((zoom) =>
    zoom.kind === 'free' ? zoom.viewport.offsetX : Number.NaN,
  );
  expect(to).toBeLessThan(from ?? Number.NaN);
});
