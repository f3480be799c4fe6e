import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { ProjectRecords } from '../../../src/storage/project-records.ts';
import { RECORD_VERSION } from '../../../src/storage/project-record.ts';
import { migrated } from '../../../src/storage/record-migrations.ts';
import { buildVideoInfo } from '../../helpers/fake-media.ts';
import { MemoryRecords } from '../../helpers/memory-records.ts';
import { startedOver } from '../../../src/store/started-over.ts';
import { INITIAL_STATE } from '../../../src/store/studio-state.ts';
import { recordOf, withSavedWork } from '../../../src/store/saved-work.ts';

/** As it was kept by the studio of that version; typed arrays are written as lists. */
async function kept(version: number): Promise<Record<string, unknown>> {
  const text = await readFile(`tests/fixtures/projects/record-${version}.json`, 'utf8');
  const revive = (_key: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'uint32' in value && Array.isArray(value.uint32)
      ? Uint32Array.from(value.uint32)
      : value;
  return JSON.parse(text, revive) as Record<string, unknown>;
}

const VERSIONS = Array.from({ length: RECORD_VERSION }, (_, at) => at + 1);

describe('records of every version', () => {
  test.each(VERSIONS)('version %d is read, and its work is put on the clip', async (version) => {
    const record = migrated(await kept(version));
    if (record === undefined) throw new Error('it was not read');
    const info = buildVideoInfo({ ...record.clip, timestampsUs: new Float64Array(287) });
    const contents = { summaries: [], firstStep: 2, nextStep: 4, endStep: 5, notices: [] };
    const { state } = withSavedWork(startedOver(INITIAL_STATE, info), { record, contents });
    expect(state.tracklets.items.map(({ name }) => name)).toEqual(['mug', 'Object 3']);
    expect(state.prompts.byObject[1]?.[12]).toMatchObject({
      kind: 'mask',
      mask: { counts: Uint32Array.of(1000, 360, 229_040) },
    });
    expect(state.history.steps.map(({ name }) => name)).toEqual([
      'point on mug',
      'new object',
      'tracking of mug',
    ]);
    expect(state.playback).toMatchObject({ frame: 12, range: { first: 5, last: 60 } });
    // What is saved again says the same.
    const { id, createdAt, source, savedAt, clip } = record;
    const project = { id, createdAt, source, fingerprint: clip.fingerprint };
    const again = recordOf(
      { ...state, project: { ...state.project, videoSha256: clip.sha256 } },
      project,
      { history: state.history, savedAt },
    );
    const { maskCount: _count, ...rest } = record;
    expect(again).toMatchObject(rest);
  });

  test('each one that was ever written has its record here', async () => {
    for (const version of VERSIONS) expect((await kept(version))['version']).toBe(version);
  });

  test('a record goes through every migration from its own version on', () => {
    const migrations = {
      1: (record: object) => ({ ...record, version: 2, two: true }),
      2: (record: object) => ({ ...record, version: 3, three: true }),
    };
    const parts = {
      id: 'a',
      savedAt: '',
      clip: {},
      objects: [],
      prompts: [],
      history: {},
      view: {},
    };
    expect(migrated({ version: 1, ...parts }, { migrations, newest: 3 })).toMatchObject({
      version: 3,
      two: true,
      three: true,
    });
    expect(migrated({ version: 2, ...parts }, { migrations, newest: 3 })).not.toHaveProperty('two');
    expect(migrated({ version: 4, ...parts }, { migrations, newest: 3 })).toBeUndefined();
    expect(migrated({ version: 1, id: 'a' }, { migrations, newest: 3 })).toBeUndefined();
  });

  test.each([undefined, null, 7, 'text', {}, { version: 'one' }, { version: 99 }, []])(
    '%o is no record',
    (value) => {
      expect(migrated(value)).toBeUndefined();
    },
  );
});

describe('keeping records', () => {
  async function build() {
    const storage = new MemoryRecords();
    const record = migrated(await kept(1));
    if (record === undefined) throw new Error('it was not read');
    return { storage, records: new ProjectRecords(storage), record };
  }

  test('what is saved is loaded, listed with the newest first, and deleted', async () => {
    const { records, record } = await build();
    await records.save(record);
    await records.save({ ...record, id: 'newer', savedAt: '2026-12-01T00:00:00Z' });
    await records.save({ ...record, id: 'older', savedAt: '2025-12-01T00:00:00+02:00' });
    expect(await records.load(record.id)).toEqual(record);
    expect((await records.list()).records.map(({ id }) => id)).toEqual([
      'newer',
      record.id,
      'older',
    ]);
    await records.delete('newer');
    expect((await records.list()).records).toHaveLength(2);
    expect(await records.load('newer')).toBeUndefined();
  });

  test('those of a newer studio are counted, and stay', async () => {
    const { records, record, storage } = await build();
    await records.save(record);
    storage.kept.set('future', { ...record, id: 'future', version: 99 });
    expect(await records.list()).toMatchObject({ records: [{ id: record.id }], unreadable: 1 });
    expect(storage.kept.has('future')).toBe(true);
  });

  test('a handle that cannot be kept is left out, and the rest is saved', async () => {
    const { records, record } = await build();
    // A function is one thing that no database takes.
    const handle = { kind: 'file', name: 'a.mp4', getFile: () => {} } as unknown;
    const source = { kind: 'handle', handle: handle as FileSystemFileHandle } as const;
    await records.save({ ...record, source });
    const { source: _source, ...rest } = record;
    expect(await records.load(record.id)).toEqual(rest);
  });

  test.each([
    ['QuotaExceededError', 'storage-full', /no room left to save your work/],
    ['InvalidStateError', 'file-write-failed', /cannot be saved here/],
    ['SecurityError', 'file-write-failed', /cannot be saved here/],
  ])('%s becomes %s with what to do', async (name, code, message) => {
    const { records, record, storage } = await build();
    storage.failure = new DOMException('No.', name);
    const saving = records.save(record);
    await expect(saving).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    await expect(saving).rejects.toHaveProperty('hint', expect.stringContaining('xport'));
  });

  test('a fault of the studio’s own stays what it is', async () => {
    const { records, record, storage } = await build();
    storage.failure = new TypeError('not a function');
    await expect(records.save(record)).rejects.toThrow(TypeError);
  });
});
