import { useMemo } from 'react';
import type { ScoreReport } from '../../core/scores.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';
import { useSelected, useStudio } from '../studio-context.tsx';
import { objectRows, type ObjectRow } from './object-rows.ts';
import { hasWrongDecay, measureColumns, scoreColumn } from './score-columns.ts';
import { SortedTable } from './sorted-table.tsx';
import type { Column } from './table-model.ts';

/** Each object's scores, of all sequences. */
export function ObjectTable({ report }: { readonly report: ScoreReport }) {
  const { actions, store } = useStudio();
  const truth = useSelected((state) => state.groundTruth.truth);
  const current = useSelected((state) => state.groundTruth.sequence);
  const rows = useMemo(() => objectRows(report, truth), [report, truth]);
  const columns = useMemo(() => columnsOf(rows), [rows]);
  const pick = ({ sequence, truthId }: ObjectRow) => {
    actions.groundTruth.selectSequence(sequence);
    const { groundTruth, tracklets } = store.getState();
    const object = groundTruth.scoring[sequence]?.assigned[truthId];
    if (findTracklet(tracklets, object) !== undefined) actions.tracklets.select(object);
  };
  return (
    <SortedTable
      caption="Scores of each object"
      note="Dice, 2J/(1 + J), is no part of J&F."
      columns={columns}
      rows={rows}
      rowKey={({ sequence, truthId }) => `${sequence}/${truthId}`}
      onPick={pick}
      isCurrent={({ sequence }) => sequence === current && report.sequences.length > 1}
    />
  );
}

function columnsOf(rows: readonly ObjectRow[]): readonly Column<ObjectRow>[] {
  const isOneSequence = rows.every(({ sequence }) => sequence === rows[0]?.sequence);
  const sequence: Column<ObjectRow> = {
    key: 'sequence',
    title: 'Sequence',
    kind: 'text',
    value: (row) => row.sequence,
  };
  return [
    { key: 'object', title: 'Object', kind: 'text', value: ({ name }) => name },
    ...(isOneSequence ? [] : [sequence]),
    ...measureColumns<ObjectRow>({
      measures: ({ score }) => score,
      showsCorrectedDecay: rows.some(({ score }) => hasWrongDecay(score)),
    }),
    scoreColumn('dice', 'Dice', { value: ({ dice }) => dice }),
  ];
}
