import { useMemo } from 'react';
import type { ScoreReport } from '../../core/scores.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { hasWrongDecay, measureColumns, objectCountColumn } from './score-columns.ts';
import { SortedTable } from './sorted-table.tsx';
import type { Column } from './table-model.ts';

type SequenceRow = ScoreReport['sequences'][number];

/** Each sequence's scores, pooled over its objects. */
export function SequenceTable({ report }: { readonly report: ScoreReport }) {
  const { groundTruth } = useActions();
  const current = useSelected((state) => state.groundTruth.sequence);
  const columns = useMemo(() => columnsOf(report.sequences), [report]);
  return (
    <SortedTable
      caption="Scores of each sequence"
      note="Choose a sequence to see it on the stage, in the curves and in the timeline."
      columns={columns}
      rows={report.sequences}
      rowKey={({ name }) => name}
      onPick={({ name }) => groundTruth.selectSequence(name)}
      isCurrent={({ name }) => name === current}
    />
  );
}

function columnsOf(rows: readonly SequenceRow[]): readonly Column<SequenceRow>[] {
  return [
    { key: 'sequence', title: 'Sequence', kind: 'text', value: ({ name }) => name },
    objectCountColumn(({ score }) => score),
    ...measureColumns<SequenceRow>({
      measures: ({ score }) => score,
      showsCorrectedDecay: rows.some(({ score }) => hasWrongDecay(score)),
    }),
  ];
}
