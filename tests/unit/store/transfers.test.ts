import { afterEach, expect, test, vi } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { INITIAL_EXPORT_CHOICE } from '../../../src/store/export-choice.ts';
import { framesOf } from '../../../src/store/summary-track.ts';
import type { FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { click, engineOf, seenObject, shownAlerts, StudioShelf } from '../../helpers/work-lab.ts';

const ONE = objectId(1);
const TWO = objectId(2);
const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

const state = ({ store }: FakeStudio) => store.getState();

test('an export takes the final state, hashes the clip once and counts as saved', async () => {
  const studio = await shelf.ready();
  studio.saved.records.failure = new DOMException('The disk is full.', 'QuotaExceededError');
  await click(studio, 100);
  studio.actions.tracklets.add();
  studio.actions.tracklets.remove(TWO);
  expect(state(studio).project.hasUnsavedWork).toBe(true);
  await studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
  await studio.actions.project.exportMasks({ ...INITIAL_EXPORT_CHOICE, kind: 'project' });
  expect(studio.exporter.requests).toHaveLength(2);
  expect(studio.exporter.requests[0]).toMatchObject({
    videoSha256: 'ab'.repeat(32),
    objects: [{ id: 1, name: 'Object 1' }],
    createdAt: '2026-11-23T08:00:00.000Z',
  });
  expect(studio.media.calls.filter((call) => call === 'contentHash')).toHaveLength(1);
  expect(studio.downloads.map((download) => download.name)).toEqual([
    'kitchen.masks.zip',
    'kitchen.masks.json',
  ]);
  expect(state(studio).project).toMatchObject({
    hasUnsavedWork: false,
    transfer: { status: 'idle' },
  });
});

test('a cancelled export is no failure', async () => {
  const studio = await shelf.ready();
  studio.saved.records.failure = new DOMException('The disk is full.', 'QuotaExceededError');
  await click(studio, 100);
  studio.exporter.stepMs = 5;
  const run = studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
  await until(() => state(studio).project.transfer.status === 'exporting', 'it writes');
  await until(() => studio.exporter.requests.length === 1, 'the worker writes');
  studio.actions.project.cancelTransfer();
  await run;
  expect(studio.exporter.calls).toContain('cancel');
  expect(shownAlerts(studio).filter((alert) => alert.startsWith('error'))).toEqual([]);
  expect(state(studio).project.hasUnsavedWork).toBe(true);
});

test('an import takes the place of what was there', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  studio.actions.tracklets.add();
  studio.exporter.importOutcome = {
    objects: [{ id: ONE, name: 'cup', color: '#123456' }],
    prompts: [],
    summaries: [{ objectId: ONE, frame: frameIndex(7), areaPx: 5, origin: 'imported' }],
    notices: ['Frame 99 is beyond the clip.'],
  };
  await studio.actions.video.openFiles([new File(['{}'], 'kitchen.masks.json')]);
  expect(state(studio).tracklets.items.map((item) => item.name)).toEqual(['cup']);
  expect(framesOf(seenObject(studio).summaries, ['imported'])).toEqual([7]);
  expect(studio.media.removed).toEqual(
    expect.arrayContaining([
      { objectId: 1, frames: [0] },
      { objectId: 2, frames: undefined },
    ]),
  );
  expect(shownAlerts(studio)).toContain('warning: Frame 99 is beyond the clip.');
  expect(engineOf(studio).restored).toEqual([]);
});

test('an export waits for the undo that is under way', async () => {
  const studio = await shelf.ready();
  await click(studio);
  await studio.actions.propagation.track('forward', 'all');
  const revert = studio.media.revertStep.bind(studio.media);
  vi.spyOn(studio.media, 'revertStep').mockImplementation(async (step) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return revert(step);
  });
  studio.actions.history.undo();
  expect(seenObject(studio).summaries.coveredFrames, 'the masks follow later').toBe(24);
  await studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
  expect(studio.exporter.requests[0]?.summaries.map(({ frame }) => Number(frame))).toEqual([0]);
});

test('an export whose masks were being undone is not written', async () => {
  const studio = await shelf.ready();
  await click(studio);
  studio.actions.history.undo();
  await studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
  expect(studio.exporter.requests).toEqual([]);
  expect(shownAlerts(studio)).toContain('info: There are no masks to export yet.');
  expect(state(studio).project.transfer).toEqual({ status: 'idle' });
});
