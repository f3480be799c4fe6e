import { useMemo, useState, type ReactNode } from 'react';
import { CopyTable } from './chart-frame.tsx';
import { DataTable } from './data-table.tsx';
import { nextSorting, sortRows, type Column, type Sorting } from './table-model.ts';

interface Props<Row> {
  readonly caption: string;
  /** Above the table. */
  readonly note: ReactNode;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly onPick: (row: Row) => void;
  readonly isCurrent: (row: Row) => boolean;
}

/** A table that its titles sort, which can be copied as it stands. */
export function SortedTable<Row>(props: Props<Row>) {
  const { caption, note, columns, rows, rowKey, onPick, isCurrent } = props;
  const [sorting, setSorting] = useState<Sorting>();
  const sorted = useMemo(() => sortRows(rows, columns, sorting), [rows, columns, sorting]);
  return (
    <div className="chart-frame chart-large">
      <div className="chart-head">
        <p className="report-note">{note}</p>
        <CopyTable columns={columns} rows={sorted} />
      </div>
      <DataTable
        caption={caption}
        columns={columns}
        rows={sorted}
        rowKey={rowKey}
        sorting={sorting}
        onSort={(key) => setSorting(nextSorting(sorting, key))}
        onPick={onPick}
        isCurrent={isCurrent}
      />
    </div>
  );
}
