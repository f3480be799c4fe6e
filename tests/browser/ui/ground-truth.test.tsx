import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { GroundTruthSlice } from '../../../src/store/ground-truth-slice.ts';
import { buildFakeTruth } from '../../helpers/fake-truth.ts';
import { mountOpenStudio, mountStudio, type MountedStudio } from './mount.tsx';

let mounted: MountedStudio | undefined;

beforeEach(async () => {
  await page.viewport(1280, 800);
});

afterEach(() => {
  mounted?.[Symbol.dispose]();
  mounted = undefined;
  vi.restoreAllMocks();
});

const FRAMES = 240;

/** A page with three objects and a ground truth in view; nothing is read and nothing is scored. */
async function openTruth(
  options: Partial<Parameters<typeof buildFakeTruth>[0]> = {},
  fields: Partial<GroundTruthSlice> = {},
): Promise<MountedStudio> {
  let isLive = true;
  const studio = await mountOpenStudio({
    info: { frameCount: FRAMES },
    services: {
      // There are no masks to score: what the page shows must stay what the test has put there.
      requestFrame: (callback) => {
        if (isLive) requestAnimationFrame(callback);
      },
    },
  });
  mounted = studio;
  // What was asked for before is done in the next frame.
  await new Promise((resolve) => requestAnimationFrame(resolve));
  isLive = false;
  studio.actions.tracklets.add();
  studio.actions.tracklets.add();
  setTruth(studio, { ...buildFakeTruth({ frameCount: FRAMES, ...options }), ...fields });
  studio.actions.view.choosePanelTab('scores');
  await expect.element(page.getByRole('heading', { name: 'P01_107.json' })).toBeVisible();
  return studio;
}

function setTruth(studio: MountedStudio, fields: Partial<GroundTruthSlice>): void {
  studio.store.setState((state) => ({ groundTruth: { ...state.groundTruth, ...fields } }));
}

/** What the stage tells when a frame is on it. */
function show(studio: MountedStudio, frame: number): void {
  studio.store.setState(({ playback }) => ({
    playback: { ...playback, frame: frameIndex(frame), shownFrame: frameIndex(frame) },
  }));
}

const state = (studio: MountedStudio) => studio.store.getState();
const texts = (studio: MountedStudio, selector: string) =>
  [...studio.element.querySelectorAll(selector)].map((element) => element.textContent);

test('a key and a tab go to the scores, which say what can be loaded, and on what', async () => {
  mounted = await mountStudio();
  await userEvent.keyboard('g');
  await expect
    .element(page.getByRole('tab', { name: 'Scores' }))
    .toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('button', { name: 'Load ground truth…' })).toBeDisabled();
  await expect.element(page.getByText('Open the clip that it belongs to first.')).toBeVisible();
  await mounted.actions.video.openFiles([new File(['clip'], 'P01_107.mp4')]);
  await page.getByRole('button', { name: 'Load ground truth…' }).click();
  await expect.element(page.getByRole('menuitem', { name: /^Folder…/ })).toBeVisible();
  await userEvent.keyboard('{Escape}g');
  await expect.element(page.getByRole('heading', { name: 'Review' })).toBeInTheDocument();
  await userEvent.keyboard('g');
  await expect
    .element(page.getByRole('tab', { name: 'Memory' }))
    .toHaveAttribute('aria-selected', 'true');
  await userEvent.keyboard('g');
  await expect.element(page.getByRole('button', { name: 'New object' })).toBeVisible();
});

test('opening a ground truth shows it, and which sequence lies on the clip', async () => {
  const studio = await mountOpenStudio({ info: { frameCount: FRAMES } });
  mounted = studio;
  const { truth } = buildFakeTruth({ frameCount: FRAMES, names: ['Object 1', 'pan'] });
  if (truth === undefined) throw new Error('there is a ground truth');
  studio.exporter.truthOutcome = truth;
  // Long enough to be looked at, on a busy machine too.
  studio.exporter.stepMs = 100;
  const opened = studio.actions.groundTruth.openPicked([new File(['{}'], truth.name)]);
  await expect.element(page.getByText('Reading P01_107.json…')).toBeVisible();
  await opened;
  await expect.element(page.getByText('30 of 30 frames matched')).toBeVisible();
  await expect
    .element(page.getByRole('combobox', { name: 'Object compared to Object 1' }))
    .toHaveValue('1');
  await expect
    .element(page.getByRole('combobox', { name: 'Object compared to pan' }))
    .toHaveValue('');
});

