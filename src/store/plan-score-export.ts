import type { SaveSuggestion } from '../client/save-file.ts';
import type { TruthSequence } from '../core/ground-truth.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import type { ResultSequence } from '../protocol/results-request.ts';
import type { GroundTruthSlice, LoadedTruth } from './ground-truth-slice.ts';
import { trackingRefusal, transferRefusal, type Refusal } from './refusals.ts';
import type { StudioState } from './studio-state.ts';
import { hasMask } from './summary-track.ts';
import { findTracklet, type Tracklet } from './tracklets-slice.ts';

/** What can be written of scores, and of masks to be scored elsewhere. */
export type ScoreExportKind = 'csv' | 'json' | 'visor-submission' | 'davis-results';

/** How much of a sequence has masks; frames that do not lie on the clip have none. */
export interface SequenceCoverage {
  readonly sequence: TruthSequence;
  readonly coveredFrames: number;
  readonly annotatedFrames: number;
}

/** What will be written, or why it cannot be. */
export type ScoreExportPlan =
  | {
      readonly isPossible: true;
      readonly info: VideoInfo;
      readonly truth: LoadedTruth;
      /** What is missing from it. */
      readonly warning: Refusal | undefined;
    }
  | ({ readonly isPossible: false } & Refusal);

const VISOR_KINDS = ['csv', 'json', 'visor-submission', 'davis-results'] as const;
const OTHER_KINDS = ['csv', 'json', 'davis-results'] as const;
const LISTED_SEQUENCES = 3;

/** The kinds that there are for the ground truth: the challenge is VISOR’s alone. */
export function offeredScoreExports({ groundTruth }: StudioState): readonly ScoreExportKind[] {
  return groundTruth.truth?.kind === 'visor' ? VISOR_KINDS : OTHER_KINDS;
}

/** Looks before an export starts whether all is there that it needs, and nothing else under way. */
export function planScoreExport(state: StudioState, kind: ScoreExportKind): ScoreExportPlan {
  const { info } = state.video;
  const { truth } = state.groundTruth;
  if (info === undefined || truth === undefined) {
    const hint = 'Drop VISOR’s annotations, or masks, on the open clip.';
    return { isPossible: false, message: 'Load a ground truth first.', hint };
  }
  const coverage = truth.sequences.map((sequence) => coverageOf(state, sequence));
  const missing = coverage.filter((one) => one.coveredFrames < one.annotatedFrames);
  const refusal =
    trackingRefusal(state) ??
    transferRefusal(state) ??
    refusalOf(kind, { state, coverage, missing });
  if (refusal !== undefined) return { isPossible: false, ...refusal };
  const warning = missing.length === 0 ? undefined : incomplete(coverage, isOfScores(kind));
  return { isPossible: true, info, truth, warning };
}

interface Coverages {
  readonly state: StudioState;
  readonly coverage: readonly SequenceCoverage[];
  /** Those without masks on every annotated frame. */
  readonly missing: readonly SequenceCoverage[];
}

/** What the kind needs and the work has not. */
function refusalOf(
  kind: ScoreExportKind,
  { state, coverage, missing }: Coverages,
): Refusal | undefined {
  if (!offeredScoreExports(state).includes(kind)) {
    const hint = 'Load VISOR’s annotations, or export DAVIS results.';
    return { message: 'The ground truth is not VISOR’s.', hint };
  }
  const isScores = isOfScores(kind);
  const isEmpty = isScores
    ? state.groundTruth.report === undefined
    : coverage.every(({ coveredFrames }) => coveredFrames === 0);
  if (isEmpty) {
    return {
      message: isScores ? 'Nothing is scored yet.' : 'There are no masks to write yet.',
      hint: 'Say which object is which, and track them; or run the protocol.',
    };
  }
  if (kind !== 'visor-submission' || missing.length === 0) return undefined;
  return {
    message: 'The challenge needs masks on every annotated frame of every sequence.',
    hint: `Track the rest first: ${listed(missing)}.`,
  };
}

