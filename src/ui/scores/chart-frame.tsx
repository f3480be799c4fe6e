import { ChartLine, Copy, Table } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { IconButton } from '../primitives/icon-button.tsx';
import { useStudio } from '../studio-context.tsx';
import { DataTable } from './data-table.tsx';
import { tabSeparated, type Column } from './table-model.ts';
import './chart-frame.css';

interface Props<Row> {
  /** What the chart and the table show, for screen readers. */
  readonly label: string;
  /** Left of the buttons. */
  readonly head: ReactNode;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly onPick?: (row: Row) => void;
  readonly isCurrent?: (row: Row) => boolean;
  readonly size?: 'panel' | 'large';
  /** The chart. */
  readonly children: ReactNode;
}

/** A chart, with the same numbers as a table behind a button. */
export function ChartFrame<Row>(props: Props<Row>) {
  const { label, head, columns, rows, size = 'panel', children } = props;
  const [isTable, setTable] = useState(false);
  return (
    <div className={`chart-frame chart-${size}`}>
      <div className="chart-head">
        {head}
        {isTable && <CopyTable columns={columns} rows={rows} />}
        <IconButton
          size="small"
          label={isTable ? 'Show as a chart' : 'Show as a table'}
          onClick={() => setTable(!isTable)}
        >
          {isTable ? <ChartLine /> : <Table />}
        </IconButton>
      </div>
      {isTable ? (
        <div className="chart-body">
          <DataTable
            caption={label}
            columns={columns}
            rows={rows}
            rowKey={props.rowKey}
            onPick={props.onPick}
            isCurrent={props.isCurrent}
          />
        </div>
      ) : (
        children
      )}
    </div>
  );
}

interface CopyProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
}

/** Puts all of a table onto the clipboard, as spreadsheets take it. */
export function CopyTable<Row>({ columns, rows }: CopyProps<Row>) {
  const { actions } = useStudio();
  const copy = () => {
    navigator.clipboard
      .writeText(tabSeparated(columns, rows))
      .catch((error: unknown) => actions.alerts.reportError(error));
  };
  return (
    <IconButton size="small" label="Copy the table" onClick={copy}>
      <Copy />
    </IconButton>
  );
}
