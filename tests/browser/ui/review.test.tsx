import { afterEach, beforeEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { videoPoint } from '../../../src/core/geometry.ts';
import { objectId } from '../../../src/core/ids.ts';
import { until } from '../../helpers/until.ts';
import { engineOf } from '../../helpers/work-lab.ts';
import { mountOpenStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
});

const state = (studio: MountedStudio) => studio.store.getState();

/** Two tracked objects with three doubtful places, the list in view. */
async function openReview(): Promise<MountedStudio> {
  mounted = await mountOpenStudio({
    info: { frameCount: 60 },
    opinions: (object, frame) => {
      if (object === 1 && frame === 30) return { areaPx: 12_000 };
      if (object === 1 && frame > 40 && frame < 44) return { predictedIou: 0.35 };
      if (object === 2 && frame === 20) return { objectScoreLogit: 0.3 };
      return {};
    },
  });
  const { actions } = mounted;
  actions.prompts.addPoint(videoPoint(200, 180), 'positive');
  actions.tracklets.add();
  actions.prompts.addPoint(videoPoint(400, 180), 'positive');
  const { store } = mounted;
  await until(() => store.getState().models.activity === undefined, 'the clicks are answered');
  await actions.propagation.track('forward', 'all');
  actions.playback.seekTo(0);
  actions.view.choosePanelTab('review');
  await expect.element(page.getByText('3 places, riskiest first')).toBeVisible();
  return mounted;
}

const rows = (studio: MountedStudio) =>
  [...studio.element.querySelectorAll('.review-go')].map((row) => row.textContent);
const place = (studio: MountedStudio) => {
  const { tracklets, playback } = state(studio);
  return [Number(tracklets.selectedId), Number(playback.frame)];
};

test('says where and why, the riskiest first; a click goes there', async () => {
  const studio = await openReview();
  const texts = rows(studio);
  expect(texts).toHaveLength(3);
  expect(texts[0]).toBe('Object 2frame 20object score 0.3');
  expect(texts.join(' ')).toContain('area × 2.');
  expect(texts.join(' ')).toContain('frame 41 + 2predicted IoU 0.35');
  await expect.element(page.getByRole('tab', { name: /Review 3/ })).toBeVisible();
  await page.getByRole('button', { name: /^Object 1 ?frame 41/ }).click();
  expect(place(studio)).toEqual([1, 41]);
  await expect
    .element(page.getByRole('button', { name: /^Object 1 ?frame 41/ }))
    .toHaveAttribute('aria-current', 'true');
});

test('keys go through the list and mark; marks can be taken back', async () => {
  const studio = await openReview();
  await userEvent.keyboard('j');
  expect(place(studio)).toEqual([2, 20]);
  await userEvent.keyboard('j');
  const second = place(studio);
  await userEvent.keyboard('k');
  expect(place(studio)).toEqual([2, 20]);
  await userEvent.keyboard('y');
  expect(place(studio)).toEqual(second);
  await expect.element(page.getByText('2 places, riskiest first')).toBeVisible();
  await expect.element(page.getByText('1 reviewed')).toBeVisible();
  await page
    .getByRole('button', { name: /^Mark frame \d+ of Object 1/ })
    .first()
    .click();
  await userEvent.keyboard('jy');
  await expect.element(page.getByText(/^No mask stands out/)).toBeVisible();
  await page.getByRole('button', { name: 'Show again' }).click();
  await expect.element(page.getByText('3 places, riskiest first')).toBeVisible();
});

test('a mask that is made anew is to be looked at anew', async () => {
  const studio = await openReview();
  await userEvent.keyboard('jy');
  await expect.element(page.getByText('2 places, riskiest first')).toBeVisible();
  studio.actions.playback.seekTo(0);
  await studio.actions.propagation.track('forward', 'all');
  await expect.element(page.getByText('3 places, riskiest first')).toBeVisible();
});

test('checking by tracking back lists what differs; it can be stopped, and goes on after it', async () => {
  const studio = await openReview();
  const engine = engineOf(studio);
  engine.agreementOf = (_object, frame) => (frame === 50 ? 0.31 : 0.97);
  studio.actions.tracklets.select(objectId(1));
  engine.holdAfterFrames = 8;
  await page.getByRole('button', { name: 'Check by tracking back' }).click();
  await expect.element(page.getByText('8 of 59 frames')).toBeVisible();
  await expect.element(page.getByRole('progressbar', { name: 'Checking' })).toBeVisible();
  await page.getByRole('button', { name: 'Stop' }).click();
  await expect.element(page.getByRole('button', { name: 'Check by tracking back' })).toBeVisible();
  engine.holdAfterFrames = undefined;
  await page.getByRole('button', { name: 'Check by tracking back' }).click();
  await expect.element(page.getByText('4 places, riskiest first')).toBeVisible();
  await expect
    .poll(() => rows(studio)[0])
    .toBe('Object 1frame 50tracked back it differs, IoU 0.31');
  await expect.element(page.getByText(/1 mask differs, the worst by an IoU of 0.31/)).toBeVisible();
  await expect
    .element(page.getByRole('button', { name: /^Object 1: .*other when tracked back on 1/ }))
    .toBeVisible();
  await userEvent.keyboard('j');
  expect(place(studio)).toEqual([1, 50]);
});

test('the check is in the palette, which says why it cannot be done', async () => {
  mounted = await mountOpenStudio();
  await userEvent.keyboard('{Control>}k{/Control}');
  await page.getByRole('combobox', { name: 'Search actions' }).fill('tracking back');
  await expect
    .element(page.getByRole('option', { name: /Check by tracking back/ }))
    .toHaveTextContent(/Object 1 has no masks to check/);
});

test('objects that jump together are one cut, which the keys reach once', async () => {
  const path = (object: number, frame: number) => ({
    centroid: videoPoint((frame < 20 ? 100 : 500) + 10 * object, 100),
  });
  mounted = await mountOpenStudio({ info: { frameCount: 40 }, opinions: path });
  const studio = mounted;
  const { actions, store } = studio;
  actions.prompts.addPoint(videoPoint(200, 180), 'positive');
  actions.tracklets.add();
  actions.prompts.addPoint(videoPoint(400, 180), 'positive');
  await until(() => store.getState().models.activity === undefined, 'the clicks are answered');
  await actions.propagation.track('forward', 'all');
  actions.view.choosePanelTab('review');
  await expect.element(page.getByText('1 place, riskiest first')).toBeVisible();
  await expect
    .poll(() => rows(studio))
    .toEqual(['2 objectsframe 202 objects jumped together, as at a cut']);
  actions.playback.seekTo(0);
  await userEvent.keyboard('jj');
  expect(place(mounted)[1]).toBe(20);
  actions.tracklets.select(objectId(2));
  await expect
    .element(page.getByRole('button', { name: /^2 objects/ }))
    .toHaveAttribute('aria-current', 'true');
});

test('before anything is tracked it says what will be listed', async () => {
  mounted = await mountOpenStudio();
  mounted.actions.view.choosePanelTab('review');
  await expect
    .element(page.getByText(/are listed here when the objects are tracked/))
    .toBeVisible();
  await userEvent.keyboard('jky');
  expect(place(mounted)).toEqual([1, 0]);
});
