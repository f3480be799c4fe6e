import type { ObjectScore, ScoreReport } from '../../core/scores.ts';
import type { LoadedTruth } from '../../store/ground-truth-slice.ts';

/** An object of any sequence with all its scores. */
export interface ObjectRow {
  readonly sequence: string;
  readonly truthId: number;
  readonly name: string;
  readonly score: ObjectScore;
  /** Mean over the frames that have one; absent where none has. */
  readonly dice: number | undefined;
}

/** All objects of a report, under the names that the ground truth gives them. */
export function objectRows(
  report: ScoreReport,
  truth: LoadedTruth | undefined,
): readonly ObjectRow[] {
  const names = new Map(
    truth?.sequences.flatMap((sequence) =>
      sequence.objects.map(({ truthId, name }) => [`${sequence.name}/${truthId}`, name]),
    ),
  );
  return report.objects.map((score) => ({
    sequence: score.sequence,
    truthId: Number(score.object),
    name: names.get(`${score.sequence}/${score.object}`) ?? `Object ${score.object}`,
    score,
    dice: meanDice(score),
  }));
}

function meanDice({ frames }: ObjectScore): number | undefined {
  let [sum, count] = [0, 0];
  for (const { dice } of frames) {
    if (dice === undefined) continue;
    sum += dice;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}
