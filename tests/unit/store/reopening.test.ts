import { afterEach, describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { framesOf } from '../../../src/store/summary-track.ts';
import { fakeStorage } from '../../helpers/fake-studio.ts';
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
import { inUse, log, pick, press, recentOf, recordsIn, worked } from '../../helpers/saved-visit.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

describe('the work is there again with its clip', () => {
  test('its prompts, objects and masks, with a word about it', async () => {
    const saved = fakeStorage();
    const left = await worked(shelf, saved, pick);
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
    await worked(shelf, saved, pick);
    const studio = shelf.start({ saved });
    await studio.actions.video.openFiles([clip('another clip')]);
    expect(studio.store.getState().prompts.byObject).toEqual({});
    await studio.actions.video.openFiles([clip('clip', 'renamed.mp4')]);
    expect(Object.keys(studio.store.getState().prompts.byObject)).toEqual(['1', '2']);
  });

  test('the engine is told all prompts and computes no mask again; tracked ones are kept', async () => {
    const saved = fakeStorage();
    await worked(shelf, saved, pick);
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
    press(first);
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
    press(first);
    first.actions.recent.saveNow();
    await rest(first);
    shelf.crash(first);
    const studio = await shelf.ready({ saved });
    await until(() => seenObject(studio).summaries.coveredFrames === 1, 'the mask is there');
  });

  test('each frame’s prompts are told to the engine as they are at last', async () => {
    const saved = fakeStorage();
    const first = await shelf.ready({ saved });
    for (const x of [100, 120, 140]) press(first, x);
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
    press(first);
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
    await worked(shelf, saved, pick);
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
    await worked(shelf, saved, pick);
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
    await worked(shelf, saved, pick);
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

describe('one clip, several projects', () => {
  test('starting over leaves the work before among the saved ones', async () => {
    const saved = fakeStorage();
    const left = await worked(shelf, saved, pick);
    const studio = await shelf.ready({ saved });
    const offer = log(studio).find(({ action }) => action?.kind === 'start-over');
    await studio.actions.alerts.follow(offer?.id ?? -1);
    await rest(studio);
    expect(workOf(studio)).toMatchObject({ prompts: {}, objects: [{ name: 'Object 1' }] });
    expect(studio.media.masks.frames(1)).toEqual([]);
    press(studio, 50);
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
    await worked(shelf, saved, pick);
    const studio = shelf.start({ saved });
    studio.media.failures.set('openPack', inUse());
    await studio.actions.video.openFiles([clip()]);
    expect(shownAlerts(studio)).toEqual([
      'warning: Your saved work on this clip is open in another tab.',
    ]);
    expect(studio.store.getState().prompts.byObject).toEqual({});
    press(studio);
    await until(() => saved.records.kept.size === 2, 'it is saved beside the other');
    const [first, second] = await recordsIn(saved);
    expect(first?.id).not.toBe(second?.id);
  });

  test('nothing can be done to the old clip while another is being opened', async () => {
    const studio = await shelf.ready();
    press(studio);
    await rest(studio);
    let added: unknown = 'not tried';
    const stop = studio.store.subscribe(({ video }) => {
      if (video.openingName === undefined) return;
      stop();
      press(studio, 200);
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
    press(studio, 300);
    await rest(studio);
    expect(studio.media.masks.frames(objectId(1))).toEqual([frameIndex(0)]);
    expect(studio.faults).toEqual([]);
  });
});
