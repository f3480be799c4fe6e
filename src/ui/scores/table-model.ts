/** A column of a table: what sorts, what is shown, what is copied. */
export interface Column<Row> {
  readonly key: string;
  readonly title: string;
  /** What the title stands for, on hover. */
  readonly hint?: string;
  readonly kind: 'text' | 'number';
  /** At least as wide, in root font sizes; the table has widths for either kind. */
  readonly widthRem?: number;
  /** Sorts by this; absent and NaN come last in either order. */
  readonly value: (row: Row) => string | number | undefined;
  /** Shown and copied; the value itself where absent. */
  readonly text?: (row: Row) => string;
}

/** By which column rows are ordered. */
export interface Sorting {
  readonly key: string;
  readonly direction: 'ascending' | 'descending';
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

/** The rows in the order of a column; of equal ones as they came. */
export function sortRows<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  sorting: Sorting | undefined,
): readonly Row[] {
  const column = columns.find(({ key }) => key === sorting?.key);
  if (column === undefined || sorting === undefined) return rows;
  const sign = sorting.direction === 'ascending' ? 1 : -1;
  return rows
    .map((row) => ({ row, value: column.value(row) }))
    .sort((a, b) => {
      const [isEmptyA, isEmptyB] = [isEmpty(a.value), isEmpty(b.value)];
      if (isEmptyA || isEmptyB) return Number(isEmptyA) - Number(isEmptyB);
      return sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

/** The order after a press on a column's title: first ascending, which has the worst on top. */
export function nextSorting(sorting: Sorting | undefined, key: string): Sorting {
  const isAscending = sorting?.key === key && sorting.direction === 'ascending';
  return { key, direction: isAscending ? 'descending' : 'ascending' };
}

/** What a cell shows. */
export function cellText<Row>(column: Column<Row>, row: Row): string {
  return column.text === undefined ? String(column.value(row) ?? '') : column.text(row);
}

/** A table as spreadsheets take it: lines of cells apart by tabs, the titles first. */
export function tabSeparated<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]) => cells.map(withoutBreaks).join('\t');
  return [
    line(columns.map(({ title }) => title)),
    ...rows.map((row) => line(columns.map((column) => cellText(column, row)))),
  ].join('\n');
}

/** Rows `[first, end)` in sight of a scrolled table, with a few beyond either edge. */
export function rowsInSight(
  scroll: { readonly top: number; readonly height: number; readonly rowHeight: number },
  count: number,
): readonly [number, number] {
  const beyond = 12;
  const first = Math.floor(scroll.top / scroll.rowHeight) - beyond;
  const end = Math.ceil((scroll.top + scroll.height) / scroll.rowHeight) + beyond;
  return [Math.min(Math.max(first, 0), count), Math.min(Math.max(end, 0), count)];
}

function isEmpty(value: string | number | undefined): boolean {
  return value === undefined || Number.isNaN(value);
}

function compare(a: string | number | undefined, b: string | number | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return COLLATOR.compare(String(a), String(b));
}

function withoutBreaks(cell: string): string {
  return cell.replaceAll(/[\t\r\n]+/g, ' ');
}
