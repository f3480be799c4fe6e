import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../../src/core/ids.ts';
import type { MaskLogEntry, MaskPlace } from '../../../../src/core/mask-log.ts';
import { encodeRle, type MaskRle } from '../../../../src/core/rle.ts';
import type { KeptEntry } from '../../../../src/media/masklets/mask-log.ts';
import { MaskWork, type MaskWorkLog } from '../../../../src/media/masklets/mask-work.ts';
import type { MaskChanges, SummarisedMask } from '../../../../src/protocol/media-api.ts';
import { anyLargeMask, anyMask, anyMaskAction } from '../../../helpers/mask-actions.ts';
import { doTo, NaiveMaskWork, sortedChanges } from '../../../helpers/naive-mask-work.ts';

const SIZE = { width: 9, height: 7 };
const MUG = objectId(1);
const HAND = objectId(2);
const MANY_BYTES = 1 << 24;
/** Masks of it may take 16 KiB. */
const LARGE = { width: 64, height: 64 };

/** A log in memory. */
class ListLog implements MaskWorkLog {
  kept: KeptEntry[] = [];
  reads = 0;
  flushes = 0;
  readonly #masks: MaskRle[] = [];

  append(entry: MaskLogEntry): readonly MaskPlace[] {
    const places = entry.kind === 'put' ? entry.masks.map(({ mask }) => this.#place(mask)) : [];
    this.kept.push({ entry, places });
    return places;
  }

  read({ at }: MaskPlace): MaskRle {
    this.reads++;
    const mask = this.#masks[at];
    if (mask === undefined) throw new Error(`nothing is kept at ${at}`);
    return mask;
  }

  flush(): void {
    this.flushes++;
  }

  #place(mask: MaskRle): MaskPlace {
    return { at: this.#masks.push(mask) - 1, byteLength: 10 };
  }
}

/** Saves nothing. */
const NO_LOG: MaskWorkLog = {
  append: () => [],
  read: () => {
    throw new Error('nothing is saved');
  },
  flush: () => {},
};

interface Build {
  readonly log?: MaskWorkLog;
  readonly historyBytes?: number;
  readonly size?: Size;
}

function buildWork({ log = NO_LOG, historyBytes = MANY_BYTES, size = SIZE }: Build = {}): MaskWork {
  const work = new MaskWork({ log, historyBytes });
  work.reset(size);
  return work;
}

function reopened({ log, ...rest }: Build & { readonly log: ListLog }): MaskWork {
  const work = buildWork({ log, ...rest });
  for (const kept of log.kept) expect(work.replay(kept)).toBe(true);
  return work;
}

/** Makes the log as short as it can be. */
function rewrite(work: MaskWork, log: ListLog): void {
  const { entries, versions } = work.snapshot();
  const written = [...entries];
  log.kept = [];
  work.setPlaces(
    versions,
    written.flatMap((entry) => log.append(entry)),
  );
}

function runsOf(work: MaskWork): MaskRle[] {
  return work.masklets.all().map(({ mask }) => mask);
}

function expectSame(work: MaskWork, naive: NaiveMaskWork): void {
  const { firstStep, nextStep, endStep } = naive;
  const summaries = naive.summaries();
  expect(work.contents()).toEqual({ summaries, firstStep, nextStep, endStep });
  expect(runsOf(work)).toEqual(naive.runs());
}

function isChanges(value: unknown): value is MaskChanges {
  return typeof value === 'object' && value !== null && 'put' in value;
}

/** A mask whose area tells it from others. */
function mask(object: number, frame: number, areaPx: number): SummarisedMask {
  const data = new Uint8Array(SIZE.width * SIZE.height).fill(1, 0, areaPx);
  return {
    objectId: objectId(object),
    frame: frameIndex(frame),
    mask: encodeRle({ ...SIZE, data }),
    origin: 'tracked',
  };
}

function areas(work: MaskWork): string[] {
  return work.contents().summaries.map((s) => `${s.objectId}@${s.frame}: ${s.areaPx}`);
}

describe('whatever is done to masks and steps', () => {
  const doings = (masks: fc.Arbitrary<MaskRle>) =>
    fc.array(
      fc.oneof(
        { weight: 8, arbitrary: anyMaskAction(masks) },
        { weight: 1, arbitrary: fc.constantFrom('reopen' as const, 'rewrite' as const) },
      ),
      { maxLength: 60, size: 'max' },
    );

  test.each([
    { what: 'in memory', size: SIZE, masks: anyMask(SIZE), historyBytes: MANY_BYTES },
    { what: 'in the log', size: LARGE, masks: anyLargeMask(LARGE), historyBytes: 1 << 17 },
  ])(
    'is as if all masks had been copied at each step, with history $what',
    ({ size, masks, historyBytes }) => {
      let reads = 0;
      fc.assert(
        fc.property(doings(masks), (list) => {
          const log = new ListLog();
          const naive = new NaiveMaskWork();
          let work = buildWork({ log, historyBytes, size });
          for (const action of list) {
            if (action === 'reopen') work = reopened({ log, historyBytes, size });
            else if (action === 'rewrite') rewrite(work, log);
            else {
              const done = doTo(work, action, naive);
              const meant = doTo(naive, action, naive);
              if (isChanges(done) && isChanges(meant)) {
                expect(sortedChanges(done)).toEqual(sortedChanges(meant));
              }
            }
            expectSame(work, naive);
          }
          reads += log.reads;
          expectSame(reopened({ log, size }), naive);
        }),
        { numRuns: 100 },
      );
      // With little memory masks came back from the log, with much they did not.
      expect(reads > 0).toBe(historyBytes < MANY_BYTES);
    },
  );

  /** Less than what a long history takes. */
  const SMALL_BYTES = 6000;

  test('never takes more memory for history than it may, saved or not', () => {
    fc.assert(
      fc.property(
        fc.array(anyMaskAction(anyMask(SIZE)), { maxLength: 60, size: 'max' }),
        fc.boolean(),
        (list, isSaved) => {
          const log = new ListLog();
          const work = buildWork({ log: isSaved ? log : NO_LOG, historyBytes: SMALL_BYTES });
          for (const action of list) {
            const { firstStep, nextStep, endStep } = work.contents();
            const steps = Object.assign(new NaiveMaskWork(), { firstStep, nextStep, endStep });
            doTo(work, action, steps);
            expect(work.historyBytes).toBeLessThanOrEqual(SMALL_BYTES);
          }
          if (isSaved) {
            // What was forgotten is forgotten in the log too.
            const again = reopened({ log, historyBytes: SMALL_BYTES });
            expect(again.contents()).toEqual(work.contents());
          }
          work.drop(work.contents().endStep);
          expect(work.historyBytes).toBe(0);
        },
      ),
    );
  });
});

describe('a step', () => {
  test('is undone with everything that came until the next began, and done again', () => {
    const work = buildWork();
    work.put([mask(1, 0, 5)]);
    work.begin(1);
    work.put([mask(1, 0, 6), mask(2, 0, 7)]);
    work.put([mask(1, 1, 8)]);
    work.begin(2);
    work.remove(MUG);
    expect(areas(work)).toEqual(['2@0: 7']);
    expect(work.revert(2).put.map(({ areaPx }) => areaPx)).toEqual([6, 8]);
    const undone = work.revert(1);
    expect(undone.put).toEqual([{ ...work.contents().summaries[0] }]);
    expect(sortedChanges(undone).removed).toEqual([
      { objectId: MUG, frames: [1] },
      { objectId: HAND, frames: [0] },
    ]);
    expect(areas(work)).toEqual(['1@0: 5']);
    work.reapply(1);
    expect(areas(work)).toEqual(['1@0: 6', '2@0: 7', '1@1: 8']);
    work.reapply(2);
    expect(areas(work)).toEqual(['2@0: 7']);
  });

  test('that is undone is undone to what the engine has made anew since', () => {
    const work = buildWork();
    work.begin(1);
    work.put([mask(1, 0, 5)]);
    work.begin(2);
    work.put([mask(1, 0, 9)]);
    work.revert(2);
    // The page submits the prompts of step 1 again.
    work.put([mask(1, 0, 4)]);
    work.reapply(2);
    expect(areas(work)).toEqual(['1@0: 9']);
    work.revert(2);
    expect(areas(work)).toEqual(['1@0: 4']);
  });

  test('that changed nothing tells nothing', () => {
    const work = buildWork();
    work.put([mask(1, 0, 5)]);
    work.begin(1);
    work.put([mask(2, 0, 5)]);
    work.remove(HAND, [frameIndex(0), frameIndex(7)]);
    expect(work.revert(1)).toEqual({ put: [], removed: [] });
    work.begin(4);
    expect(work.revert(4)).toEqual({ put: [], removed: [] });
    expect(work.revert(3)).toEqual({ put: [], removed: [] });
  });

  test('is undone and done again in order only', () => {
    const work = buildWork();
    work.begin(1);
    work.begin(2);
    expect(() => work.revert(1)).toThrow(/not the newest/);
    expect(() => work.begin(2)).toThrow(/the next is 3/);
    work.revert(2);
    work.revert(1);
    expect(() => work.reapply(2)).toThrow(/not the oldest/);
  });

  test('forgets those undone before it when it begins', () => {
    const work = buildWork();
    work.begin(1);
    work.put([mask(1, 0, 5)]);
    work.revert(1);
    work.begin(1);
    expect(work.contents()).toMatchObject({ firstStep: 1, nextStep: 2, endStep: 2 });
    expect(work.revert(1)).toEqual({ put: [], removed: [] });
    expect(() => work.reapply(2)).toThrow(/not kept/);
  });

  test('that was dropped cannot be undone, and says so', () => {
    const work = buildWork();
    for (const step of [1, 2, 3]) work.begin(step);
    work.drop(2);
    expect(work.contents()).toMatchObject({ firstStep: 3, nextStep: 4 });
    work.revert(3);
    expect(() => work.revert(2)).toThrow(expect.objectContaining({ code: 'step-forgotten' }));
  });

  test('is secured when it begins, is undone and done again', () => {
    const log = new ListLog();
    const work = buildWork({ log });
    work.put([mask(1, 0, 5)]);
    expect(log.flushes).toBe(0);
    work.begin(1);
    work.revert(1);
    work.reapply(1);
    expect(log.flushes).toBe(3);
  });

  test('whose masks cannot be read stays done', () => {
    const log = new ListLog();
    // As much as 20 changes take without a mask.
    const work = buildWork({ log, historyBytes: 2600 });
    work.put([mask(1, 0, 5)]);
    work.begin(1);
    work.remove(MUG);
    for (let frame = 1; frame < 20; frame++) work.put([mask(2, frame, 5)]);
    log.read = () => {
      throw new Error('the disk is gone');
    };
    const before = work.contents();
    expect(() => work.revert(1)).toThrow('the disk is gone');
    expect(work.contents()).toEqual(before);
  });
});

describe('without a log', () => {
  test('the oldest steps are forgotten when memory is full, and the masks stay', () => {
    const work = buildWork({ historyBytes: 3000 });
    for (let step = 1; step <= 40; step++) {
      work.begin(step);
      work.put([mask(1, 0, step)]);
    }
    const { firstStep, nextStep } = work.contents();
    expect(firstStep).toBeGreaterThan(25);
    expect(nextStep).toBe(41);
    for (let step = 40; step >= firstStep; step--) work.revert(step);
    expect(areas(work)).toEqual([`1@0: ${firstStep - 1}`]);
    expect(() => work.revert(firstStep - 1)).toThrow(/not kept/);
  });
});

describe('a log', () => {
  test('holds a mask once that a batch brings twice', () => {
    const log = new ListLog();
    const work = buildWork({ log });
    work.put([mask(1, 0, 5), mask(2, 0, 5), mask(1, 0, 6)]);
    expect(log.kept.map(({ entry }) => entry)).toMatchObject([{ masks: { length: 2 } }]);
    expect(areas(work)).toEqual(['1@0: 6', '2@0: 5']);
  });

  test('holds nothing of masks of another size', () => {
    const log = new ListLog();
    const work = buildWork({ log });
    const foreign = encodeRle({ width: 2, height: 2, data: new Uint8Array(4) });
    expect(() => work.put([{ ...mask(1, 0, 5), mask: foreign }])).toThrow(/2 × 2/);
    expect(log.kept).toEqual([]);
  });

  test('with entries that do not follow is read without them', () => {
    const work = buildWork();
    const entries: MaskLogEntry[] = [
      { kind: 'revert', step: 1 },
      { kind: 'reapply', step: 1 },
      { kind: 'begin', step: 3 },
      { kind: 'begin', step: 2 },
      { kind: 'revert', step: 2 },
    ];
    const outcomes = entries.map((entry) => work.replay({ entry, places: [] }));
    expect(outcomes).toEqual([false, false, true, false, false]);
    expect(work.contents()).toMatchObject({ firstStep: 1, nextStep: 4, endStep: 4 });
  });

  test('is rewritten as the masks before the first step, and the steps', () => {
    const log = new ListLog();
    const work = buildWork({ log });
    work.put([mask(1, 0, 1), mask(1, 1, 1)]);
    for (let step = 1; step <= 3; step++) {
      work.begin(step);
      work.put([mask(1, 0, 10 + step)]);
      work.put([mask(1, 0, 20 + step)]);
    }
    work.drop(1);
    work.revert(3);
    const kinds = [...work.snapshot().entries].map((entry) =>
      entry.kind === 'put' ? `put ${entry.masks.length}` : entry.kind,
    );
    expect(kinds).toEqual(['drop', 'put 2', 'begin', 'put 1', 'begin', 'put 1', 'revert']);
  });
});
