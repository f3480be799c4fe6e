import * as fc from 'fast-check';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { frameIndex, objectId } from '../../../../src/core/ids.ts';
import type { MaskRle } from '../../../../src/core/rle.ts';
import { MaskKeeper } from '../../../../src/media/masklets/mask-keeper.ts';
import type { SavingStopped, SummarisedMask } from '../../../../src/protocol/media-api.ts';
import { MaskPacks } from '../../../../src/storage/mask-packs.ts';
import { anyLargeMask, anyMaskAction } from '../../../helpers/mask-actions.ts';
import { MemoryDisk } from '../../../helpers/memory-directory.ts';
import { doTo, NaiveMaskWork } from '../../../helpers/naive-mask-work.ts';

// The keeper over real packs, on a disk in memory that can be full and refuse.

const SIZE = { width: 64, height: 48 };
const PATH = 'projects/one/masks.pack';

let disk: MemoryDisk;
let told: SavingStopped[];
let closed: number;

beforeEach(() => {
  disk = new MemoryDisk();
  told = [];
  closed = 0;
});

function buildKeeper(historyBytes = 1 << 24, own = disk): MaskKeeper {
  const keeper = new MaskKeeper({
    logs: new MaskPacks(async () => own.handle),
    historyBytes,
  });
  keeper.reset(SIZE);
  return keeper;
}

function open(keeper: MaskKeeper, projectId = 'one') {
  return keeper.openPack({
    projectId,
    size: SIZE,
    onSavingStopped: (reason) => told.push(reason),
    onClosed: () => closed++,
  });
}

/** As after a worker was killed: nothing was closed. */
async function reopened(historyBytes?: number) {
  disk.file(PATH).isLocked = false;
  const keeper = buildKeeper(historyBytes);
  return { keeper, ...(await open(keeper)) };
}

/** A mask of so many runs. */
function mask(object: number, frame: number, runs = 5): SummarisedMask {
  const counts = new Uint32Array(runs).fill(1);
  counts[runs - 1] = SIZE.width * SIZE.height - runs + 1;
  return {
    objectId: objectId(object),
    frame: frameIndex(frame),
    mask: { ...SIZE, counts },
    origin: 'tracked',
    predictedIou: 0.5,
  };
}

function masksOf(keeper: MaskKeeper): MaskRle[] {
  const all = keeper.masklets.masksOfFrames(frameIndex(0), frameIndex(1_000_000));
  return all.map((own) => own.mask);
}