test('where no sequence lies on the clip beyond doubt, one is chosen', async () => {
  const studio = await mountOpenStudio({ info: { frameCount: FRAMES } });
  mounted = studio;
  const reason = 'It is of another video.';
  const unloaded = [{ name: 'bear', frameCount: 82, matchedCount: 24, reason }];
  studio.exporter.truthOutcome = { ...studio.exporter.truthOutcome, unloaded };
  await studio.actions.groundTruth.openPicked([new File(['{}'], 'P01_107.json')]);
  await page.getByRole('button', { name: 'None of it lies on the clip' }).click();
  await expect
    .element(page.getByText('bear, 24 of 82 frames: It is of another video.'))
    .toBeVisible();
  await userEvent.keyboard('{Escape}');
  await page.getByRole('combobox', { name: 'Sequence' }).selectOptions('bear (24 of 82 frames)');
  await expect.poll(() => studio.exporter.truthRequests.at(-1)?.sequences).toEqual(['bear']);
});

test('which objects are tracked stays chosen while the scores are looked at', async () => {
  const studio = await openTruth();
  studio.actions.view.choosePanelTab('objects');
  await page.getByRole('radio', { name: 'Selected' }).click();
  studio.actions.view.choosePanelTab('scores');
  await expect.element(page.getByRole('heading', { name: 'P01_107.json' })).toBeVisible();
  studio.actions.view.choosePanelTab('objects');
  await expect.element(page.getByRole('radio', { name: 'Selected' })).toBeChecked();
});

test('reading tells how far it is and can be cancelled', async () => {
  const studio = await openTruth();
  const cancel = vi.spyOn(studio.actions.groundTruth, 'cancelOpening').mockReturnValue();
  const loading = { name: 'P01_107_interpolations.json', bytesDone: 3e6, bytesTotal: 12e6 };
  setTruth(studio, { loading });
  await expect
    .element(page.getByRole('progressbar', { name: 'Reading the ground truth' }))
    .toHaveAttribute('aria-valuenow', '25');
  await expect.element(page.getByText('3.0 MB of 12.0 MB')).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(cancel).toHaveBeenCalledOnce();
  setTruth(studio, { truth: undefined, sequence: undefined });
  await expect.element(page.getByText('Reading P01_107_interpolations.json…')).toBeVisible();
});

test('figures are the report’s, for all frames and for the one that is shown', async () => {
  const studio = await openTruth({ names: ['mug', 'pan'] });
  const { report } = state(studio).groundTruth;
  const [mug] = report?.objects ?? [];
  if (report === undefined || mug === undefined) throw new Error('there is a report');
  const percent = (fraction: number | undefined) => ((fraction ?? Number.NaN) * 100).toFixed(1);
  await expect
    .poll(() => texts(studio, '.gt-figure dd'))
    .toEqual([
      percent(report.overall.mean),
      percent(report.overall.region.mean),
      percent(report.overall.boundary.mean),
    ]);
  const dice = mug.frames.reduce((sum, one) => sum + (one.dice ?? 0), 0) / mug.frames.length;
  await expect
    .poll(() => texts(studio, '.gt-object:first-of-type tr:first-child td'))
    .toEqual([
      percent((mug.region.mean + mug.boundary.mean) / 2),
      percent(mug.region.mean),
      percent(mug.boundary.mean),
      percent(dice),
    ]);
  await expect.element(page.getByText('23 of 30 frames scored, 7 without a mask')).toBeVisible();

  const here = () => texts(studio, '.gt-object:first-of-type .gt-here td:not(:first-child)');
  expect(here()).toEqual(['–', '–', '–', '–']);
  await page.getByRole('button', { name: 'Next annotated frame' }).click();
  expect(state(studio).playback.frame).toBe(8);
  show(studio, 8);
  await expect.element(page.getByText('Frame 8', { exact: true })).toBeVisible();
  const first = mug.frames[0];
  expect(here()[1]).toBe(percent(first?.region));
  show(studio, 9);
  await expect.element(page.getByText('Frame 9: not annotated')).toBeVisible();
  expect(here()[1]).toBe('–');
});

test('a truth is assigned to an object, to another one, and to none', async () => {
  const studio = await openTruth({ names: ['mug', 'pan'] });
  const assign = vi.spyOn(studio.actions.groundTruth, 'assign');
  const select = page.getByRole('combobox', { name: 'Object compared to mug' });
  await expect.element(select).toHaveValue('1');
  await select.selectOptions('Object 3');
  expect(assign).toHaveBeenLastCalledWith(1, objectId(3));
  await select.selectOptions('none');
  expect(assign).toHaveBeenLastCalledWith(1, undefined);
});

