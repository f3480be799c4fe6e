import { StudioError } from '../../core/errors.ts';
import type { FrameMatch, MatchProblem, MatchRow } from '../../core/frame-match.ts';
import type { UnloadedSequence } from '../../protocol/ground-truth-api.ts';

/** In messages. */
const LISTED_NAMES = 5;

/** A sequence of a ground truth before its masks are read. */
export interface TruthCandidate {
  readonly name: string;
  readonly match: FrameMatch;
  /** Why it cannot be loaded, whatever the clip is; a sentence. */
  readonly refusal?: string;
}

/** Who wants sequences, and which. */
export interface SequenceWish {
  /** Of the clip, without extension. */
  readonly clipName: string;
  /** Absent: those that lie on the clip beyond doubt. */
  readonly requested?: readonly string[];
}

/** Which sequences are loaded, and why others are not. */
export interface SequenceChoice {
  readonly loaded: ReadonlySet<string>;
  /** In the order of the candidates. */
  readonly unloaded: readonly UnloadedSequence[];
}

/**
 * Chooses the sequences to load: those requested, else those on the clip. A sequence without any
 * frame on the clip is never loaded.
 * @param candidates with distinct names
 * @throws StudioError `file-invalid` for a request of what is not there
 */
export function chooseSequences(
  candidates: readonly TruthCandidate[],
  { clipName, requested }: SequenceWish,
): SequenceChoice {
  if (requested !== undefined) refuseUnknown(candidates, requested);
  const wanted = new Set(requested ?? sequencesOnClip(candidates, clipName));
  const loaded = new Set(
    candidates.filter(isLoadable).flatMap(({ name }) => (wanted.has(name) ? name : [])),
  );
  const unloaded = candidates
    .filter(({ name }) => !loaded.has(name))
    .map((candidate) => unloadedFor(candidate, requested !== undefined));
  return { loaded, unloaded };
}

/**
 * The sequences that lie on the clip beyond doubt: by names that no other clip has, or else the one
 * that is called like the clip, or the only one that there is. None is guessed at.
 */
export function sequencesOnClip(
  candidates: readonly TruthCandidate[],
  clipName: string,
): readonly string[] {
  const fitting = candidates.filter(
    (candidate) => isLoadable(candidate) && problemOf(candidate, 'other-video') === undefined,
  );
  if (candidates.length === 1) return fitting.map(({ name }) => name);
  const uses = countStems(candidates);
  const told = fitting.filter(({ match }) => match.rows.every((row) => isTold(row, uses)));
  const named = fitting.filter(({ name }) => name === clipName);
  return (told.length > 0 ? told : named).map(({ name }) => name);
}

/** Of several sequences none can be told to be the clip's. */
export function severalSequences(names: readonly string[], clipName: string): StudioError {
  const list = names.slice(0, LISTED_NAMES).map((name) => `“${name}”`);
  const more = names.length > LISTED_NAMES ? ', …' : '';
  return new StudioError(
    'file-invalid',
    `The file holds masks of ${names.length} sequences (${list.join(', ')}${more}).`,
    { hint: `Keep only one of them, or name the one that belongs to this clip “${clipName}”.` },
  );
}

/** Whether the row's frame could not as well be another clip's. Rows off the clip tell nothing. */
function isTold(row: MatchRow, uses: ReadonlyMap<string, number>): boolean {
  if (!('frame' in row)) return true;
  if (row.basis === 'frame-number') return false;
  return row.basis !== 'name' || uses.get(row.stem) === 1;
}

function isLoadable({ refusal, match }: TruthCandidate): boolean {
  return refusal === undefined && match.matchedCount > 0;
}

function countStems(candidates: readonly TruthCandidate[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const { match } of candidates) {
    for (const { stem } of match.rows) uses.set(stem, (uses.get(stem) ?? 0) + 1);
  }
  return uses;
}

function unloadedFor(candidate: TruthCandidate, isRequest: boolean): UnloadedSequence {
  const { name, match, refusal } = candidate;
  const against =
    refusal ??
    problemOf(candidate, 'other-video')?.message ??
    problemOf(candidate, 'nothing-matched')?.message;
  const rest = isRequest
    ? 'It was not chosen.'
    : `Its frames’ names fit other clips too, and the open clip is not called “${name}”.`;
  return {
    name,
    frameCount: match.rows.length,
    matchedCount: isLoadable(candidate) ? match.matchedCount : 0,
    reason: against ?? rest,
  };
}

function problemOf(
  { match }: TruthCandidate,
  code: MatchProblem['code'],
): MatchProblem | undefined {
  return match.problems.find((problem) => problem.code === code);
}

function refuseUnknown(candidates: readonly TruthCandidate[], requested: readonly string[]): void {
  const known = new Set(candidates.map(({ name }) => name));
  const missing = requested.find((name) => !known.has(name));
  if (missing === undefined) return;
  throw new StudioError('file-invalid', `There is no sequence “${missing}” in the files.`, {
    hint: `There are ${known.size}; choose one of them.`,
  });
}