describe('a project', () => {
  test('is there again with masks and steps when the worker was killed', async () => {
    const keeper = buildKeeper();
    expect(await open(keeper)).toEqual({
      summaries: [],
      firstStep: 1,
      nextStep: 1,
      endStep: 1,
      notices: [],
    });
    await keeper.begin(1);
    await keeper.put([mask(1, 0), mask(2, 0, 9)]);
    await keeper.begin(2);
    await keeper.remove(objectId(1));
    await keeper.revert(2);
    const again = await reopened();
    expect(again).toMatchObject({
      summaries: [
        { objectId: 1, frame: 0, areaPx: 2, origin: 'tracked', predictedIou: 0.5 },
        { objectId: 2, frame: 0, areaPx: 4 },
      ],
      firstStep: 1,
      nextStep: 2,
      endStep: 3,
      notices: [],
    });
    expect(masksOf(again.keeper)).toEqual(masksOf(keeper));
    const redone = { put: [], removed: [{ objectId: 1, frames: [0] }] };
    expect(await again.keeper.reapply(2)).toEqual(redone);
  });

  test('is as it was whatever is done to it, with masks read back from the disk', async () => {
    // Enough for the changes of all steps, but not for the masks.
    const LITTLE_BYTES = 1 << 16;
    let reads = 0;
    const actions = fc.array(anyMaskAction(anyLargeMask(SIZE)), { minLength: 30, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(fc.array(actions, { minLength: 1, maxLength: 3 }), async (lives) => {
        disk = new MemoryDisk();
        const naive = new NaiveMaskWork();
        let keeper = buildKeeper(LITTLE_BYTES);
        await open(keeper);
        for (const life of lives) {
          const before = disk.counts.read;
          for (const action of life) {
            await doTo(keeper, action, naive);
            doTo(naive, action, naive);
          }
          reads += disk.counts.read - before;
          const { firstStep, nextStep, endStep } = naive;
          const again = await reopened(LITTLE_BYTES);
          ({ keeper } = again);
          const { summaries } = again;
          expect(again).toMatchObject({ firstStep, nextStep, endStep, notices: [] });
          expect(summaries).toEqual(naive.summaries());
          expect(masksOf(keeper)).toEqual(naive.runs());
        }
      }),
      { numRuns: 12 },
    );
    expect(reads).toBeGreaterThan(0);
  });

  test('has its own masks, not those of the one that was open before', async () => {
    const keeper = buildKeeper();
    await open(keeper, 'one');
    await keeper.put([mask(1, 0)]);
    expect((await open(keeper, 'two')).summaries).toEqual([]);
    await keeper.put([mask(2, 0)]);
    expect((await open(keeper, 'one')).summaries).toMatchObject([{ objectId: 1 }]);
    expect(closed).toBe(2);
    expect((await keeper.savedPacks()).toSorted()).toEqual(['one', 'two']);
  });

  test('keeps its masks when another clip is opened, and when it is closed', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    await keeper.put([mask(1, 0)]);
    await keeper.settled();
    keeper.reset({ width: 8, height: 8 });
    expect(masksOf(keeper)).toEqual([]);
    keeper.reset(SIZE);
    expect((await open(keeper)).summaries).toHaveLength(1);
    await keeper.closePack();
    expect(masksOf(keeper)).toHaveLength(1);
    await keeper.clear();
    expect((await open(keeper)).summaries).toHaveLength(1);
  });

  test('that is deleted is gone, its masks stay on the stage', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    await keeper.put([mask(1, 0)]);
    await keeper.deletePack('one');
    expect(await keeper.savedPacks()).toEqual([]);
    expect(masksOf(keeper)).toHaveLength(1);
    expect((await open(keeper)).summaries).toEqual([]);
  });

  test('that another tab has open is refused; masks stay and are not saved', async () => {
    vi.useFakeTimers();
    try {
      const other = buildKeeper();
      await open(other);
      const keeper = buildKeeper();
      await keeper.put([mask(1, 0)]);
      const opening = expect(open(keeper)).rejects.toMatchObject({ code: 'project-in-use' });
      await vi.advanceTimersByTimeAsync(5000);
      await opening;
      expect(masksOf(keeper)).toHaveLength(1);
      expect(closed).toBe(1);
      await keeper.put([mask(1, 1)]);
      await other.closePack();
      expect((await open(buildKeeper())).summaries).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('changes', () => {
  test('that come while a pack is opened are made when it is open, and saved', async () => {
    const keeper = buildKeeper();
    const opening = open(keeper);
    const putting = keeper.put([mask(1, 0)]);
    const stepping = keeper.begin(1);
    expect((await opening).summaries).toEqual([]);
    await Promise.all([putting, stepping]);
    expect(await reopened()).toMatchObject({ summaries: { length: 1 }, nextStep: 2 });
  });

  test('take turns with openings and closings', async () => {
    const keeper = buildKeeper();
    const done = [
      open(keeper, 'one'),
      keeper.put([mask(1, 0)]),
      open(keeper, 'two'),
      keeper.put([mask(2, 0)]),
      keeper.deletePack('one'),
    ];
    await Promise.all(done);
    expect(await keeper.savedPacks()).toEqual(['two']);
  });
});

describe('a pack of which more than half is of no use', () => {
  test('is rewritten when it is opened, with all that can be brought back', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    for (let step = 1; step <= 300; step++) {
      await keeper.begin(step);
      // About 2500 runs of a byte each.
      await keeper.put([mask(1, 0, 2500), mask(2, step % 7, 2500)]);
      if (step > 20) await keeper.drop(step - 20);
    }
    await keeper.revert(300);
    const before = disk.usedBytes;
    const again = await reopened(60_000);
    expect(disk.usedBytes).toBeLessThan(before / 5);
    expect(again).toMatchObject({ firstStep: 281, nextStep: 300, endStep: 301, notices: [] });
    expect(masksOf(again.keeper)).toEqual(masksOf(keeper));
    // Back and forth through all steps, from the rewritten file.
    for (let step = 299; step >= 281; step--) {
      expect(await again.keeper.revert(step)).toEqual(await keeper.revert(step));
    }
    for (let step = 281; step <= 300; step++) {
      expect(await again.keeper.reapply(step)).toEqual(await keeper.reapply(step));
    }
    expect(masksOf(again.keeper)).toEqual(masksOf(keeper));
  });

  test('is left as it is where there is no room to rewrite it', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    for (let i = 0; i < 500; i++) await keeper.put([mask(1, 0, 2500)]);
    const before = disk.usedBytes;
    disk.roomBytes = before + 100;
    const again = await reopened();
    expect([disk.usedBytes, told, again.notices]).toEqual([before, [], []]);
    disk.roomBytes = Infinity;
    await again.keeper.put([mask(3, 3)]);
    expect((await reopened()).summaries).toHaveLength(2);
    expect(disk.usedBytes).toBeLessThan(10_000);
  });

  test('that is small is left as it is', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    for (let i = 0; i < 50; i++) await keeper.put([mask(1, 0)]);
    const before = disk.usedBytes;
    await reopened();
    expect(disk.usedBytes).toBe(before);
  });
});

describe('a damaged pack', () => {
  test('gives what is left, says so once, and is whole afterwards', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    for (let frame = 0; frame < 20; frame++) await keeper.put([mask(1, frame)]);
    const { bytes } = disk.file(PATH);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 8;
    const again = await reopened();
    expect(again.summaries).toHaveLength(19);
    expect(again.notices).toEqual([expect.stringContaining('damaged')]);
    expect(await reopened()).toMatchObject({ summaries: { length: 19 }, notices: [] });
  });

  test('that cannot be read leaves no half of it on the stage, and is not touched', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    for (let frame = 0; frame < 5; frame++) await keeper.put([mask(1, frame)]);
    await keeper.closePack();
    const { bytes } = disk.file(PATH);
    const before = bytes.slice();
    const later = buildKeeper();
    disk.isUnreadable = true;
    await expect(open(later)).rejects.toMatchObject({ code: 'file-invalid' });
    expect([masksOf(later), told, closed]).toEqual([[], [], 2]);
    disk.isUnreadable = false;
    expect((await open(later)).summaries).toHaveLength(5);
    expect(disk.file(PATH).bytes).toEqual(before);
  });
});

