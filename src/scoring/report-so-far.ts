import type {
  CountedSequence,
  ObjectScore,
  ScoreReport,
  ScoreReportRequest,
} from '../core/scores.ts';
import { PROTOCOL_RULES, scoredRange, type ProtocolRules } from './protocols.ts';
import { buildReport, noObject } from './report.ts';
import { highestFirstId, scoreSequence } from './sequence-scores.ts';

/**
 * Scores what is counted of sequences that are still being predicted; of whole ones, the official
 * report. Sequences of which the protocol scores no frame yet are left out, and with a notice what
 * the official tools stop at: predicted ids above those of the first true frame. No mask loses a
 * pixel to them, since the lowest id is on top. Undefined where nothing is scored yet.
 * @throws StudioError `file-invalid` where the first frames have no object, now or later
 */
export function reportSoFar(request: ScoreReportRequest): ScoreReport | undefined {
  const { protocol, setName, sequences } = request;
  const rules = PROTOCOL_RULES[protocol];
  const begun = sequences.filter(({ frames }) => hasScoredFrame(rules, frames.length));
  const objects: ObjectScore[] = [];
  const notices: string[] = [];
  for (const sequence of begun) {
    const { known, extraIds } = withoutExtraIds(sequence, rules);
    const scores = scoreSequence(known, protocol);
    if (scores.length === 0) notices.push(noObject(sequence.name, protocol));
    if (extraIds.length > 0) notices.push(notInFirstFrame(sequence.name, extraIds));
    objects.push(...scores);
  }
  const mayStillCome = begun.length === 0 || rules.objects === 'seen';
  if (objects.length === 0 && mayStillCome) return undefined;
  return buildReport({ protocol, setName, objects, notices });
}

function hasScoredFrame(rules: ProtocolRules, frameCount: number): boolean {
  const { start, end } = scoredRange(rules, frameCount);
  return end > start;
}

function withoutExtraIds(
  sequence: CountedSequence,
  rules: ProtocolRules,
): { readonly known: CountedSequence; readonly extraIds: readonly number[] } {
  if (rules.objects !== 'first-frame') return { known: sequence, extraIds: [] };
  const highest = highestFirstId(sequence);
  const extraIds = new Set<number>();
  const frames = sequence.frames.map((frame) => {
    const { objects } = frame.counts;
    const known = objects.filter(({ objectId }) => objectId <= highest);
    if (known.length === objects.length) return frame;
    for (const { objectId, predictionPixels } of objects) {
      if (objectId > highest && predictionPixels > 0) extraIds.add(objectId);
    }
    return { ...frame, counts: { objects: known } };
  });
  return { known: { ...sequence, frames }, extraIds: [...extraIds].sort((a, b) => a - b) };
}

function notInFirstFrame(sequence: string, ids: readonly number[]): string {
  return (
    `${sequence}: the first true frame does not show ${ids.length === 1 ? 'object' : 'objects'} ` +
    `${ids.join(', ')}, which this protocol therefore does not score.`
  );
}
