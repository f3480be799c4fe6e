import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameIndex, objectId, type ObjectId } from '../../../../src/core/ids.ts';
import { isSameRle, uniteRle } from '../../../../src/core/rle-algebra.ts';
import { rleArea } from '../../../../src/core/rle.ts';
import { MaskWork } from '../../../../src/media/masklets/mask-work.ts';
import type { SummarisedMask } from '../../../../src/protocol/media-api.ts';
import { anyMask, anySummarisedMask } from '../../../helpers/mask-actions.ts';

const SIZE = { width: 7, height: 5 };
const [ONE, TWO, THREE] = [objectId(1), objectId(2), objectId(3)];
const FRAMES = [0, 1, 2, 200, 70_000];

function workWith(masks: readonly SummarisedMask[]): MaskWork {
  const log = {
    append: () => [],
    read: () => {
      throw new Error('nothing is let go of');
    },
    flush: () => {},
  };
  const work = new MaskWork({ log, historyBytes: 1 << 24 });
  work.reset(SIZE);
  for (const mask of masks) work.put([mask]);
  return work;
}

const at = (work: MaskWork, id: ObjectId, frame: number) =>
  work.masklets.get(id, frameIndex(frame));
const masks = fc.array(anySummarisedMask(anyMask(SIZE)), { maxLength: 15 });
const first = fc.constantFrom(...FRAMES).map(frameIndex);

test('a union has the pixels of both, and the other is gone', () => {
  fc.assert(
    fc.property(masks, (put) => {
      const [before, work] = [workWith(put), workWith(put)];
      work.reassign({ kind: 'unite', from: ONE, to: TWO, first: frameIndex(0) });
      for (const frame of FRAMES) {
        const [a, b] = [at(before, ONE, frame), at(before, TWO, frame)];
        const now = at(work, TWO, frame);
        expect(at(work, ONE, frame)).toBeUndefined();
        expect(at(work, THREE, frame)?.summary).toEqual(at(before, THREE, frame)?.summary);
        if (a === undefined || b === undefined) expect(now?.mask).toEqual((a ?? b)?.mask);
        else expect(now !== undefined && isSameRle(now.mask, uniteRle(a.mask, b.mask))).toBe(true);
        const isOwn = a === undefined || (b !== undefined && rleArea(a.mask) === 0);
        if (isOwn) expect(now?.summary).toEqual(b?.summary);
        else expect(now?.origin).not.toBe('prompt');
      }
    }),
  );
});

test('a move takes the other’s place from a frame on, and leaves what was before', () => {
  fc.assert(
    fc.property(masks, first, (put, since) => {
      const [before, work] = [workWith(put), workWith(put)];
      work.reassign({ kind: 'move', from: ONE, to: TWO, first: since });
      for (const frame of FRAMES) {
        const isMoved = frame >= since;
        expect(at(work, ONE, frame)?.mask).toEqual(
          isMoved ? undefined : at(before, ONE, frame)?.mask,
        );
        const taken = at(before, isMoved ? ONE : TWO, frame);
        expect(at(work, TWO, frame)?.summary).toEqual(taken && { ...taken.summary, objectId: TWO });
      }
    }),
  );
});

test('a swap, made twice, changes nothing', () => {
  fc.assert(
    fc.property(masks, first, (put, since) => {
      const [before, work] = [workWith(put), workWith(put)];
      work.reassign({ kind: 'swap', from: ONE, to: TWO, first: since });
      for (const frame of FRAMES.filter((one) => one >= since)) {
        expect(at(work, ONE, frame)?.mask).toEqual(at(before, TWO, frame)?.mask);
        expect(at(work, TWO, frame)?.mask).toEqual(at(before, ONE, frame)?.mask);
      }
      work.reassign({ kind: 'swap', from: TWO, to: ONE, first: since });
      expect(work.contents().summaries).toEqual(before.contents().summaries);
    }),
  );
});

test('says of each mask that changed what it is now, and can be undone as one step', () => {
  fc.assert(
    fc.property(
      masks,
      first,
      fc.constantFrom('unite' as const, 'move' as const, 'swap' as const),
      (put, since, kind) => {
        const work = workWith(put);
        const before = work.contents().summaries;
        work.begin(1);
        const changes = work.reassign({ kind, from: ONE, to: TWO, first: since });
        const told = new Map(before.map((one) => [`${one.frame}/${one.objectId}`, one]));
        for (const one of changes.put) told.set(`${one.frame}/${one.objectId}`, one);
        for (const { objectId: id, frames } of changes.removed) {
          for (const frame of frames) expect(told.delete(`${frame}/${id}`)).toBe(true);
        }
        const now = work.contents().summaries;
        expect(new Map(now.map((one) => [`${one.frame}/${one.objectId}`, one]))).toEqual(told);
        work.revert(1);
        expect(work.contents().summaries).toEqual(before);
      },
    ),
  );
});
