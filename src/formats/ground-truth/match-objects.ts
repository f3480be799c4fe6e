import type { ObjectId } from '../../core/ids.ts';
import { groupBy } from '../../core/group-by.ts';
import type { GroundTruthObject } from './ground-truth.ts';

/** The studio's object for one of the ground truth, or why there is none. */
export type ObjectMatch =
  | { readonly truth: GroundTruthObject; readonly objectId: ObjectId }
  | { readonly truth: GroundTruthObject; readonly reason: string };

/** An object of the studio. */
interface NamedObject {
  readonly id: ObjectId;
  readonly name: string;
}

/**
 * Finds the studio's object of the same name for each object of a ground truth. A name that either
 * side has twice is told and not guessed at.
 */
export function matchObjects(
  truths: readonly GroundTruthObject[],
  objects: readonly NamedObject[],
): ObjectMatch[] {
  const truthsOf = groupBy(truths, ({ name }) => name);
  const objectsOf = groupBy(objects, ({ name }) => name);
  return truths.map((truth) => {
    const rivals = truthsOf.get(truth.name) ?? [];
    if (rivals.length > 1) return { truth, reason: twice('The ground truth', rivals) };
    const [object, ...others] = objectsOf.get(truth.name) ?? [];
    if (object === undefined) return { truth, reason: 'No object has this name.' };
    if (others.length > 0) return { truth, reason: twice('The studio', [object, ...others]) };
    return { truth, objectId: object.id };
  });
}

function twice(side: string, objects: readonly NamedObject[]): string {
  return `${side} has this name for the ids ${objects.map(({ id }) => id).join(', ')}.`;
}
