import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { crc32 } from '../../../src/core/crc32.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { MaskLogEntry } from '../../../src/core/mask-log.ts';
import { PACK_HEADER_BYTES } from '../../../src/storage/mask-pack-header.ts';
import type { PackedEntry } from '../../../src/storage/mask-pack-records.ts';
import { MaskPacks } from '../../../src/storage/mask-packs.ts';
import { anyMask, anySummarisedMask } from '../../helpers/mask-actions.ts';
import { mask, PackLab, PATH, PROJECT, SIZE, SOME } from '../../helpers/pack-lab.ts';

const TORN = expect.stringContaining('not saved whole');
const DAMAGED = expect.stringContaining('damaged');

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

let lab: PackLab;

beforeEach(() => {
  lab = new PackLab();
});

afterEach(() => vi.useRealTimers());

describe('a pack', () => {
  test('gives back any entries, and where their masks lie', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyEntry, { maxLength: 20 }), async (entries) => {
        lab = new PackLab();
        const own = lab.packs;
        const { pack } = await lab.reopen(own);
        const places = entries.map((entry) => pack.append(entry));
        pack.close();
        const again = await lab.reopen(own);
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
    await lab.write(SOME);
    // The worker is gone, and its lock with it.
    lab.disk.file(PATH).isLocked = false;
    expect((await lab.reopen()).entries).toEqual(SOME);
  });

  test('parts a large batch into records that hold some masks each', async () => {
    const size = { width: 1024, height: 1024 };
    const noise = { ...size, counts: new Uint32Array(1 << 20).fill(1) };
    const masks = [0, 1, 2].map((frame) => ({ ...mask(1, frame, []), mask: noise }));
    const large = { projectId: 'large', size };
    const pack = await lab.packs.open(large);
    pack.replay(() => {});
    const places = pack.append({ kind: 'put', masks });
    pack.close();
    const again = await lab.packs.open(large);
    const found: PackedEntry[] = [];
    again.replay((one) => found.push(one));
    const batches = found.map(({ entry }) => (entry.kind === 'put' ? entry.masks : []));
    expect(batches.map((batch) => batch.map(({ frame }) => frame))).toEqual([[0], [1], [2]]);
    for (const own of batches.flat()) expect(isSame(own.mask.counts, noise.counts)).toBe(true);
    expect(found.flatMap((one) => one.places)).toEqual(places);
  });

  test('cut at any byte gives the entries that are whole before it, and goes on from there', async () => {
    const { bytes, starts } = await lab.written(SOME);
    for (let length = 0; length <= bytes.length; length++) {
      const file = lab.disk.file(PATH);
      file.bytes = bytes.slice(0, length);
      const whole = starts.filter((start, i) => i > 0 && start <= length).length;
      const isTorn = length > PACK_HEADER_BYTES && !starts.includes(length);
      const { pack, ...found } = await lab.reopen();
      expect(found).toMatchObject({
        entries: SOME.slice(0, whole),
        isDamaged: false,
        notices: isTorn ? [TORN] : [],
      });
      pack.append({ kind: 'begin', step: 77 });
      pack.close();
      const again = await lab.reopen();
      expect(again).toMatchObject({
        entries: [...SOME.slice(0, whole), { kind: 'begin', step: 77 }],
        notices: [],
      });
      again.pack.close();
    }
  });

  test('with any byte changed says so, and gives all entries but the one it is in', async () => {
    const { bytes, starts } = await lab.written(SOME);
    for (let at = 0; at < bytes.length; at++) {
      for (const change of [0x01, 0x80, 0xff]) {
        const file = lab.disk.file(PATH);
        file.bytes = bytes.slice();
        file.bytes[at] = (bytes[at] ?? 0) ^ change;
        const hit = starts.findLastIndex((start) => start <= at);
        const isLast = hit === SOME.length - 1;
        const { pack, ...found } = await lab.reopen();
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
    const { bytes } = await lab.written(SOME);
    const file = lab.disk.file(PATH);
    file.bytes = new Uint8Array(bytes.length + 10_000);
    file.bytes.set(bytes);
    const found = await lab.reopen();
    expect(found).toMatchObject({ entries: SOME, isDamaged: false, notices: [TORN] });
    expect(file.bytes.length).toBe(bytes.length);
  });

  test('with damage longer than what is read at once goes on behind it', async () => {
    const { bytes } = await lab.written(SOME);
    const file = lab.disk.file(PATH);
    const gap = 9_000_001;
    file.bytes = new Uint8Array(bytes.length + gap).fill(0xd7);
    file.bytes.set(bytes.subarray(0, PACK_HEADER_BYTES));
    file.bytes.set(bytes.subarray(PACK_HEADER_BYTES), PACK_HEADER_BYTES + gap);
    expect(await lab.reopen()).toMatchObject({ entries: SOME, isDamaged: true });
  });

  test('passes a record over that is whole but not what it should hold', async () => {
    const { bytes, starts } = await lab.written(SOME);
    const file = lab.disk.file(PATH);
    const [start = 0, end = 0] = [starts[1], starts[2]];
    file.bytes = bytes.slice();
    file.bytes[start + 3] = 99;
    const view = new DataView(file.bytes.buffer);
    view.setUint32(end - 4, crc32(file.bytes.subarray(start + 3, end - 4)), true);
    const found = await lab.reopen();
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
  const { bytes } = lab.disk.file(PATH);
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
    const { bytes } = await lab.written(SOME);
    lab.disk.isUnreadable = true;
    await expect(lab.reopen()).rejects.toMatchObject({ code: 'file-invalid' });
    lab.disk.isUnreadable = false;
    const pack = await lab.packs.open(PROJECT);
    lab.disk.isUnreadable = true;
    expect(() => pack.replay(() => {})).toThrow(expect.objectContaining({ code: 'file-invalid' }));
    pack.close();
    lab.disk.isUnreadable = false;
    expect(lab.disk.file(PATH).bytes).toEqual(bytes);
    expect((await lab.reopen()).entries).toEqual(SOME);
  });

  test('takes over the first version, which lacks what was added since, and goes on in it', async () => {
    const { bytes } = await lab.written(SOME);
    setVersion(1);
    const { pack, ...read } = await lab.reopen();
    expect(read).toMatchObject({ entries: SOME, isDamaged: false, notices: [] });
    expect(lab.disk.file(PATH).bytes).toEqual(bytes);
    const found = [{ objectId: objectId(1), frame: frameIndex(0), iou: 0.4 }];
    pack.append({ kind: 'compare', found });
    pack.close();
    expect((await lab.reopen()).entries).toEqual([...SOME, { kind: 'compare', found }]);
  });

  test('refuses a newer version, and keeps the file', async () => {
    const { bytes } = await lab.written(SOME);
    const file = lab.disk.file(PATH);
    setVersion(3);
    const newer = file.bytes.slice();
    await expect(lab.packs.open(PROJECT)).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('version 3'),
    });
    expect(file.bytes).toEqual(newer);
    expect(newer.length).toBe(bytes.length);
    expect(file.isLocked).toBe(false);
  });

  test('refuses a clip of another size, and keeps the file', async () => {
    const { bytes } = await lab.written(SOME);
    const other = lab.packs.open({ ...PROJECT, size: { width: 4, height: 5 } });
    await expect(other).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('5 × 4, the clip is 4 × 5'),
    });
    expect(lab.disk.file(PATH).bytes).toEqual(bytes);
  });

  test('waits for a worker that is just ending', async () => {
    vi.useFakeTimers();
    const first = await lab.write(SOME);
    const second = lab.reopen();
    await vi.advanceTimersByTimeAsync(300);
    first.close();
    await vi.advanceTimersByTimeAsync(100);
    expect((await second).entries).toEqual(SOME);
  });

  test('says that another tab has the project', async () => {
    vi.useFakeTimers();
    await lab.write(SOME);
    const second = expect(lab.packs.open(PROJECT)).rejects.toMatchObject({
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
    lab.disk.root.getDirectoryHandle = async () => {
      throw error;
    };
    const refusing = new MaskPacks(
      error instanceof TypeError ? () => Promise.reject(error) : async () => lab.disk.handle,
    );
    await expect(refusing.open(PROJECT)).rejects.toMatchObject({ code });
    if (code === 'file-write-failed') expect(await refusing.list()).toEqual([]);
  });

  test('where there is no room for the header says so', async () => {
    lab.disk.roomBytes = 3;
    await expect(lab.packs.open(PROJECT)).rejects.toMatchObject({ code: 'storage-full' });
  });
});
