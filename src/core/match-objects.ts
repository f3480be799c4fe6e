import type { TruthObject } from './ground-truth.ts';
import { groupBy } from './group-by.ts';
import type { ObjectId } from './ids.ts';

/** An object of the studio. */
interface NamedObject {
  readonly id: ObjectId;
  readonly name: string;
}

/**
 * The studio's object of the same name for each object of a ground truth, by truth id. A name that
 * either side has twice is not guessed at, and is left out as one that no object has.
 */
export function matchObjects(
  truths: readonly TruthObject[],
  objects: readonly NamedObject[],
): Readonly<Record<number, ObjectId>> {
  const truthsOf = groupBy(truths, ({ name }) => name);
  const objectsOf = groupBy(objects, ({ name }) => name);
  const matched: Record<number, ObjectId> = {};
  for (const { truthId, name } of truths) {
    const [object, ...others] = objectsOf.get(name) ?? [];
    const isAmbiguous = others.length > 0 || truthsOf.get(name)?.length !== 1;
    if (object !== undefined && !isAmbiguous) matched[truthId] = object.id;
  }
  return matched;
}
