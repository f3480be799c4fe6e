import type { ObjectId } from '../../core/ids.ts';
import type { ObjectScore } from '../../core/scores.ts';
import { formatScore } from '../../store/format.ts';
import { shownSequence } from '../../store/ground-truth-slice.ts';
import { objectScores, scoresOfFrame } from '../../store/score-selectors.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';

interface TruthRowText {
  readonly name: string;
  /** The user's object that is compared to it. */
  readonly objectId: ObjectId | undefined;
  /** Of that object, `#rrggbb`. */
  readonly color: string | undefined;
  readonly isSelected: boolean;
  /** Over the scored frames: J&F, J, F, Dice. */
  readonly mean: string;
  readonly region: string;
  readonly boundary: string;
  readonly dice: string;
  /** The same on the shown frame. */
  readonly meanHere: string;
  readonly regionHere: string;
  readonly boundaryHere: string;
  readonly diceHere: string;
}

/**
 * Truth ids of the sequence in view, ascending: its objects, and ids that the protocol scores
 * though no object has them.
 */
export function truthIdsOf({ groundTruth }: StudioState): readonly number[] {
  const named = shownSequence(groundTruth)?.objects.map(({ truthId }) => truthId) ?? [];
  const scored = objectScores(groundTruth).map(({ truthId }) => truthId);
  return [...new Set([...named, ...scored])].sort((a, b) => a - b);
}

/** What the row of an object of the ground truth says. */
export function truthRowOf(state: StudioState, truthId: number): TruthRowText {
  const { groundTruth, playback, tracklets } = state;
  const assigned = groundTruth.scoring[groundTruth.sequence ?? '']?.assigned[truthId];
  const tracklet = findTracklet(tracklets, assigned);
  const scored = objectScores(groundTruth).find((one) => one.truthId === truthId);
  const named = shownSequence(groundTruth)?.objects.find((one) => one.truthId === truthId);
  const here = scoresOfFrame(groundTruth, playback.shownFrame).find(
    (one) => one.truthId === truthId,
  );
  const { region, boundary } = scored?.score ?? {};
  const mean = region && boundary && (region.mean + boundary.mean) / 2;
  return {
    name: named?.name ?? scored?.name ?? `Object ${truthId}`,
    objectId: tracklet?.id,
    color: tracklet?.color,
    isSelected: tracklet !== undefined && tracklet.id === tracklets.selectedId,
    mean: formatScore(mean),
    region: formatScore(region?.mean),
    boundary: formatScore(boundary?.mean),
    dice: formatScore(scored && meanDice(scored.score)),
    meanHere: formatScore(here?.mean),
    regionHere: formatScore(here?.region),
    boundaryHere: formatScore(here?.boundary),
    diceHere: formatScore(here?.dice),
  };
}

const diceOf = new WeakMap<ObjectScore, { readonly mean: number | undefined }>();

/** Over the frames on which either mask has a pixel; undefined where none has. */
export function meanDice(score: ObjectScore): number | undefined {
  let known = diceOf.get(score);
  if (known === undefined) {
    const values = score.frames.flatMap(({ dice }) => dice ?? []);
    const sum = values.reduce((total, value) => total + value, 0);
    diceOf.set(score, (known = { mean: values.length === 0 ? undefined : sum / values.length }));
  }
  return known.mean;
}
