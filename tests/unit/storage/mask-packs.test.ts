import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { crc32 } from '../../../src/core/crc32.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { LoggedMask, MaskLogEntry } from '../../../src/core/mask-log.ts';
import { PACK_HEADER_BYTES } from '../../../src/storage/mask-pack-header.ts';
import type { PackedEntry } from '../../../src/storage/mask-pack-records.ts';
import type { MaskPack } from '../../../src/storage/mask-pack.ts';
import { MaskPacks } from '../../../src/storage/mask-packs.ts';
import { anyMask, anySummarisedMask } from '../../helpers/mask-actions.ts';
import { MemoryDisk } from '../../helpers/memory-directory.ts';

const SIZE = { width: 5, height: 4 };
const PROJECT = { projectId: 'one', size: SIZE };
const PATH = 'projects/one/masks.pack';
const TORN = expect.stringContaining('not saved whole');
const DAMAGED = expect.stringContaining('damaged');

let disk: MemoryDisk;
let packs: MaskPacks;

beforeEach(() => {
  disk = new MemoryDisk();
  packs = new MaskPacks(async () => disk.handle);
});

afterEach(() => vi.useRealTimers());

const anyEntry: fc.Arbitrary<MaskLogEntry> = fc.oneof(
  fc.record({
    kind: fc.constant('put' as const),
    masks: fc.array(anySummarisedMask(anyMask(SIZE)), { maxLength: 3 }),
  }),
  fc.record(
    {
      kind: fc.constant('remove' as const),
      objectId: fc.integer({ min: 1, max: 255 }).map(objectId),
      frames: fc.array(fc.nat(200_000).map(frameIndex), { maxLength: 3 }),
    },
    { requiredKeys: ['kind', 'objectId'] },
  ),
  fc.constant({ kind: 'clear' as const }),
  fc.record({
    kind: fc.constant('compare' as const),
    found: fc.array(
      fc.record({
        objectId: fc.integer({ min: 1, max: 255 }).map(objectId),
        frame: fc.nat(200_000).map(frameIndex),
        iou: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      { maxLength: 3 },
    ),
  }),
  fc.record({
    kind: fc.constantFrom('begin' as const, 'revert' as const, 'reapply' as const, 'drop' as const),
    step: fc.nat(1_000_000),
  }),
);

const SOME: readonly MaskLogEntry[] = [
  { kind: 'put', masks: [mask(1, 0, [3, 4, 13]), mask(200, 70_000, [20])] },
  { kind: 'begin', step: 1 },
  { kind: 'put', masks: [mask(1, 0, [0, 20])] },
  { kind: 'remove', objectId: objectId(1), frames: [frameIndex(0), frameIndex(300)] },
  { kind: 'remove', objectId: objectId(2) },
  { kind: 'revert', step: 1 },
  { kind: 'clear' },
];

function mask(object: number, frame: number, counts: readonly number[]): LoggedMask {
  return {
    objectId: objectId(object),
    frame: frameIndex(frame),
    mask: { ...SIZE, counts: Uint32Array.from(counts) },
    origin: 'tracked',
    predictedIou: 0.1 + 0.2,
    objectScoreLogit: -7.5,
  };
}

/** Opens the pack, reads it and leaves it open. */
async function reopen(own = packs) {
  const pack = await own.open(PROJECT);
  const packed: PackedEntry[] = [];
  const outcome = pack.replay((one) => packed.push(one));
  return { pack, packed, entries: packed.map(({ entry }) => entry), ...outcome };
}

async function write(entries: readonly MaskLogEntry[]): Promise<MaskPack> {
  const { pack } = await reopen();
  for (const entry of entries) pack.append(entry);
  return pack;
}

/** A file with these entries, and where each of them begins; its end last. */
async function written(entries: readonly MaskLogEntry[]) {
  const { pack } = await reopen();
  const starts = entries.map((entry) => {
    const start = pack.sizeBytes;
    pack.append(entry);
    return start;
  });
  pack.close();
  const file = disk.file(PATH);
  return { bytes: file.bytes.slice(), starts: [...starts, file.bytes.length] };
}

describe('a pack', () => {
  test('gives back any entries, and where their masks lie', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEntry, { maxLength: 20 }), async (entries) => {
        disk = new MemoryDisk();
        const own = new MaskPacks(async () => disk.handle);
        const { pack } = await reopen(own);
        const places = entries.map((entry) => pack.append(entry));
        pack.close();
        const again = await reopen(own);
        expect(again).toMatchObject({ entries: entries.filter(isWorthKeeping), notices: [] });
        const keptPlaces = again.packed.flatMap((one) => one.places);
        expect(keptPlaces).toEqual(places.flat());
        const masks = entries.flatMap((entry) => (entry.kind === 'put' ? entry.masks : []));
        expect(keptPlaces.map((place) => again.pack.read(place))).toEqual(
          masks.map((own) => own.mask),
        );
      }),
    );
  });

  test('holds what was appended when nobody has closed it', async () => {
    await write(SOME);
    // The worker is gone, and its lock with it.
    disk.file(PATH).isLocked = false;
    expect((await reopen()).entries).toEqual(SOME);
  });

  test('parts a large batch into records that hold some masks each', async () => {
    const size = { width: 1024, height: 1024 };
    const noise = { ...size, counts: new Uint32Array(1 << 20).fill(1) };
    const masks = [0, 1, 2].map((frame) => ({ ...mask(1, frame, []), mask: noise }));
    const large = { projectId: 'large', size };
    const pack = await packs.open(large);
    pack.replay(() => {});
    const places = pack.append({ kind: 'put', masks });
    pack.close();
    const again = await packs.open(large);
    const found: PackedEntry[] = [];
    again.replay((one) => found.push(one));
    const batches = found.map(({ entry }) => (entry.kind === 'put' ? entry.masks : []));
    expect(batches.map((batch) => batch.map(({ frame }) => frame))).toEqual([[0], [1], [2]]);
    for (const own of batches.flat()) expect(isSame(own.mask.counts, noise.counts)).toBe(true);
    expect(found.flatMap((one) => one.places)).toEqual(places);
  });

  test('cut at any byte gives the entries that are whole before it, and goes on from there', async () => {
    const { bytes, starts } = await written(SOME);
    for (let length = 0; length <= bytes.length; length++) {
      const file = disk.file(PATH);
      file.bytes = bytes.slice(0, length);
      const whole = starts.filter((start, i) => i > 0 && start <= length).length;
      const isTorn = length > PACK_HEADER_BYTES && !starts.includes(length);
      const { pack, ...found } = await reopen();
      expect(found).toMatchObject({
        entries: SOME.slice(0, whole),
        isDamaged: false,
        notices: isTorn ? [TORN] : [],
      });
      pack.append({ kind: 'begin', step: 77 });
      pack.close();
      const again = await reopen();
      expect(again).toMatchObject({
        entries: [...SOME.slice(0, whole), { kind: 'begin', step: 77 }],
        notices: [],
      });
      again.pack.close();
    }
  });

  test('with any byte changed says so, and gives all entries but the one it is in', async () => {
    const { bytes, starts } = await written(SOME);
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const file = disk.file(PATH);
        file.bytes = bytes.slice();
        file.bytes[at] = (bytes[at] ?? 0) ^ change;
        const hit = starts.findLastIndex((start) => start <= at);
        const isLast = hit === SOME.length - 1;
        const { pack, ...found } = await reopen();
        expect(found).toMatchObject({
          entries: SOME.filter((_, i) => i !== hit),
          isDamaged: !isLast,
          notices: [isLast ? TORN : DAMAGED],
        });
        pack.close();
      }
    }
  });

  test('followed by zeros, as after a power cut, is whole up to them', async () => {
    const { bytes } = await written(SOME);
    const file = disk.file(PATH);
    file.bytes = new Uint8Array(bytes.length + 10_000);
    file.bytes.set(bytes);
    const found = await reopen();
    expect(found).toMatchObject({ entries: SOME, isDamaged: false, notices: [TORN] });
    expect(file.bytes.length).toBe(bytes.length);
  });

  test('with damage longer than what is read at once goes on behind it', async () => {
    const { bytes } = await written(SOME);
    const file = disk.file(PATH);
    const gap = 9_000_001;
    file.bytes = new Uint8Array(bytes.length + gap).fill(0xd7);
    file.bytes.set(bytes.subarray(0, PACK_HEADER_BYTES));
    file.bytes.set(bytes.subarray(PACK_HEADER_BYTES), PACK_HEADER_BYTES + gap);
    expect(await reopen()).toMatchObject({ entries: SOME, isDamaged: true });
  });

  test('passes a record over that is whole but not what it should hold', async () => {
    const { bytes, starts } = await written(SOME);
    const file = disk.file(PATH);
    const [start = 0, end = 0] = [starts[1], starts[2]];
    file.bytes = bytes.slice();
    file.bytes[start + 3] = 99;
    const view = new DataView(file.bytes.buffer);
    view.setUint32(end - 4, crc32(file.bytes.subarray(start + 3, end - 4)), true);
    const found = await reopen();
    expect(found.entries).toEqual(SOME.filter((_, i) => i !== 1));
    expect(found.notices).toEqual([DAMAGED]);
  });
});

