import { afterEach, describe, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { ProjectRecord } from '../../../src/storage/project-record.ts';
import { framesOf } from '../../../src/store/summary-track.ts';
import { fakeStorage, type FakeStorage, type FakeStudio } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import {
  clip,
  discsOf,
  rest,
  seenObject,
  shownAlerts,
  StudioShelf,
  workOf,
} from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

const log = ({ store }: FakeStudio) => store.getState().alerts.log;
const recentOf = ({ store }: FakeStudio) => store.getState().recent.projects;

function click({ actions }: FakeStudio, x = 100): void {
  actions.prompts.addPoint(videoPoint(x, 50), 'positive');
}

async function recordsIn({ records }: FakeStorage): Promise<ProjectRecord[]> {
  // Nothing else is written there.
  return (await records.values()) as ProjectRecord[];
}

/** Two objects, one of them tracked; then the page is gone. */
async function worked(saved: FakeStorage, open: (studio: FakeStudio) => Promise<void>) {
  const studio = shelf.start({ saved });
  await open(studio);
  await studio.actions.models.loadBundled();
  click(studio);
  await rest(studio);
  await studio.actions.propagation.track('forward', 'all');
  studio.actions.tracklets.add();
  studio.actions.playback.seekTo(23);
  await until(() => studio.store.getState().playback.shownFrame === 23, 'the last frame is shown');
  click(studio, 300);
  await rest(studio);
  studio.actions.recent.saveNow();
  await rest(studio);
  const left = { ...workOf(studio), discs: discsOf(studio) };
  shelf.crash(studio);
  return left;
}

const pick = (studio: FakeStudio) => studio.actions.video.openFiles([clip()]);

describe('the work is there again with its clip', () => {
  test('its prompts, objects and masks, with a word about it', async () => {
    const saved = fakeStorage();
    const left = await worked(saved, pick);
    const studio = await shelf.ready({ saved });
    expect({ ...workOf(studio), discs: discsOf(studio) }).toEqual(left);
    const told = log(studio).find(({ message }) => message.startsWith('Continued from'));
    expect(told).toMatchObject({
      message: 'Continued from a moment ago.',
      hint: '2 objects and 25 masks of “kitchen.mp4”.',
      action: { kind: 'start-over' },
    });
    expect(studio.store.getState().project).toMatchObject({
      saving: { status: 'saved' },
      hasUnsavedWork: false,
    });
  });

  test('a file of the same name is another clip; under another name it is the same', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const studio = shelf.start({ saved });
    await studio.actions.video.openFiles([clip('another clip')]);
    expect(studio.store.getState().prompts.byObject).toEqual({});
    await studio.actions.video.openFiles([clip('clip', 'renamed.mp4')]);
    expect(Object.keys(studio.store.getState().prompts.byObject)).toEqual(['1', '2']);
  });

  test('the engine is told all prompts and computes no mask again; tracked ones are kept', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const studio = await shelf.ready({ saved });
    await rest(studio);
    const engine = studio.engines.at(-1);
    expect(engine?.restored?.map(({ objectId: id, frame }) => [id, frame])).toEqual([
      [1, 0],
      [2, 23],
    ]);
    expect(engine?.calls).not.toContain('setPrompts');
    expect(framesOf(seenObject(studio).summaries, ['kept'])).toHaveLength(23);
    expect(framesOf(seenObject(studio).summaries, ['prompt'])).toEqual([0]);
  });

  test('the model that made the masks may come after the bundled one, and makes none again', async () => {
    const saved = fakeStorage();
    const checkpoint = () => new File(['x'], 'sam2.1_hiera_tiny.pt');
    const first = await shelf.ready({ saved });
    await first.actions.models.loadFile(checkpoint());
    click(first);
    await rest(first);
    await first.actions.propagation.track('forward', 'all');
    first.actions.recent.saveNow();
    await rest(first);
    shelf.crash(first);
    const studio = await shelf.ready({ saved });
    await rest(studio);
    expect(log(studio).find(({ action }) => action?.kind === 'start-over')?.hint).toBe(
      '1 object and 24 masks of “kitchen.mp4”. They were made with “sam2.1_hiera_tiny.pt”: load it to go on with the same model.',
    );
    await studio.actions.models.loadFile(checkpoint());
    await rest(studio);
    expect(studio.engines.at(-1)?.calls).not.toContain('setPrompts');
    expect(seenObject(studio).needsTracking).toBe(false);
    expect(studio.store.getState().history.nextStep).toBe(3);
  });

  test('a click whose mask had not come yet gets it now', async () => {
    const saved = fakeStorage();
    const first = shelf.start({ saved });
    await pick(first);
    click(first);
    first.actions.recent.saveNow();
    await rest(first);
    shelf.crash(first);
    const studio = await shelf.ready({ saved });
    await until(() => seenObject(studio).summaries.coveredFrames === 1, 'the mask is there');
  });

  test('each frame’s prompts are told to the engine as they are at last', async () => {
    const saved = fakeStorage();
    const first = await shelf.ready({ saved });
    for (const x of [100, 120, 140]) click(first, x);
    await rest(first);
    first.actions.recent.saveNow();
    await rest(first);
    shelf.crash(first);
    const studio = await shelf.ready({ saved });
    const told = studio.engines
      .at(-1)
      ?.restored?.map(({ prompts }) =>
        prompts.kind === 'clicks' ? prompts.points.map(({ x }) => x) : [],
      );
    expect(told).toEqual([[100, 120, 140]]);
  });

  test('what a run had finished when the page ended is there, and the run can be undone', async () => {
    const saved = fakeStorage();
    const first = await shelf.ready({ saved });
    click(first);
    await rest(first);
    const engine = first.engines.at(-1);
    if (engine !== undefined) engine.holdAfterFrames = 7;
    const run = first.actions.propagation.track('forward', 'all');
    await until(() => seenObject(first).summaries.coveredFrames === 7, 'seven frames are done');
    await until(async () => (await recordsIn(saved))[0]?.history.nextStep === 3, 'it is saved');
    const discs = discsOf(first);
    shelf.crash(first);
    await run.catch(() => undefined);
    const studio = await shelf.ready({ saved });
    expect(discsOf(studio)).toEqual(discs);
    expect(seenObject(studio).summaries.coveredFrames).toBe(7);
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.media.masks.frames(1)).toEqual([0]);
    expect(seenObject(studio)).toMatchObject({ needsTracking: true });
    studio.actions.history.redo();
    await rest(studio);
    expect(discsOf(studio)).toEqual(discs);
    await studio.actions.propagation.track('forward', 'all');
    expect(seenObject(studio).summaries.coveredFrames).toBe(24);
  });

  test('masks of a step that was not recorded any more stay, with an object of theirs', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const record = (await recordsIn(saved))[0];
    if (record === undefined) throw new Error('nothing was saved');
    const { history, objects, prompts } = record;
    saved.records.kept.set(record.id, {
      ...record,
      objects: objects.slice(0, 1),
      prompts: prompts.slice(0, 1),
      history: { ...history, nextStep: 3, steps: history.steps.slice(0, 2) },
    });
    const studio = await shelf.ready({ saved });
    await rest(studio);
    expect(seenObject(studio, 2).summaries.coveredFrames).toBe(1);
    expect(studio.store.getState().history).toMatchObject({ firstStep: 1, nextStep: 5 });
    studio.actions.history.undo();
    await rest(studio);
    expect(seenObject(studio, 2).summaries.coveredFrames).toBe(0);
    studio.actions.history.undo();
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.media.masks.frames(1)).toEqual([0]);
  });

  test('a record without its masks still gives its prompts, and their masks are made again', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    saved.packs.clear();
    const studio = await shelf.ready({ saved });
    await until(() => seenObject(studio, 2).summaries.coveredFrames === 1, 'the mask is made');
    expect(framesOf(seenObject(studio).summaries, ['prompt'])).toEqual([0]);
    studio.actions.history.undo();
    studio.actions.history.undo();
    await rest(studio);
    expect(studio.store.getState().prompts.byObject).not.toHaveProperty('2');
    expect(studio.faults).toEqual([]);
    expect(shownAlerts(studio).filter((alert) => alert.startsWith('error'))).toEqual([]);
  });

  test('a clip that only its hash tells from the one before is said to be another', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    for (const record of await recordsIn(saved)) {
      const sha256 = 'cd'.repeat(32);
      saved.records.kept.set(record.id, { ...record, clip: { ...record.clip, sha256 } });
    }
    const studio = await shelf.ready({ saved });
    await until(
      () => log(studio).some(({ message }) => message.startsWith('This clip is not the same')),
      'it is told',
    );
  });
});

