import { invariant } from '../../core/assert.ts';

/** Objects computed together where a kernel attends to the bank, unless memory bounds it. */
export const MOST_TOGETHER = 4;

/**
 * The sizes of the groups in which objects are computed together: powers of two, so that few graphs
 * serve any number of objects, the largest first.
 * @param objects how many there are
 * @param most objects in a group, at least 1
 */
export function groupSizes(objects: number, most: number): readonly number[] {
  invariant(most >= 1, `a group holds an object at least, not ${most}`);
  const sizes: number[] = [];
  for (let left = objects; left > 0; left -= sizes.at(-1) ?? left) {
    sizes.push(2 ** Math.floor(Math.log2(Math.min(left, most))));
  }
  return sizes;
}
