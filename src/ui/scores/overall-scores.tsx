import { useMemo } from 'react';
import type { PooledScore, ScoreReport } from '../../core/scores.ts';
import { formatScore } from '../../store/format.ts';
import { DataTable } from './data-table.tsx';
import { hasWrongDecay, measureColumns, objectCountColumn } from './score-columns.ts';
import type { Column } from './table-model.ts';

interface OverallRow {
  readonly name: string;
  readonly score: PooledScore;
}

/** The scores of the whole set, with what the report has to say of them. */
export function OverallScores({ report }: { readonly report: ScoreReport }) {
  const rows = useMemo(() => overallRows(report), [report]);
  const columns = useMemo(() => columnsOf(rows), [rows]);
  return (
    <section className="report-overall" aria-label="Overall">
      <p className="report-figure numbers">
        <span>J&amp;F</span>
        {formatScore(report.overall.mean)}
      </p>
      <DataTable
        caption="Overall scores"
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
      />
      {report.notices.length > 0 && (
        <ul className="report-notices">
          {report.notices.map((notice) => (
            <li key={notice}>{notice}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

function overallRows({ overall, unseenKitchens }: ScoreReport): readonly OverallRow[] {
  const all = { name: 'All objects', score: overall };
  if (unseenKitchens === undefined) return [all];
  return [all, { name: 'Unseen kitchens', score: unseenKitchens }];
}

function columnsOf(rows: readonly OverallRow[]): readonly Column<OverallRow>[] {
  return [
    { key: 'name', title: 'Pooled over', kind: 'text', value: ({ name }) => name },
    objectCountColumn(({ score }) => score),
    ...measureColumns<OverallRow>({
      measures: ({ score }) => score,
      showsCorrectedDecay: rows.some(({ score }) => hasWrongDecay(score)),
    }),
  ];
}
