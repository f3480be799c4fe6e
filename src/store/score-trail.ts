import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { ScoreProtocol, ScoreReport } from '../core/scores.ts';
import type { ScoreChange, ScoreMoment } from './ground-truth-slice.ts';
import { NO_CLICKS, type PromptsSlice } from './prompts-slice.ts';
import type { MaskChange, SequenceTally } from './score-tally.ts';
import type { StudioState } from './studio-state.ts';

/** A prompt on an annotated frame that has a score, and what becomes of it. */
export interface Correction {
  readonly objectId: ObjectId;
  readonly truthId: number;
  readonly frame: FrameIndex;
  readonly stem: string;
  /** Among the sequence's annotated frames. */
  readonly position: number;
  /** J&F of the object on the frame before the prompt. */
  readonly before: number;
}

/** What came with a report for one sequence. */
export interface TrailReport {
  readonly sequence: string;
  readonly report: ScoreReport;
  /** When the report was asked for. */
  readonly clicks: number;
  /** Whose new score the report holds. */
  readonly answered: readonly Correction[];
}

/**
 * What the user's clicks did to the scores of one sequence. Moments are kept for each protocol by
 * itself: J&F of one protocol says nothing about another's.
 */
export class ScoreTrail {
  readonly #histories = new Map<ScoreProtocol, readonly ScoreMoment[]>();
  /** Whose mask has not changed yet, and whose has; by object and place. */
  readonly #asked = new Map<string, Correction>();
  readonly #corrected = new Map<string, Correction>();
  #lastChange: ScoreChange | undefined;

  get lastChange(): ScoreChange | undefined {
    return this.#lastChange;
  }

  history(protocol: ScoreProtocol): readonly ScoreMoment[] {
    return this.#histories.get(protocol) ?? [];
  }

  /** Places of frames whose new score is waited for. */
  get awaited(): number[] {
    return [...this.#corrected.values()].map(({ position }) => position);
  }

  /** A second prompt before the first one's score is there belongs to the same change. */
  promptChanged(correction: Correction): void {
    const key = keyOf(correction);
    this.#asked.set(key, this.#asked.get(key) ?? this.#corrected.get(key) ?? correction);
    this.#corrected.delete(key);
  }

  maskChanged(change: MaskChange): void {
    if (this.#asked.size === 0) return;
    const key = keyOf(change);
    const correction = this.#asked.get(key);
    if (correction === undefined) return;
    this.#asked.delete(key);
    this.#corrected.set(key, correction);
  }

  /** Corrections whose frames are counted anew. */
  answered(isCurrent: (position: number) => boolean): Correction[] {
    return [...this.#corrected.values()].filter(({ position }) => isCurrent(position));
  }

  take({ sequence, report, clicks, answered }: TrailReport): void {
    const mean = report.sequences.find(({ name }) => name === sequence)?.score.mean;
    if (mean === undefined) return;
    const { protocol } = report;
    this.#histories.set(protocol, withMoment(this.history(protocol), { clicks, mean }));
    for (const correction of answered) {
      const key = keyOf(correction);
      if (this.#corrected.get(key) === correction) this.#corrected.delete(key);
      const after = meanOn(report, { ...correction, sequence });
      const { position: _position, ...change } = correction;
      if (after !== undefined) this.#lastChange = { ...change, after, clicks };
    }
  }
}

/**
 * Points and boxes of these objects. Mask prompts are no clicks.
 * @param objects each once
 */
export function clicksOf(prompts: PromptsSlice, objects: readonly ObjectId[]): number {
  let clicks = 0;
  for (const object of objects) {
    for (const one of Object.values(prompts.byObject[object] ?? {})) {
      if (one.kind === 'clicks') clicks += one.points.length + (one.box === undefined ? 0 : 1);
    }
  }
  return clicks;
}

/**
 * Clicks that changed on annotated frames on which their object has a score. Mask prompts are no
 * corrections: what is imported or taken from the ground truth says nothing of the model.
 */
export function correctionsOf(
  tally: SequenceTally,
  before: PromptsSlice,
  { prompts, groundTruth }: Pick<StudioState, 'prompts' | 'groundTruth'>,
): Correction[] {
  if (before === prompts) return [];
  const { sequence, assigned } = tally;
  return Object.entries(assigned).flatMap(([id, objectId]) => {
    const truthId = Number(id);
    return changedClicks(before, prompts, objectId).flatMap((frame): Correction[] => {
      const position = tally.positionOf(frame);
      const stem = sequence.frames[position ?? -1]?.stem;
      if (position === undefined || stem === undefined) return [];
      const place = { sequence: sequence.name, truthId, stem };
      const mean = meanOn(groundTruth.report, place);
      if (mean === undefined) return [];
      return [{ objectId, truthId, frame, stem, position, before: mean }];
    });
  });
}

function changedClicks(before: PromptsSlice, after: PromptsSlice, object: ObjectId): FrameIndex[] {
  const [old, now] = [before.byObject[object] ?? {}, after.byObject[object] ?? {}];
  if (old === now) return [];
  const frames = new Set([...Object.keys(old), ...Object.keys(now)].map(Number));
  return [...frames]
    .filter((frame) => {
      const prompts = now[frame] ?? NO_CLICKS;
      return old[frame] !== now[frame] && prompts.kind === 'clicks';
    })
    .map(frameIndex);
}

/** J&F of an object on a frame; absent where the protocol does not score it. */
function meanOn(
  report: ScoreReport | undefined,
  place: { readonly sequence: string; readonly truthId: number; readonly stem: string },
): number | undefined {
  const object = report?.objects.find(
    (score) => score.sequence === place.sequence && Number(score.object) === place.truthId,
  );
  const score = object?.frames.find(({ name }) => name === place.stem);
  return score === undefined ? undefined : (score.region + score.boundary) / 2;
}

/** Clicks that were taken back take their moments with them. */
function withMoment(history: readonly ScoreMoment[], moment: ScoreMoment): readonly ScoreMoment[] {
  return [...history.filter(({ clicks }) => clicks < moment.clicks), moment];
}

function keyOf({ objectId, position }: MaskChange): string {
  return `${objectId}/${position}`;
}
