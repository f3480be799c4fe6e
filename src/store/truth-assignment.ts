import type { TruthSequence } from '../core/ground-truth.ts';
import type { ObjectId } from '../core/ids.ts';
import { matchObjects } from '../core/match-objects.ts';
import type { GroundTruthSlice, LoadedTruth, SequenceScoring } from './ground-truth-slice.ts';
import type { TrackletsSlice } from './tracklets-slice.ts';

/** The user's object for each truth id of a sequence. */
export type Assigned = SequenceScoring['assigned'];

/** A sequence of which nothing is scored yet. */
export function unscored(assigned: Assigned): SequenceScoring {
  return { assigned, coveredFrames: 0, scoredFrames: 0, history: [], lastChange: undefined };
}

/**
 * The scoring of a ground truth that was just read: objects are assigned by name. What a sequence
 * of the ground truth before had under the same id and name stays as the user left it.
 */
export function scoringOf(
  truth: LoadedTruth,
  tracklets: TrackletsSlice,
  before: Pick<GroundTruthSlice, 'truth' | 'scoring'>,
): GroundTruthSlice['scoring'] {
  return Object.fromEntries(
    truth.sequences.map((sequence) => {
      const named = matchObjects(sequence.objects, tracklets.items);
      const assigned: Record<number, ObjectId> = {};
      for (const { truthId, name } of sequence.objects) {
        const object = isKnown(before.truth, sequence.name, { truthId, name })
          ? before.scoring[sequence.name]?.assigned[truthId]
          : named[truthId];
        if (object !== undefined) assigned[truthId] = object;
      }
      return [sequence.name, unscored(assigned)];
    }),
  );
}

function isKnown(
  before: LoadedTruth | undefined,
  sequence: string,
  object: TruthSequence['objects'][number],
): boolean {
  const objects = before?.sequences.find(({ name }) => name === sequence)?.objects ?? [];
  return objects.some(({ truthId, name }) => truthId === object.truthId && name === object.name);
}

/**
 * The ground truth with one truth assigned to an object, or to none. An object stands for one truth
 * of a sequence: it is taken from the one that had it.
 */
export function withAssignment(
  slice: GroundTruthSlice,
  sequence: string,
  { truthId, objectId }: { readonly truthId: number; readonly objectId: ObjectId | undefined },
): GroundTruthSlice {
  const scoring = slice.scoring[sequence] ?? unscored({});
  const others = Object.entries(scoring.assigned).filter(
    ([id, object]) => Number(id) !== truthId && object !== objectId,
  );
  const assigned: Record<number, ObjectId> = Object.fromEntries(others);
  if (objectId !== undefined) assigned[truthId] = objectId;
  return { ...slice, scoring: { ...slice.scoring, [sequence]: { ...scoring, assigned } } };
}

/** The ground truth after objects were replaced by others: what is gone goes, names are looked for. */
export function withObjectsAnew(
  slice: GroundTruthSlice,
  tracklets: TrackletsSlice,
): GroundTruthSlice {
  const { truth } = slice;
  if (truth === undefined) return slice;
  return { ...slice, scoring: scoringOf(truth, tracklets, { truth: undefined, scoring: {} }) };
}

/** The ground truth without objects that are gone for good. */
export function withoutObjects(
  slice: GroundTruthSlice,
  gone: readonly ObjectId[],
): GroundTruthSlice {
  const scoring = Object.entries(slice.scoring).map(([sequence, one]) => {
    const left = Object.entries(one.assigned).filter(([, object]) => !gone.includes(object));
    const isSame = left.length === Object.keys(one.assigned).length;
    return [sequence, isSame ? one : { ...one, assigned: Object.fromEntries(left) }];
  });
  return { ...slice, scoring: Object.fromEntries(scoring) };
}
