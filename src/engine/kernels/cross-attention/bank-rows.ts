import { invariant } from '../../../core/assert.ts';

/**
 * Which rows of a bank's keys and values hold something: a run from the first row, and a run further
 * on. A bank keeps room for more than it holds, so that its tensors have the same shape on every frame;
 * the rows between and behind are neither read nor weighed, whatever is in them.
 */
export interface BankRows {
  /** Rows of mask memories, from row 0. */
  readonly memories: number;
  /** Row of the first pointer, at least `memories`. */
  readonly pointersFrom: number;
  /** Rows of object pointers. */
  readonly pointers: number;
}

/** A bank that is full of memories to its last row. */
export function fullOf(rows: number): BankRows {
  return { memories: rows, pointersFrom: rows, pointers: 0 };
}

/** Rows that are attended to, M. */
export function rowCount({ memories, pointers }: BankRows): number {
  return memories + pointers;
}

/** Rows from the last memory to the first pointer, which are skipped. */
export function gapOf({ memories, pointersFrom }: BankRows): number {
  return pointersFrom - memories;
}

/** Where key `index`, 0..M − 1, lies. */
export function rowOf(index: number, rows: BankRows): number {
  return index < rows.memories ? index : index + gapOf(rows);
}

/** @param room rows that the keys and the values have */
export function checkRows(rows: BankRows, room: number): void {
  const { memories, pointersFrom, pointers } = rows;
  const areIn = memories >= 0 && pointers >= 0 && memories <= pointersFrom;
  invariant(
    areIn && pointersFrom + pointers <= room,
    `${memories} memory rows and ${pointers} pointer rows from ${pointersFrom} on are not in ${room}`,
  );
}