describe('a full disk', () => {
  test('is told once; work goes on in memory, and what was saved stays', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    await keeper.begin(1);
    await keeper.put([mask(1, 0)]);
    disk.roomBytes = disk.usedBytes + 10;
    await keeper.put([mask(1, 1)]);
    await keeper.begin(2);
    await keeper.put([mask(1, 2)]);
    expect(told).toEqual([
      {
        message: 'There is no room left to save masks.',
        hint: expect.stringContaining('Free disk space'),
      },
    ]);
    expect(masksOf(keeper)).toHaveLength(3);
    await keeper.revert(2);
    expect(masksOf(keeper)).toHaveLength(2);
    const again = await reopened();
    expect(again).toMatchObject({ summaries: { length: 1 }, nextStep: 2, notices: [] });
  });

  test('with room again, takes all of it when saving is resumed', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    disk.roomBytes = disk.usedBytes;
    await keeper.begin(1);
    await keeper.put([mask(1, 0), mask(1, 1)]);
    await expect(keeper.resumeSaving()).rejects.toMatchObject({ code: 'storage-full' });
    disk.roomBytes = Infinity;
    await keeper.resumeSaving();
    await keeper.begin(2);
    await keeper.remove(objectId(1));
    const again = await reopened();
    expect(again).toMatchObject({ summaries: [], firstStep: 1, nextStep: 3, endStep: 3 });
    expect((await again.keeper.revert(2)).put).toHaveLength(2);
    expect(told).toHaveLength(1);
  });

  test('from the beginning is no hindrance, and saving is resumed with room', async () => {
    disk.roomBytes = 5;
    const keeper = buildKeeper();
    expect(await open(keeper)).toMatchObject({ summaries: [], nextStep: 1 });
    expect(told).toHaveLength(1);
    await keeper.begin(1);
    await keeper.put([mask(1, 0)]);
    disk.roomBytes = Infinity;
    await keeper.resumeSaving();
    expect(await reopened()).toMatchObject({ summaries: { length: 1 }, nextStep: 2 });
  });

  test('never has saved work replaced by less', async () => {
    const keeper = buildKeeper();
    await open(keeper);
    await keeper.put([mask(1, 0)]);
    await keeper.closePack();
    const file = disk.file(PATH);
    const opener = file.createSyncAccessHandle.bind(file);
    file.createSyncAccessHandle = async () => {
      throw new DOMException('busy', 'UnknownError');
    };
    const later = buildKeeper();
    await open(later);
    file.createSyncAccessHandle = opener;
    await expect(later.resumeSaving()).rejects.toMatchObject({ code: 'file-invalid' });
    expect((await reopened()).summaries).toHaveLength(1);
  });

  test('limits what can be undone to what memory holds', async () => {
    const keeper = buildKeeper(50_000);
    await open(keeper);
    disk.roomBytes = disk.usedBytes;
    for (let step = 1; step <= 20; step++) {
      await keeper.begin(step);
      await keeper.put([mask(1, 0, 2500)]);
    }
    await keeper.revert(20);
    await expect(
      (async () => {
        for (let step = 19; step > 0; step--) await keeper.revert(step);
      })(),
    ).rejects.toMatchObject({ code: 'step-forgotten' });
  });
});

describe('a history longer than memory', () => {
  test('is read back from the disk', async () => {
    const keeper = buildKeeper(50_000);
    await open(keeper);
    for (let step = 1; step <= 40; step++) {
      await keeper.begin(step);
      await keeper.put([mask(1, 0, 2501 - 2 * step)]);
    }
    const before = disk.counts.read;
    for (let step = 40; step > 1; step--) {
      const { put } = await keeper.revert(step);
      expect(put.map(({ areaPx }) => areaPx)).toEqual([1251 - step]);
      expect(masksOf(keeper)[0]?.counts).toHaveLength(2503 - 2 * step);
    }
    expect(disk.counts.read - before).toBeGreaterThan(20);
  });
});
