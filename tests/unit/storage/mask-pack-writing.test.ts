import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { MaskLogEntry } from '../../../src/core/mask-log.ts';
import { mask, PackLab, PATH, PROJECT, SIZE, SOME } from '../../helpers/pack-lab.ts';

let lab: PackLab;

beforeEach(() => {
  lab = new PackLab();
});

afterEach(() => vi.useRealTimers());

describe('a full disk', () => {
  test.each(['part', 'error-code'] as const)(
    'leaves what was whole, and says so (%s)',
    async (how) => {
      lab.disk.fullWrite = how;
      const pack = await lab.write(SOME);
      lab.disk.roomBytes = lab.disk.usedBytes + 20;
      const more: MaskLogEntry = { kind: 'put', masks: [mask(1, 5, [3, 4, 13])] };
      expect(() => pack.append(more)).toThrow(expect.objectContaining({ code: 'storage-full' }));
      expect(pack.sizeBytes).toBe(lab.disk.usedBytes);
      pack.close();
      expect(await lab.reopen()).toMatchObject({ entries: SOME, notices: [] });
    },
  );

  test('that is found out late is told to the next who appends', async () => {
    vi.useFakeTimers();
    const pack = await lab.write(SOME);
    lab.disk.flushError = new DOMException('full', 'QuotaExceededError');
    await vi.advanceTimersByTimeAsync(1000);
    expect(() => pack.append({ kind: 'clear' })).toThrow(
      expect.objectContaining({ code: 'storage-full' }),
    );
  });
});

describe('what was written', () => {
  test('is flushed once within a second, however much it is', async () => {
    vi.useFakeTimers();
    const { pack } = await lab.reopen();
    const before = { ...lab.disk.counts };
    for (let i = 0; i < 50; i++) pack.append({ kind: 'begin', step: i });
    expect(lab.disk.counts).toMatchObject({ write: before.write + 50, flush: before.flush });
    await vi.advanceTimersByTimeAsync(1000);
    expect(lab.disk.counts.flush).toBe(before.flush + 1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(lab.disk.counts.flush).toBe(before.flush + 1);
  });

  test('is flushed when it is closed, and not later', async () => {
    vi.useFakeTimers();
    const pack = await lab.write(SOME);
    const before = lab.disk.counts.flush;
    pack.close();
    expect(lab.disk.counts.flush).toBe(before + 1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(lab.disk.counts.flush).toBe(before + 1);
  });
});

describe('rewriting', () => {
  const FEWER: readonly MaskLogEntry[] = [
    { kind: 'drop', step: 4 },
    { kind: 'put', masks: [mask(9, 9, [1, 2, 17])] },
  ];

  test('replaces the file by one that holds just that, and goes on with it', async () => {
    const pack = await lab.write(SOME);
    const [place] = await pack.rewrite(FEWER);
    expect(place && pack.read(place).counts).toEqual(Uint32Array.of(1, 2, 17));
    pack.append({ kind: 'begin', step: 5 });
    pack.close();
    expect(await lab.reopen()).toMatchObject({
      entries: [...FEWER, { kind: 'begin', step: 5 }],
      notices: [],
    });
    expect(() => lab.disk.file(`${PATH}.new`)).toThrow('no file');
  });

  test('without room for it leaves the file as it was', async () => {
    const pack = await lab.write(SOME);
    lab.disk.roomBytes = lab.disk.usedBytes + 30;
    await expect(pack.rewrite(FEWER)).rejects.toMatchObject({ code: 'storage-full' });
    lab.disk.roomBytes = Infinity;
    pack.append({ kind: 'begin', step: 5 });
    pack.close();
    expect((await lab.reopen()).entries).toEqual([...SOME, { kind: 'begin', step: 5 }]);
    expect(() => lab.disk.file(`${PATH}.new`)).toThrow('no file');
  });

  test('that was cut short does not disturb the next', async () => {
    const pack = await lab.write(SOME);
    pack.close();
    const folder = await (
      await lab.disk.root.getDirectoryHandle('projects')
    ).getDirectoryHandle('one');
    const leftover = await folder.getFileHandle('masks.pack.new', { create: true });
    leftover.bytes = new Uint8Array(5000).fill(7);
    const again = await lab.reopen();
    expect(again.entries).toEqual(SOME);
    await again.pack.rewrite(FEWER);
    again.pack.close();
    expect((await lab.reopen()).entries).toEqual(FEWER);
  });

  test('repairs a damaged header', async () => {
    await lab.written(SOME);
    lab.disk.file(PATH).bytes[2] = 0;
    const damaged = await lab.reopen();
    expect(damaged).toMatchObject({ entries: SOME, isDamaged: true });
    await damaged.pack.rewrite(damaged.entries);
    damaged.pack.close();
    expect(await lab.reopen()).toMatchObject({ entries: SOME, isDamaged: false, notices: [] });
  });
});

describe('projects', () => {
  test('are listed and deleted', async () => {
    (await lab.write(SOME)).close();
    (await lab.packs.open({ projectId: 'two', size: SIZE })).close();
    expect((await lab.packs.list()).toSorted()).toEqual(['one', 'two']);
    await lab.packs.delete('one');
    await lab.packs.delete('never-there');
    expect(await lab.packs.list()).toEqual(['two']);
    expect((await lab.reopen()).entries).toEqual([]);
  });

  test('that another tab has open are not deleted', async () => {
    vi.useFakeTimers();
    await lab.write(SOME);
    const deleting = expect(lab.packs.delete('one')).rejects.toMatchObject({
      code: 'project-in-use',
    });
    await vi.advanceTimersByTimeAsync(5000);
    await deleting;
    expect(lab.disk.file(PATH).bytes.length).toBeGreaterThan(100);
  });

  test('have names that are no paths', async () => {
    await expect(lab.packs.delete('../other')).rejects.toThrow('Invariant');
    await expect(lab.packs.open({ ...PROJECT, projectId: '' })).rejects.toThrow('Invariant');
  });

  test('whose mask cannot be read any more say so', async () => {
    const { pack } = await lab.reopen();
    const [place] = pack.append({ kind: 'put', masks: [mask(1, 0, [3, 4, 13])] });
    lab.disk.file(PATH).bytes.fill(0);
    expect(() => place && pack.read(place)).toThrow(
      expect.objectContaining({ code: 'file-invalid' }),
    );
  });
});
