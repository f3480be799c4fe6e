import { ArrowDown, ArrowUp } from 'lucide-react';
import type { ReactNode } from 'react';
import { cellText, type Column, type Sorting } from './table-model.ts';
import { useRowsInSight } from './use-rows-in-sight.ts';
import './data-table.css';

interface Props<Row> {
  /** What the table is, for screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  /** In their order; the caller sorts. */
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly sorting?: Sorting | undefined;
  /** Absent: the order is fixed. */
  readonly onSort?: ((key: string) => void) | undefined;
  /** Absent: rows are only read. */
  readonly onPick?: ((row: Row) => void) | undefined;
  readonly isCurrent?: ((row: Row) => boolean) | undefined;
}

/** Least widths of columns. They are fixed, so that nothing moves when other rows come in sight. */
const NUMBER_REM = 5.5;
const TEXT_REM = 8;

/** A table that scrolls in itself. Only the rows in sight are on the page, so it takes any number. */
export function DataTable<Row>(props: Props<Row>) {
  const { caption, columns, rows, rowKey } = props;
  const { scroller, first, end, rowHeight, onScroll } = useRowsInSight(rows.length);
  return (
    <div
      ref={scroller}
      className="data-table"
      role="region"
      aria-label={caption}
      // It scrolls, so the keyboard must reach it.
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      tabIndex={0}
      onScroll={onScroll}
    >
      <table
        className="numbers"
        aria-rowcount={rows.length + 1}
        style={{ minWidth: `${leastWidthRem(columns)}rem` }}
      >
        <caption className="visually-hidden">{caption}</caption>
        <colgroup>
          {columns.map((column) => (
            // Texts share what the numbers leave.
            <col
              key={column.key}
              style={column.kind === 'number' ? { width: `${widthRemOf(column)}rem` } : {}}
            />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map((column) => (
              <ColumnTitle
                key={column.key}
                column={column}
                sorting={props.sorting}
                onSort={props.onSort}
              />
            ))}
          </tr>
        </thead>
        <tbody>
          <Spacer rows={first} rowHeight={rowHeight} columns={columns.length} />
          {rows.slice(first, end).map((row, at) => (
            <BodyRow
              key={rowKey(row)}
              columns={columns}
              row={row}
              rowIndex={first + at + 2}
              isCurrent={props.isCurrent?.(row) ?? false}
              onPick={props.onPick}
            />
          ))}
          <Spacer rows={rows.length - end} rowHeight={rowHeight} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

type ColumnWidth = Pick<Column<unknown>, 'kind' | 'widthRem'>;

function widthRemOf({ kind, widthRem }: ColumnWidth): number {
  return widthRem ?? (kind === 'number' ? NUMBER_REM : TEXT_REM);
}

function leastWidthRem(columns: readonly ColumnWidth[]): number {
  return columns.reduce((sum, column) => sum + widthRemOf(column), 0);
}

interface TitleProps<Row> {
  readonly column: Column<Row>;
  readonly sorting: Sorting | undefined;
  readonly onSort: ((key: string) => void) | undefined;
}

function ColumnTitle<Row>({ column, sorting, onSort }: TitleProps<Row>) {
  const direction = sorting?.key === column.key ? sorting.direction : undefined;
  if (onSort === undefined) {
    return (
      <th scope="col" data-kind={column.kind} title={column.hint}>
        {column.title}
      </th>
    );
  }
  return (
    <th scope="col" data-kind={column.kind} aria-sort={direction ?? 'none'} title={column.hint}>
      <button type="button" onClick={() => onSort(column.key)}>
        {column.title}
        {direction === 'ascending' && <ArrowUp aria-hidden="true" />}
        {direction === 'descending' && <ArrowDown aria-hidden="true" />}
      </button>
    </th>
  );
}

interface RowProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
  /** From 1, the titles included. */
  readonly rowIndex: number;
  readonly isCurrent: boolean;
  readonly onPick: ((row: Row) => void) | undefined;
}

function BodyRow<Row>({ columns, row, rowIndex, isCurrent, onPick }: RowProps<Row>) {
  return (
    // The button in its first cell does the same for the keyboard.
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events
    <tr
      aria-rowindex={rowIndex}
      data-current={isCurrent}
      data-pickable={onPick !== undefined}
      onClick={() => onPick?.(row)}
    >
      {columns.map((column, at) => {
        const text = cellText(column, row);
        if (at > 0) {
          return (
            <td key={column.key} data-kind={column.kind} title={text}>
              {text}
            </td>
          );
        }
        return (
          <th key={column.key} scope="row" data-kind={column.kind} title={text}>
            {onPick === undefined ? text : <PickButton isCurrent={isCurrent}>{text}</PickButton>}
          </th>
        );
      })}
    </tr>
  );
}

// Its click is the row's.
function PickButton({ isCurrent, children }: { isCurrent: boolean; children: ReactNode }) {
  return (
    <button type="button" aria-current={isCurrent}>
      {children}
    </button>
  );
}

interface SpacerProps {
  readonly rows: number;
  readonly rowHeight: number;
  readonly columns: number;
}

/** Takes the place of rows out of sight. */
function Spacer({ rows, rowHeight, columns }: SpacerProps) {
  if (rows <= 0) return null;
  return (
    <tr aria-hidden="true" className="data-table-spacer" style={{ height: rows * rowHeight }}>
      <td colSpan={columns} />
    </tr>
  );
}
