import { invariant } from '../../core/assert.ts';

/** Objects computed together where a kernel attends to the bank, unless memory bounds it. */
export const MOST_TOGETHER = 4;

/**
 * The sizes of the groups in which objects are computed together: as few groups as there can be, all
 * full but the last.
 * @param objects how many there are
 * @param most objects in a group, at least 1
 */
export function groupSizes(objects: number, most: number): readonly number[] {
  invariant(most >= 1, `a group holds an object at least, not ${most}`);
  return Array.from({ length: Math.ceil(objects / most) }, (_, group) =>
    Math.min(most, objects - group * most),
  );
}
