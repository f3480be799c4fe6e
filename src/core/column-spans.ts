import type { Size } from './geometry.ts';
import { rleFromTransitions, type MaskRle } from './rle.ts';

/**
 * Gathers what is drawn, column by column, as spans of rows in any order, and makes run lengths of
 * it. A pixel is drawn where its centre is.
 */
export class ColumnSpans {
  readonly #size: Size;
  /** First and last row in turn, by column. */
  readonly #columns = new Map<number, number[]>();

  constructor(size: Size) {
    this.#size = size;
  }

  /** Columns whose pixels' centres lie in `[left, right]`, cut to the frame. */
  columnsBetween(left: number, right: number): { readonly first: number; readonly last: number } {
    return {
      first: Math.max(Math.ceil(left - 0.5), 0),
      last: Math.min(Math.floor(right - 0.5), this.#size.width - 1),
    };
  }

  /** Draws the pixels of a column whose centres lie in `[top, bottom]`. */
  add(column: number, top: number, bottom: number): void {
    const first = Math.max(Math.ceil(top - 0.5), 0);
    const last = Math.min(Math.floor(bottom - 0.5), this.#size.height - 1);
    if (first > last) return;
    const spans = this.#columns.get(column);
    if (spans === undefined) this.#columns.set(column, [first, last]);
    else spans.push(first, last);
  }

  /** The mask of all that was drawn. */
  toRle(): MaskRle {
    const { width, height } = this.#size;
    const transitions: number[] = [];
    for (const column of [...this.#columns.keys()].sort((a, b) => a - b)) {
      for (const [first, last] of mergedSpans(this.#columns.get(column) ?? [])) {
        const start = column * height + first;
        // A run goes on from the foot of one column to the head of the next.
        if (transitions.at(-1) === start) transitions.pop();
        else transitions.push(start);
        transitions.push(column * height + last + 1);
      }
    }
    if (transitions.at(-1) === width * height) transitions.pop();
    return rleFromTransitions(width, height, transitions);
  }
}

/** Ascending, apart from each other by a row at least. */
function mergedSpans(flat: readonly number[]): [first: number, last: number][] {
  const spans = Array.from({ length: flat.length / 2 }, (_, i): [number, number] => [
    flat[2 * i] ?? 0,
    flat[2 * i + 1] ?? 0,
  ]);
  spans.sort(([a], [b]) => a - b);
  const merged: [number, number][] = [];
  for (const [first, last] of spans) {
    const before = merged.at(-1);
    if (before !== undefined && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else merged.push([first, last]);
  }
  return merged;
}