describe('a list of projects to go on with', () => {
  test('says what there is of each, the newest first', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    await worked(saved, (studio) => studio.actions.video.openSample());
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    expect(recentOf(studio)).toMatchObject([
      { objectCount: 2, maskCount: 25, clipKind: 'video' },
      { objectCount: 2, maskCount: 25, clipKind: 'video' },
    ]);
    expect(new Set(recentOf(studio).map(({ needsClip }) => needsClip))).toEqual(
      new Set([false, true]),
    );
  });

  test('the sample clip is fetched again by itself', async () => {
    const saved = fakeStorage();
    const left = await worked(saved, (studio) => studio.actions.video.openSample());
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    await studio.actions.recent.continue(recentOf(studio)[0]?.id ?? '');
    await rest(studio);
    expect(workOf(studio).prompts).toEqual(left.prompts);
  });

  test('a clip of the user’s own is read again by its handle', async () => {
    const saved = fakeStorage();
    const handle = { kind: 'file', name: 'kitchen.mp4' } as FileSystemFileHandle;
    await worked(saved, (studio) => studio.actions.video.openFiles([clip()], [handle]));
    const asked: string[] = [];
    const studio = shelf.start({
      saved,
      services: {
        rememberedFiles: async ({ name }) => {
          asked.push(name);
          return { files: [{ file: clip(), path: name, source: { kind: 'handle', handle } }] };
        },
      },
    });
    await studio.actions.recent.load();
    await studio.actions.recent.continue(recentOf(studio)[0]?.id ?? '');
    await rest(studio);
    expect(asked).toEqual(['kitchen.mp4']);
    expect(Object.keys(workOf(studio).prompts)).toEqual(['1', '2']);
  });

  test('where the handle leads nowhere any more, the clip is asked for the next time', async () => {
    const saved = fakeStorage();
    const handle = { kind: 'file', name: 'kitchen.mp4' } as FileSystemFileHandle;
    await worked(saved, (studio) => studio.actions.video.openFiles([clip()], [handle]));
    const gone = new StudioError('file-invalid', '“kitchen.mp4” is not where it was.');
    const studio = shelf.start({
      saved,
      services: { rememberedFiles: () => Promise.reject(gone) },
    });
    await studio.actions.recent.load();
    const id = recentOf(studio)[0]?.id ?? '';
    await studio.actions.recent.continue(id);
    expect(shownAlerts(studio)).toEqual(['error: “kitchen.mp4” is not where it was.']);
    expect(recentOf(studio)[0]?.needsClip).toBe(true);
    await studio.actions.recent.continueWith(id, [clip()]);
    await rest(studio);
    expect(Object.keys(workOf(studio).prompts)).toEqual(['1', '2']);
  });

  test('another clip than the project’s is refused, and nothing is opened', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    const id = recentOf(studio)[0]?.id ?? '';
    await studio.actions.recent.continueWith(id, [clip('another clip', 'other.mp4')]);
    expect(shownAlerts(studio)).toEqual([
      'error: “other.mp4” is not the clip “kitchen.mp4” that this work was made on.',
    ]);
    expect(studio.store.getState().video).toMatchObject({
      info: undefined,
      openingName: undefined,
    });
    expect(studio.media.calls).not.toContain('open');
  });

  test('deleting one takes its record and its masks', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    await studio.actions.recent.delete(recentOf(studio)[0]?.id ?? '');
    expect(recentOf(studio)).toEqual([]);
    expect(saved.records.kept.size).toBe(0);
    expect(saved.packs.size).toBe(0);
  });

  test('one that another tab has open is not deleted', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    studio.media.failures.set('deletePack', inUse());
    await studio.actions.recent.delete(recentOf(studio)[0]?.id ?? '');
    expect(recentOf(studio)).toHaveLength(1);
    expect(saved.records.kept.size).toBe(1);
    expect(shownAlerts(studio)).toEqual(['error: This project is open in another tab.']);
  });

  test('masks that belong to no record are cleared away, but not where a record cannot be read', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const looked = shelf.start({ saved });
    await looked.actions.video.openFiles([clip('only looked at')]);
    shelf.crash(looked);
    expect(saved.packs.size).toBe(2);
    saved.records.kept.set('newer', { version: 99, id: 'newer' });
    const second = shelf.start({ saved });
    await second.actions.recent.load();
    expect(saved.packs.size).toBe(2);
    expect(shownAlerts(second)).toEqual(['warning: One saved project was made by a newer studio.']);
    saved.records.kept.delete('newer');
    await second.actions.recent.load();
    expect(saved.packs.size).toBe(1);
  });
});