/** As `toEqual`, which is slow for a million numbers. */
function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Makes the pack one of another version of the format. */
function setVersion(version: number): void {
  const { bytes } = disk.file(PATH);
  const view = new DataView(bytes.buffer);
  view.setUint32(8, version, true);
  view.setUint32(20, crc32(bytes.subarray(0, 20)), true);
}

/** A batch of no masks is no entry in the file. */
function isWorthKeeping(entry: MaskLogEntry): boolean {
  return entry.kind !== 'put' || entry.masks.length > 0;
}

describe('opening', () => {
  test('of what the disk does not give takes nothing for damage', async () => {
    const { bytes } = await written(SOME);
    disk.isUnreadable = true;
    await expect(reopen()).rejects.toMatchObject({ code: 'file-invalid' });
    disk.isUnreadable = false;
    const pack = await packs.open(PROJECT);
    disk.isUnreadable = true;
    expect(() => pack.replay(() => {})).toThrow(expect.objectContaining({ code: 'file-invalid' }));
    pack.close();
    disk.isUnreadable = false;
    expect(disk.file(PATH).bytes).toEqual(bytes);
    expect((await reopen()).entries).toEqual(SOME);
  });

  test('takes over the first version, which lacks what was added since, and goes on in it', async () => {
    const { bytes } = await written(SOME);
    setVersion(1);
    const { pack, ...read } = await reopen();
    expect(read).toMatchObject({ entries: SOME, isDamaged: false, notices: [] });
    expect(disk.file(PATH).bytes).toEqual(bytes);
    const found = [{ objectId: objectId(1), frame: frameIndex(0), iou: 0.4 }];
    pack.append({ kind: 'compare', found });
    pack.close();
    expect((await reopen()).entries).toEqual([...SOME, { kind: 'compare', found }]);
  });

  test('refuses a newer version, and keeps the file', async () => {
    const { bytes } = await written(SOME);
    const file = disk.file(PATH);
    setVersion(3);
    const newer = file.bytes.slice();
    await expect(packs.open(PROJECT)).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('version 3'),
    });
    expect(file.bytes).toEqual(newer);
    expect(newer.length).toBe(bytes.length);
    expect(file.isLocked).toBe(false);
  });

  test('refuses a clip of another size, and keeps the file', async () => {
    const { bytes } = await written(SOME);
    const other = packs.open({ ...PROJECT, size: { width: 4, height: 5 } });
    await expect(other).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('5 × 4, the clip is 4 × 5'),
    });
    expect(disk.file(PATH).bytes).toEqual(bytes);
  });

  test('waits for a worker that is just ending', async () => {
    vi.useFakeTimers();
    const first = await write(SOME);
    const second = reopen();
    await vi.advanceTimersByTimeAsync(300);
    first.close();
    await vi.advanceTimersByTimeAsync(100);
    expect((await second).entries).toEqual(SOME);
  });

  test('says that another tab has the project', async () => {
    vi.useFakeTimers();
    await write(SOME);
    const second = expect(packs.open(PROJECT)).rejects.toMatchObject({
      code: 'project-in-use',
      message: 'This project is open in another tab.',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await second;
  });

  test.each([
    ['has no private files', new TypeError('navigator.storage is undefined'), 'file-write-failed'],
    ['keeps none', new DOMException('private', 'SecurityError'), 'file-write-failed'],
    ['is full', new DOMException('full', 'QuotaExceededError'), 'storage-full'],
  ])('where the browser %s says so', async (_what, error, code) => {
    disk.root.getDirectoryHandle = async () => {
      throw error;
    };
    const refusing = new MaskPacks(
      error instanceof TypeError ? () => Promise.reject(error) : async () => disk.handle,
    );
    await expect(refusing.open(PROJECT)).rejects.toMatchObject({ code });
    if (code === 'file-write-failed') expect(await refusing.list()).toEqual([]);
  });

  test('where there is no room for the header says so', async () => {
    disk.roomBytes = 3;
    await expect(packs.open(PROJECT)).rejects.toMatchObject({ code: 'storage-full' });
  });
});

