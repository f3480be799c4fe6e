import type { EntityRule, TruthSequence } from '../../core/ground-truth.ts';
import type { MatchBasis, MatchRow } from '../../core/frame-match.ts';
import { formatCount, formatCounted } from '../../store/format.ts';
import type { GroundTruthSlice, LoadedTruth } from '../../store/ground-truth-slice.ts';

const KINDS: Record<LoadedTruth['kind'], string> = {
  visor: 'VISOR',
  masks: 'PNG masks',
};

/** What a ground truth is, such as `VISOR · 5 sequences`. */
export function kindText({ kind, sequences, unloaded }: LoadedTruth): string {
  const count = sequences.length + unloaded.length;
  return count === 1 ? KINDS[kind] : `${KINDS[kind]} · ${formatCounted(count, 'sequence')}`;
}

/** How much of a sequence lies on the clip, such as `38 of 40 frames matched`. */
export function matchText({ match }: TruthSequence): string {
  const total = match.rows.length;
  return `${formatCount(match.matchedCount)} of ${formatCounted(total, 'frame')} matched`;
}

const BASES: Record<MatchBasis, string> = {
  name: 'same name',
  'frame-mapping': 'frame_mapping.json',
  'epic-number': 'EPIC-KITCHENS’ number',
  timestamps: 'frames_to_timestamps.json',
  'visor-clock': 'VISOR’s clock',
  'frame-number': 'number in its name',
};

/** By what a frame was found. */
export function basisText(basis: MatchBasis): string {
  return BASES[basis];
}

/** How far the clip's frame is from the time looked for, such as `+3.2 ms`; empty without one. */
export function distanceText(row: Extract<MatchRow, { readonly basis: MatchBasis }>): string {
  if (row.distanceUs === undefined) return '';
  const text = (Math.abs(row.distanceUs) / 1000).toFixed(1);
  if (text === '0.0') return '0.0 ms';
  return `${row.distanceUs < 0 ? '−' : '+'}${text} ms`;
}

/** Which entities of a VISOR file become objects, to choose from. */
export const RULES: readonly {
  readonly value: EntityRule;
  readonly label: string;
  readonly meaning: string;
}[] = [
  {
    value: 'first-frame',
    label: 'First frame',
    meaning:
      'What a sequence’s first frame shows, as in VISOR’s validation and test sets. What comes later is left out.',
  },
  {
    value: 'all-frames',
    label: 'All frames',
    meaning:
      'What any frame of a sequence shows, as in VISOR’s training set. Sequences need three frames then.',
  },
];

/** How far reading is, 0..1; absent before anything is known. */
export function loadingFraction(loading: GroundTruthSlice['loading']): number | undefined {
  if (loading === undefined || loading.bytesTotal === 0) return undefined;
  return Math.min(loading.bytesDone / loading.bytesTotal, 1);
}
