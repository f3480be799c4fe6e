import { invariant } from './assert.ts';
import { rleFromTransitions, type MaskRle } from './rle.ts';

/** Pixels of either mask; the masks have one size. */
export function rleUnion(a: MaskRle, b: MaskRle): MaskRle {
  return combine(a, b, (inA, inB) => inA || inB);
}

/** Pixels of `a` that are not of `b`; the masks have one size. */
export function rleDifference(a: MaskRle, b: MaskRle): MaskRle {
  return combine(a, b, (inA, inB) => inA && !inB);
}

/** Pixels of both masks, which have one size. `rleIntersection` only counts them. */
export function rleOverlap(a: MaskRle, b: MaskRle): MaskRle {
  return combine(a, b, (inA, inB) => inA && inB);
}

/** @param keeps must be false where neither mask has the pixel */
function combine(a: MaskRle, b: MaskRle, keeps: (inA: boolean, inB: boolean) => boolean): MaskRle {
  invariant(a.width === b.width && a.height === b.height, 'masks differ in size');
  const total = a.width * a.height;
  const transitions: number[] = [];
  let [i, j, position, isKept] = [0, 0, 0, false];
  let [endA, endB] = [a.counts[0] ?? 0, b.counts[0] ?? 0];
  while (position < total) {
    const keep = keeps(i % 2 === 1, j % 2 === 1);
    const end = Math.min(endA, endB);
    if (keep !== isKept && end > position) {
      transitions.push(position);
      isKept = keep;
    }
    position = end;
    while (endA === position && i + 1 < a.counts.length) endA += a.counts[++i] ?? 0;
    while (endB === position && j + 1 < b.counts.length) endB += b.counts[++j] ?? 0;
  }
  return rleFromTransitions(a.width, a.height, transitions);
}