describe('a full disk', () => {
  test.each(['part', 'error-code'] as const)(
    'leaves what was whole, and says so (%s)',
    async (how) => {
      disk.fullWrite = how;
      const pack = await write(SOME);
      disk.roomBytes = disk.usedBytes + 20;
      const more: MaskLogEntry = { kind: 'put', masks: [mask(1, 5, [3, 4, 13])] };
      expect(() => pack.append(more)).toThrow(expect.objectContaining({ code: 'storage-full' }));
      expect(pack.sizeBytes).toBe(disk.usedBytes);
      pack.close();
      expect(await reopen()).toMatchObject({ entries: SOME, notices: [] });
    },
  );

  test('that is found out late is told to the next who appends', async () => {
    vi.useFakeTimers();
    const pack = await write(SOME);
    disk.flushError = new DOMException('full', 'QuotaExceededError');
    await vi.advanceTimersByTimeAsync(1000);
    expect(() => pack.append({ kind: 'clear' })).toThrow(
      expect.objectContaining({ code: 'storage-full' }),
    );
  });
});

describe('what was written', () => {
  test('is flushed once within a second, however much it is', async () => {
    vi.useFakeTimers();
    const { pack } = await reopen();
    const before = { ...disk.counts };
    for (let i = 0; i < 50; i++) pack.append({ kind: 'begin', step: i });
    expect(disk.counts).toMatchObject({ write: before.write + 50, flush: before.flush });
    await vi.advanceTimersByTimeAsync(1000);
    expect(disk.counts.flush).toBe(before.flush + 1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(disk.counts.flush).toBe(before.flush + 1);
  });

  test('is flushed when it is closed, and not later', async () => {
    vi.useFakeTimers();
    const pack = await write(SOME);
    const before = disk.counts.flush;
    pack.close();
    expect(disk.counts.flush).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(disk.counts.flush).toBe(before + 1);
  });
});

describe('rewriting', () => {
  const FEWER: readonly MaskLogEntry[] = [
    { kind: 'drop', step: 4 },
    { kind: 'put', masks: [mask(9, 9, [1, 2, 17])] },
  ];

  test('replaces the file by one that holds just that, and goes on with it', async () => {
    const pack = await write(SOME);
    const [place] = await pack.rewrite(FEWER);
    expect(place && pack.read(place).counts).toEqual(Uint32Array.of(1, 2, 17));
    pack.append({ kind: 'begin', step: 5 });
    pack.close();
    expect(await reopen()).toMatchObject({
      entries: [...FEWER, { kind: 'begin', step: 5 }],
      notices: [],
    });
    expect(() => disk.file(`${PATH}.new`)).toThrow('no file');
  });

  test('without room for it leaves the file as it was', async () => {
    const pack = await write(SOME);
    disk.roomBytes = disk.usedBytes + 30;
    await expect(pack.rewrite(FEWER)).rejects.toMatchObject({ code: 'storage-full' });
    disk.roomBytes = Infinity;
    pack.append({ kind: 'begin', step: 5 });
    pack.close();
    expect((await reopen()).entries).toEqual([...SOME, { kind: 'begin', step: 5 }]);
    expect(() => disk.file(`${PATH}.new`)).toThrow('no file');
  });

  test('that was cut short does not disturb the next', async () => {
    const pack = await write(SOME);
    pack.close();
    const folder = await (await disk.root.getDirectoryHandle('projects')).getDirectoryHandle('one');
    const leftover = await folder.getFileHandle('masks.pack.new', { create: true });
    leftover.bytes = new Uint8Array(5000).fill(7);
    const again = await reopen();
    expect(again.entries).toEqual(SOME);
    await again.pack.rewrite(FEWER);
    again.pack.close();
    expect((await reopen()).entries).toEqual(FEWER);
  });

  test('repairs a damaged header', async () => {
    await written(SOME);
    disk.file(PATH).bytes[2] = 0;
    const damaged = await reopen();
    expect(damaged).toMatchObject({ entries: SOME, isDamaged: true });
    await damaged.pack.rewrite(damaged.entries);
    damaged.pack.close();
    expect(await reopen()).toMatchObject({ entries: SOME, isDamaged: false, notices: [] });
  });
});

describe('projects', () => {
  test('are listed and deleted', async () => {
    (await write(SOME)).close();
    (await packs.open({ projectId: 'two', size: SIZE })).close();
    expect((await packs.list()).toSorted()).toEqual(['one', 'two']);
    await packs.delete('one');
    await packs.delete('never-there');
    expect(await packs.list()).toEqual(['two']);
    expect((await reopen()).entries).toEqual([]);
  });

  test('that another tab has open are not deleted', async () => {
    vi.useFakeTimers();
    await write(SOME);
    const deleting = expect(packs.delete('one')).rejects.toMatchObject({ code: 'project-in-use' });
    await vi.advanceTimersByTimeAsync(5000);
    await deleting;
    expect(disk.file(PATH).bytes.length).toBeGreaterThan(100);
  });

  test('have names that are no paths', async () => {
    await expect(packs.delete('../other')).rejects.toThrow('Invariant');
    await expect(packs.open({ ...PROJECT, projectId: '' })).rejects.toThrow('Invariant');
  });

  test('whose mask cannot be read any more say so', async () => {
    const { pack } = await reopen();
    const [place] = pack.append({ kind: 'put', masks: [mask(1, 0, [3, 4, 13])] });
    disk.file(PATH).bytes.fill(0);
    expect(() => place && pack.read(place)).toThrow(
      expect.objectContaining({ code: 'file-invalid' }),
    );
  });
});
