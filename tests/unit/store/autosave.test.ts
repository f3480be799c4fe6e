import { afterEach, describe, expect, test } from 'vitest';
import { RECORD_VERSION } from '../../../src/storage/project-record.ts';
import { videoPoint } from '../../../src/core/geometry.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { objectId } from '../../../src/core/ids.ts';
import type { ProjectRecord } from '../../../src/storage/project-record.ts';
import type { FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import { clip, rest, shownAlerts, StudioShelf } from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

const NO_ROOM = new DOMException('The disk is full.', 'QuotaExceededError');

const savingOf = ({ store }: FakeStudio) => store.getState().project.saving.status;
const isUnsaved = ({ store }: FakeStudio) => store.getState().project.hasUnsavedWork;

function click({ actions }: FakeStudio, x = 100): void {
  actions.prompts.addPoint(videoPoint(x, 50), 'positive');
}

async function recordOf(studio: FakeStudio): Promise<ProjectRecord | undefined> {
  const [value] = await studio.saved.records.values();
  // Nothing else is written there.
  return value as ProjectRecord | undefined;
}

async function saved(studio: FakeStudio): Promise<void> {
  await until(() => savingOf(studio) === 'saved', 'the work is saved');
}

describe('what is done is saved', () => {
  test('a clip that was only looked at leaves no record', async () => {
    const studio = await shelf.ready();
    studio.actions.playback.seekTo(5);
    await rest(studio);
    studio.actions.recent.saveNow();
    await rest(studio);
    expect(savingOf(studio)).toBe('idle');
    expect(studio.saved.records.sets).toBe(0);
  });

  test('a click is in the record at once, with the clip, the model and where the user was', async () => {
    const studio = await shelf.ready();
    studio.actions.playback.seekTo(5);
    await rest(studio);
    click(studio);
    expect(isUnsaved(studio)).toBe(true);
    await saved(studio);
    expect(isUnsaved(studio)).toBe(false);
    expect(await recordOf(studio))?.toMatchObject({
      version: RECORD_VERSION,
      clip: { name: 'kitchen.mp4', width: 640, height: 360, frameCount: 24, bytes: 1_177_415 },
      objects: [{ id: 1, name: 'Object 1' }],
      prompts: [{ objectId: 1, frame: 5, prompts: { points: [{ x: 100, y: 50 }] } }],
      history: { firstStep: 1, nextStep: 2, steps: [{ name: 'point on Object 1' }] },
      view: { frame: 5, selectedId: 1 },
      model: { fileName: 'sam2.1_hiera_nano.safetensors' },
    });
  });

  test('the newest step is whole in the record while it is still being done', async () => {
    const studio = await shelf.ready();
    click(studio);
    await rest(studio);
    const engine = studio.engines.at(-1);
    if (engine !== undefined) engine.holdAfterFrames = 5;
    const run = studio.actions.propagation.track('forward', 'all');
    await until(() => studio.media.masks.frames(1).length === 5, 'five frames are tracked');
    await until(async () => (await recordOf(studio))?.history.nextStep === 3, 'the run is saved');
    expect((await recordOf(studio))?.history.steps[1]).toMatchObject({
      name: 'tracking of Object 1',
      isBulk: true,
      change: { objects: [{ id: 1, object: { needsTracking: true, changedFrames: [0] } }] },
    });
    await studio.actions.propagation.cancel();
    await run;
  });

  test('many changes at once are few records, and the last one has them all', async () => {
    const studio = await shelf.ready();
    for (let shade = 10; shade < 60; shade++) {
      studio.actions.tracklets.recolor(objectId(1), `#0000${shade}`);
    }
    await saved(studio);
    expect(studio.saved.records.sets).toBeLessThanOrEqual(2);
    expect((await recordOf(studio))?.objects[0]?.color).toBe('#000059');
    // A drag over colours is one step.
    expect((await recordOf(studio))?.history.steps).toHaveLength(1);
  });

  test('what changes while a record is written is in the next', async () => {
    const studio = await shelf.ready();
    let release = () => {};
    studio.saved.records.beforeSet = () => new Promise((resolve) => (release = resolve));
    click(studio);
    await until(() => savingOf(studio) === 'saving', 'it is said when saving takes long');
    studio.actions.tracklets.rename(objectId(1), 'mug');
    studio.saved.records.beforeSet = undefined;
    release();
    await saved(studio);
    expect((await recordOf(studio))?.objects[0]?.name).toBe('mug');
  });

  test('a page that is just being hidden writes without waiting', async () => {
    const studio = await shelf.ready();
    click(studio);
    expect(studio.saved.records.sets).toBe(0);
    studio.actions.recent.saveNow();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(studio.saved.records.sets).toBe(1);
  });

  test('the browser is asked once to keep it, when there is something to keep', async () => {
    const studio = await shelf.ready();
    expect(studio.persistRequests).toEqual([]);
    click(studio);
    await saved(studio);
    click(studio, 200);
    await saved(studio);
    await until(() => studio.saved.records.sets >= 2, 'both are saved');
    expect(studio.persistRequests).toEqual([1]);
  });

  test('the hash of the clip comes into the record when it is known', async () => {
    const studio = await shelf.ready();
    click(studio);
    await saved(studio);
    await until(
      async () => (await recordOf(studio))?.clip.sha256 === 'ab'.repeat(32),
      'the hash is saved',
    );
    expect(studio.media.calls.filter((call) => call === 'contentHash')).toHaveLength(1);
  });
});

describe('where it cannot be saved', () => {
  test('it is said once, with what to do, and saved as soon as it can be', async () => {
    const studio = await shelf.ready();
    studio.saved.records.failure = NO_ROOM;
    click(studio);
    await until(() => savingOf(studio) === 'failed', 'it failed');
    expect(studio.store.getState().project.saving).toMatchObject({
      message: 'There is no room left to save your work.',
    });
    expect(isUnsaved(studio)).toBe(true);
    click(studio, 200);
    await rest(studio);
    const told = studio.store
      .getState()
      .alerts.log.filter(({ message }) => message.startsWith('Your work is not being saved.'));
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ severity: 'warning', action: { kind: 'save-again' } });
    studio.saved.records.failure = undefined;
    await studio.actions.alerts.follow(told[0]?.id ?? -1);
    expect(savingOf(studio)).toBe('saved');
    expect(isUnsaved(studio)).toBe(false);
    expect((await recordOf(studio))?.prompts[0]?.prompts).toMatchObject({
      points: [{ x: 100 }, { x: 200 }],
    });
  });

  test('a browser that keeps nothing is told apart from a full disk', async () => {
    const studio = await shelf.ready();
    studio.saved.records.failure = new DOMException('denied', 'InvalidStateError');
    click(studio);
    await until(() => savingOf(studio) === 'failed', 'it failed');
    expect(shownAlerts(studio)).toContain(
      'warning: Your work is not being saved. Work cannot be saved here: denied',
    );
  });

  test('masks that cannot be saved count as work that is not saved', async () => {
    const studio = await shelf.ready();
    click(studio);
    await saved(studio);
    studio.media.stopSaving({ message: 'No room left to save masks.', hint: 'Free disk space.' });
    await until(() => savingOf(studio) === 'failed', 'it is told');
    expect(isUnsaved(studio)).toBe(true);
    click(studio, 200);
    await rest(studio);
    expect(savingOf(studio)).toBe('failed');
    await studio.actions.recent.saveAgain();
    expect(studio.media.calls).toContain('resumeSaving');
    expect(savingOf(studio)).toBe('saved');
  });

  test('masks of a new project that cannot be saved at all are told of as it is opened', async () => {
    const studio = shelf.start();
    studio.media.failures.set(
      'openPack',
      new StudioError('file-write-failed', 'Masks cannot be saved in this browser.'),
    );
    await studio.actions.video.openFiles([clip()]);
    expect(shownAlerts(studio)).toEqual([
      'warning: Your work is not being saved. Masks cannot be saved in this browser.',
    ]);
    expect(isUnsaved(studio)).toBe(false);
    click(studio);
    await until(() => studio.saved.records.sets === 1, 'the prompts are saved all the same');
    expect(isUnsaved(studio)).toBe(true);
    expect(savingOf(studio)).toBe('failed');
  });

  test('opening another clip asks only where work would be lost', async () => {
    const studio = await shelf.ready();
    click(studio);
    await studio.actions.video.openFiles([clip('other', 'other.mp4')]);
    expect(studio.store.getState().view.dialog).toBeUndefined();
    expect(studio.store.getState().video.generation).toBe(2);

    studio.saved.records.failure = NO_ROOM;
    click(studio);
    await studio.actions.video.openFiles([clip('third', 'third.mp4')]);
    expect(studio.store.getState().view.dialog).toEqual({
      kind: 'confirm-open',
      name: 'third.mp4',
    });
    expect(studio.store.getState().video.generation).toBe(2);
  });
});
