import type { MatchRow } from '../../core/frame-match.ts';

/** Rows of a page; more in one table make the dialog slow to open. */
export const ROWS_PER_PAGE = 100;

/** Which rows are listed. */
export type RowFilter = 'all' | 'unmatched';

/** Rows of the table with their places in the sequence, from 0. */
export interface NumberedRow {
  readonly place: number;
  readonly row: MatchRow;
}

/** A page of the rows that are asked for; a page past the end is the last one. */
export function pageOf(
  rows: readonly MatchRow[],
  { filter, page }: { readonly filter: RowFilter; readonly page: number },
) {
  const all: readonly NumberedRow[] = rows.map((row, place) => ({ place, row }));
  const listed = filter === 'all' ? all : all.filter(({ row }) => !('frame' in row));
  const pageCount = Math.max(Math.ceil(listed.length / ROWS_PER_PAGE), 1);
  const shown = Math.min(Math.max(page, 0), pageCount - 1);
  const first = shown * ROWS_PER_PAGE;
  return {
    rows: listed.slice(first, first + ROWS_PER_PAGE),
    page: shown,
    pageCount,
    /** Of the listed rows, from 0. */
    first,
    total: listed.length,
  };
}
