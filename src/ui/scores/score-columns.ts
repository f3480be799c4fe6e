import type { MetricScore, PooledScore } from '../../core/scores.ts';
import { formatCount, formatScore } from '../../store/format.ts';
import type { Column } from './table-model.ts';

/** J and F of anything that is scored. */
export interface Measures {
  readonly region: MetricScore;
  readonly boundary: MetricScore;
}

/** J&F: half of both means. */
export function meanOf({ region, boundary }: Measures): number {
  return (region.mean + boundary.mean) / 2;
}

/** Whether the official decay of J or F is another one than the right one. */
export function hasWrongDecay({ region, boundary }: Measures): boolean {
  return [region, boundary].some(({ decay, correctedDecay }) => !Object.is(decay, correctedDecay));
}

interface ColumnsOptions<Row> {
  readonly measures: (row: Row) => Measures;
  /** Puts the right decay beside the official one. */
  readonly showsCorrectedDecay: boolean;
}

/** J&F, and mean, recall and decay of J and of F, as the official tables have them. */
export function measureColumns<Row>(options: ColumnsOptions<Row>): readonly Column<Row>[] {
  const { measures } = options;
  return [
    scoreColumn('mean', 'J&F', { value: (row) => meanOf(measures(row)) }),
    ...metricColumns('J', (row) => measures(row).region, options),
    ...metricColumns('F', (row) => measures(row).boundary, options),
  ];
}

/** How many objects a pooled score is of. */
export function objectCountColumn<Row>(score: (row: Row) => PooledScore): Column<Row> {
  return {
    key: 'objects',
    title: 'Objects',
    kind: 'number',
    value: (row) => score(row).objectCount,
    text: (row) => formatCount(score(row).objectCount),
  };
}

/** A column of fractions, shown in percent. */
export function scoreColumn<Row>(
  key: string,
  title: string,
  { hint, value }: { readonly hint?: string; readonly value: (row: Row) => number | undefined },
): Column<Row> {
  const text = (row: Row) => formatScore(value(row));
  return { key, title, kind: 'number', value, text, ...(hint === undefined ? {} : { hint }) };
}

function metricColumns<Row>(
  name: 'J' | 'F',
  metric: (row: Row) => MetricScore,
  { showsCorrectedDecay }: ColumnsOptions<Row>,
): readonly Column<Row>[] {
  const columns = [
    scoreColumn<Row>(`${name} mean`, `${name} mean`, { value: (row) => metric(row).mean }),
    scoreColumn<Row>(`${name} recall`, `${name} recall`, {
      hint: 'Share of the frames above 50',
      value: (row) => metric(row).recall,
    }),
    scoreColumn<Row>(`${name} decay`, `${name} decay`, {
      hint: 'Mean of the first quarter of the frames less that of the last, by the official code',
      value: (row) => metric(row).decay,
    }),
  ];
  if (!showsCorrectedDecay) return columns;
  const corrected = scoreColumn<Row>(`${name} corrected`, 'corrected', {
    hint: 'The decay without the overflow in the official code',
    value: (row) => metric(row).correctedDecay,
  });
  return [...columns, corrected];
}