describe('one clip, several projects', () => {
  test('starting over leaves the work before among the saved ones', async () => {
    const saved = fakeStorage();
    const left = await worked(saved, pick);
    const studio = await shelf.ready({ saved });
    const offer = log(studio).find(({ action }) => action?.kind === 'start-over');
    await studio.actions.alerts.follow(offer?.id ?? -1);
    await rest(studio);
    expect(workOf(studio)).toMatchObject({ prompts: {}, objects: [{ name: 'Object 1' }] });
    expect(studio.media.masks.frames(1)).toEqual([]);
    click(studio, 50);
    await until(() => saved.records.kept.size === 2, 'it is saved beside the other');
    await studio.actions.recent.load();
    const first = recentOf(studio).find(({ objectCount }) => objectCount === 2);
    await studio.actions.recent.continueWith(first?.id ?? '', [clip()]);
    await rest(studio);
    const { discs: _discs, ...work } = left;
    expect(workOf(studio)).toEqual(work);
  });

  test('where another tab has it open, work begins beside it, and this is said', async () => {
    const saved = fakeStorage();
    await worked(saved, pick);
    const studio = shelf.start({ saved });
    studio.media.failures.set('openPack', inUse());
    await studio.actions.video.openFiles([clip()]);
    expect(shownAlerts(studio)).toEqual([
      'warning: Your saved work on this clip is open in another tab.',
    ]);
    expect(studio.store.getState().prompts.byObject).toEqual({});
    click(studio);
    await until(() => saved.records.kept.size === 2, 'it is saved beside the other');
    const [first, second] = await recordsIn(saved);
    expect(first?.id).not.toBe(second?.id);
  });

  test('nothing can be done to the old clip while another is being opened', async () => {
    const studio = await shelf.ready();
    click(studio);
    await rest(studio);
    let added: unknown = 'not tried';
    const stop = studio.store.subscribe(({ video }) => {
      if (video.openingName === undefined) return;
      stop();
      click(studio, 200);
      added = studio.actions.tracklets.add();
      studio.actions.history.undo();
    });
    await studio.actions.video.openFiles([clip('other', 'other.mp4')]);
    await rest(studio);
    expect(added).toBeUndefined();
    expect(studio.store.getState()).toMatchObject({
      prompts: { byObject: {} },
      history: { nextStep: 1 },
    });
    click(studio, 300);
    await rest(studio);
    expect(studio.media.masks.frames(objectId(1))).toEqual([frameIndex(0)]);
    expect(studio.faults).toEqual([]);
  });
});

function inUse(): StudioError {
  return new StudioError('project-in-use', 'This project is open in another tab.');
}