function isOfScores(kind: ScoreExportKind): boolean {
  return kind === 'csv' || kind === 'json';
}

/** Sequences with any mask, under the ids and names of the ground truth. */
export function resultSequences(state: StudioState): readonly ResultSequence[] {
  const { truth, scoring } = state.groundTruth;
  const sequences = truth?.sequences ?? [];
  return sequences
    .filter((sequence) => coverageOf(state, sequence).coveredFrames > 0)
    .map(({ name, size, frames, objects }) => ({
      name,
      size,
      frames: frames.map(({ stem, frame }) => ({ stem, frame })),
      objects: objects.map(({ truthId, name: entity }) => {
        const tracklet = findTracklet(state.tracklets, scoring[name]?.assigned[truthId]);
        const object = { truthId, name: entity };
        return tracklet === undefined ? object : { ...object, objectId: tracklet.id };
      }),
    }));
}

/** The file's name and kind, after the clip's own name. */
export function scoreFileSuggestion(info: VideoInfo, kind: ScoreExportKind): SaveSuggestion {
  const stem = info.name.replace(/\.[^.]+$/, '');
  const zip = { mimeType: 'application/zip', extension: '.zip' };
  switch (kind) {
    case 'csv':
      return { name: `${stem}.scores.zip`, description: 'Zip of the official CSV files', ...zip };
    case 'json':
      return {
        name: `${stem}.scores.json`,
        description: 'Scores and how they came about',
        mimeType: 'application/json',
        extension: '.json',
      };
    case 'visor-submission':
      return {
        name: `${stem}.submission.zip`,
        description: 'Submission to VISOR’s challenge',
        ...zip,
      };
    case 'davis-results':
      return { name: `${stem}.results.zip`, description: 'Masks for DAVIS’s evaluators', ...zip };
  }
}

/** What the masks of the moment cover, those of objects that are assigned. */
export function coverageOf(state: StudioState, sequence: TruthSequence): SequenceCoverage {
  const objects = assignedObjects(state, sequence);
  const covered = sequence.frames.filter(({ frame }) =>
    objects.some(({ summaries }) => hasMask(summaries, frame)),
  );
  return {
    sequence,
    coveredFrames: covered.length,
    annotatedFrames: sequence.match.rows.length,
  };
}

function assignedObjects(
  { groundTruth, tracklets }: StudioState,
  { name }: Pick<TruthSequence, 'name'>,
): readonly Tracklet[] {
  const assigned: GroundTruthSlice['scoring'][string]['assigned'] =
    groundTruth.scoring[name]?.assigned ?? {};
  return Object.values(assigned).flatMap((id) => findTracklet(tracklets, id) ?? []);
}

function incomplete(coverage: readonly SequenceCoverage[], isScores: boolean): Refusal {
  const sum = (count: (one: SequenceCoverage) => number) =>
    coverage.reduce((total, one) => total + count(one), 0);
  const counts = `${sum((one) => one.coveredFrames)} of ${sum((one) => one.annotatedFrames)}`;
  return isScores
    ? {
        message: `The scores are over ${counts} annotated frames.`,
        hint: 'Official scores are over all of them. Track the rest before you compare with others.',
      }
    : {
        message: `Only ${counts} annotated frames have masks; the others were written empty or left out.`,
        hint: 'Evaluators count every frame. Track the rest for a score to compare with others.',
      };
}

function listed(missing: readonly SequenceCoverage[]): string {
  const shown = missing
    .slice(0, LISTED_SEQUENCES)
    .map(({ sequence, coveredFrames, annotatedFrames }) => {
      return `${sequence.name} (${coveredFrames} of ${annotatedFrames} frames)`;
    });
  const rest = missing.length - shown.length;
  return [...shown, ...(rest > 0 ? [`${rest} more sequences`] : [])].join(', ');
}