test('a correction tells what it gained, and leads to the frame', async () => {
  const studio = await openTruth({ names: ['mug', 'pan'] });
  const { sequence, scoring } = state(studio).groundTruth;
  const before = scoring[sequence ?? ''];
  if (sequence === undefined || before === undefined) throw new Error('a sequence is in view');
  const lastChange = {
    objectId: objectId(1),
    truthId: 1,
    frame: frameIndex(120),
    stem: 'P01_107_frame_0000000275',
    before: 0.612,
    after: 0.845,
    clicks: 3,
  };
  setTruth(studio, { scoring: { ...scoring, [sequence]: { ...before, lastChange } } });
  await page
    .getByRole('button', { name: 'mug, frame 120: 61.2 → 84.5 (+23.3) after 3 clicks' })
    .click();
  expect(state(studio).playback.frame).toBe(120);
});

test('a sequence is chosen; one that is not loaded is read first, with those that are', async () => {
  const names = ['P01_107_seq_00001', 'P01_107_seq_00002'];
  const studio = await openTruth({ sequenceNames: names });
  const { truth } = state(studio).groundTruth;
  if (truth === undefined) throw new Error('a ground truth is in view');
  const reason = 'It is of another video.';
  const unloaded = [
    { name: 'P01_107_seq_00003', frameCount: 9, matchedCount: 4, reason },
    { name: 'P02_02_seq_00001', frameCount: 9, matchedCount: 0, reason },
  ];
  setTruth(studio, { truth: { ...truth, unloaded } });
  const reopen = vi.spyOn(studio.actions.groundTruth, 'reopen').mockResolvedValue();
  const choose = vi.spyOn(studio.actions.groundTruth, 'selectSequence');
  const select = page.getByRole('combobox', { name: 'Sequence' });
  await select.selectOptions('P01_107_seq_00002');
  expect(reopen).not.toHaveBeenCalled();
  expect(state(studio).groundTruth.sequence).toBe('P01_107_seq_00002');
  await select.selectOptions('P01_107_seq_00003');
  expect(reopen).toHaveBeenCalledWith({ sequences: [...names, 'P01_107_seq_00003'] });
  await expect.poll(() => choose.mock.lastCall).toEqual(['P01_107_seq_00003']);
  await expect.element(page.getByRole('option', { name: /P02_02/ })).toBeDisabled();
});

test('thousands of rows come by the page; those without a frame are found; a row leads to its frame', async () => {
  const studio = await openTruth({ spacing: 1, frameCount: 4321, unmatched: 2 });
  await page.getByRole('button', { name: '4,319 of 4,321 frames matched' }).click();
  const rows = () => document.querySelectorAll('.match-table tbody tr').length;
  await expect.poll(rows).toBe(100);
  await page.getByRole('button', { name: 'Last page' }).click();
  await expect.element(page.getByText('4,301–4,321 of 4,321')).toBeVisible();
  await expect.poll(rows).toBe(21);
  await page.getByRole('radio', { name: 'Not matched 2' }).click();
  await expect.poll(rows).toBe(2);
  await expect.element(page.getByText(/no frame within 0.1 s/).first()).toBeVisible();
  await page.getByRole('radio', { name: 'All 4,321' }).click();
  await page.getByRole('button', { name: 'Frame 7', exact: true }).click();
  await expect.element(page.getByRole('dialog')).not.toBeInTheDocument();
  expect(state(studio).playback.frame).toBe(7);
});

test('what speaks against the match stands first, with what to do', async () => {
  const studio = await openTruth();
  const { truth } = state(studio).groundTruth;
  const [sequence] = truth?.sequences ?? [];
  if (truth === undefined || sequence === undefined) throw new Error('a sequence is in view');
  const message = 'The ground truth is of the video P01_107; the open clip is of P02_02.';
  const problems = [{ code: 'other-video' as const, message, hint: 'Open P01_107.' }];
  const match = { ...sequence.match, problems };
  setTruth(studio, { truth: { ...truth, sequences: [{ ...sequence, match }] } });
  await expect.element(page.getByRole('note')).toHaveTextContent(`${message}Open P01_107.`);
});

test('steps of the offset, and the rule, read the files again', async () => {
  const studio = await openTruth();
  const reopen = vi.spyOn(studio.actions.groundTruth, 'reopen').mockResolvedValue();
  await page.getByRole('button', { name: /frames matched/ }).click();
  const later = page.getByRole('button', { name: 'One frame later' });
  await later.click();
  await later.click();
  await later.click();
  await expect.poll(() => reopen.mock.calls).toEqual([[{ offsetFrames: 3 }]]);
  const field = page.getByRole('spinbutton', { name: 'Offset in frames' });
  await field.fill('-12');
  await userEvent.keyboard('{Enter}');
  expect(reopen).toHaveBeenLastCalledWith({ offsetFrames: -12 });
  await field.fill('1.5');
  await userEvent.keyboard('{Enter}');
  expect(reopen).toHaveBeenCalledTimes(2);
  await expect.element(field).toHaveValue(0);
  await page.getByRole('radio', { name: 'All frames' }).click();
  expect(reopen).toHaveBeenLastCalledWith({ rule: 'all-frames' });
});

