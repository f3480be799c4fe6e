import { invariant } from './assert.ts';
import { rleFromTransitions, type MaskRle } from './rle.ts';

/** The pixels of either mask. Both have one size. */
export function uniteRle(a: MaskRle, b: MaskRle): MaskRle {
  return combineRle(a, b, (inA, inB) => inA || inB);
}

/** The pixels of `a` that are not `b`'s. Both have one size. */
export function subtractRle(a: MaskRle, b: MaskRle): MaskRle {
  return combineRle(a, b, (inA, inB) => inA && !inB);
}

/** Whether both masks have the same size and the same pixels. */
export function isSameRle(a: MaskRle, b: MaskRle): boolean {
  if (a === b) return true;
  return (
    a.width === b.width &&
    a.height === b.height &&
    a.counts.length === b.counts.length &&
    a.counts.every((count, at) => count === b.counts[at])
  );
}

/** Goes through both masks' runs at once; `isObject` must leave background where both have it. */
function combineRle(
  a: MaskRle,
  b: MaskRle,
  isObject: (inA: boolean, inB: boolean) => boolean,
): MaskRle {
  invariant(a.width === b.width && a.height === b.height, 'masks differ in size');
  const total = a.width * a.height;
  const transitions: number[] = [];
  let [i, j, position, value] = [0, 0, 0, false];
  let [endA, endB] = [a.counts[0] ?? 0, b.counts[0] ?? 0];
  while (position < total) {
    // A first run may be empty.
    while (endA === position && i + 1 < a.counts.length) endA += a.counts[++i] ?? 0;
    while (endB === position && j + 1 < b.counts.length) endB += b.counts[++j] ?? 0;
    const next = isObject(i % 2 === 1, j % 2 === 1);
    if (next !== value) transitions.push(position);
    value = next;
    position = Math.min(endA, endB);
  }
  return rleFromTransitions(a.width, a.height, transitions);
}
