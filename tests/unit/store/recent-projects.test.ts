import { afterEach, describe, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { fakeStorage } from '../../helpers/fake-studio.ts';
import { clip, rest, shownAlerts, StudioShelf, workOf } from '../../helpers/work-lab.ts';
import { inUse, pick, recentOf, worked } from '../../helpers/saved-visit.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

describe('a list of projects to go on with', () => {
  test('says what there is of each, the newest first', async () => {
    const saved = fakeStorage();
    await worked(shelf, saved, pick);
    await worked(shelf, saved, (studio) => studio.actions.video.openSample());
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
    const left = await worked(shelf, saved, (studio) => studio.actions.video.openSample());
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    await studio.actions.recent.continue(recentOf(studio)[0]?.id ?? '');
    await rest(studio);
    expect(workOf(studio).prompts).toEqual(left.prompts);
  });

  test('a clip of the user’s own is read again by its handle', async () => {
    const saved = fakeStorage();
    const handle = { kind: 'file', name: 'kitchen.mp4' } as FileSystemFileHandle;
    await worked(shelf, saved, (studio) => studio.actions.video.openFiles([clip()], [handle]));
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
    await worked(shelf, saved, (studio) => studio.actions.video.openFiles([clip()], [handle]));
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
    await worked(shelf, saved, pick);
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
    await worked(shelf, saved, pick);
    const studio = shelf.start({ saved });
    await studio.actions.recent.load();
    await studio.actions.recent.delete(recentOf(studio)[0]?.id ?? '');
    expect(recentOf(studio)).toEqual([]);
    expect(saved.records.kept.size).toBe(0);
    expect(saved.packs.size).toBe(0);
  });

  test('one that another tab has open is not deleted', async () => {
    const saved = fakeStorage();
    await worked(shelf, saved, pick);
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
    await worked(shelf, saved, pick);
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