test('the protocol runs on the frames and sequences that are chosen, or says why it cannot', async () => {
  const studio = await openTruth({ sequenceNames: ['a', 'b'] });
  const run = vi.spyOn(studio.actions.groundTruth, 'runProtocol').mockResolvedValue();
  const button = page.getByRole('button', { name: 'Run the protocol', exact: true });
  await button.click();
  expect(run).toHaveBeenLastCalledWith('annotated', 'sequence');
  await page.getByRole('button', { name: 'Other ways to run the protocol' }).click();
  await page.getByRole('menuitem', { name: /^All 2 sequences: every frame/ }).click();
  expect(run).toHaveBeenLastCalledWith('every', 'all');
  studio.store.setState(({ models }) => ({
    models: { ...models, engine: { status: 'starting' } },
  }));
  await expect.element(button).toHaveAttribute('aria-disabled', 'true');
  await expect
    .element(page.getByRole('region', { name: 'Semi-supervised protocol' }))
    .toHaveTextContent('The model is being prepared for this clip.');
});

test('a run tells which sequence it is at, and can be cancelled', async () => {
  const studio = await openTruth({ sequenceNames: ['a', 'b'] });
  const cancel = vi.spyOn(studio.actions.groundTruth, 'cancelRun').mockResolvedValue();
  setTruth(studio, {
    run: { frames: 'annotated', sequence: 'b', sequencesDone: 1, sequencesTotal: 2 },
  });
  const times = { startedAtMs: 0, lastFrameAtMs: 1000, newestFrame: frameIndex(12) };
  const run = { direction: 'forward' as const, objectIds: [], framesDone: 15, framesTotal: 60 };
  studio.store.setState({ propagation: { status: 'running', run: { ...run, ...times } } });
  await expect.element(page.getByText('Sequence 2 of 2 · b')).toBeVisible();
  await expect.element(page.getByText('15 of 60 frames').last()).toBeVisible();
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect(cancel).toHaveBeenCalledOnce();
  studio.store.setState({ propagation: { status: 'idle' } });
});

test('the comparison is chosen by pointer and by key; the same key goes back', async () => {
  const studio = await openTruth();
  await page.getByRole('radio', { name: 'Outlines' }).click();
  expect(state(studio).groundTruth.view).toBe('outlines');
  await userEvent.click(page.getByRole('main', { name: 'Stage' }));
  await userEvent.keyboard('e');
  expect(state(studio).groundTruth.view).toBe('errors');
  await expect.element(page.getByText('Too much')).toBeVisible();
  await userEvent.keyboard('e');
  expect(state(studio).groundTruth.view).toBe('masks');
  await userEvent.keyboard('u');
  expect(state(studio).groundTruth.view).toBe('truth');
  setTruth(studio, { truth: undefined, sequence: undefined, view: 'masks' });
  await userEvent.keyboard('u');
  expect(state(studio).groundTruth.view).toBe('masks');
});

test('nothing in the panel moves while scores come in', async () => {
  const studio = await openTruth({ scored: 0, sequenceNames: ['a', 'b'] });
  const places = () =>
    [...studio.element.querySelectorAll('.gt-section, .gt-object, .gt-compare')]
      .slice(0, 8)
      .map((element) => element.getBoundingClientRect().top);
  const before = places();
  expect(before).toHaveLength(8);
  for (const scored of [0.1, 0.5, 1]) {
    const next = buildFakeTruth({ frameCount: FRAMES, scored, sequenceNames: ['a', 'b'] });
    const truth = state(studio).groundTruth.truth;
    setTruth(studio, { ...next, truth });
    await expect.poll(() => texts(studio, '.gt-scored')[0]).toContain(`${30 * scored} of 30`);
    expect(places()).toEqual(before);
  }
});

test('the whole of it can be removed, and scores exported', async () => {
  const studio = await openTruth();
  const close = vi.spyOn(studio.actions.groundTruth, 'close').mockResolvedValue();
  const write = vi.spyOn(studio.actions.groundTruth, 'exportScores').mockResolvedValue();
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: /^Scores as CSV/ }).click();
  expect(write).toHaveBeenCalledWith('csv');
  await page.getByRole('button', { name: 'More for the ground truth' }).click();
  await page.getByRole('menuitem', { name: /^Remove/ }).click();
  expect(close).toHaveBeenCalledOnce();
});
