import { invariant } from './assert.ts';
import type { Size } from './geometry.ts';
import { forEachObjectRun, rleFromTransitions, type MaskRle } from './rle.ts';

/**
 * Resizes a plane of ids as `cv2.resize(…, interpolation=INTER_NEAREST)` does: pixel x comes from
 * `floor(x · source / target)`, with no half-pixel centre. Source: opencv `resize.cpp: resizeNN`.
 */
export class NearestResizer {
  readonly #from: Size;
  readonly #to: Size;
  readonly #columns: Int32Array;

  constructor(from: Size, to: Size) {
    this.#from = from;
    this.#to = to;
    this.#columns = nearestSources(from.width, to.width);
  }

  /**
   * @param source row-major, of the size `from`
   * @param target row-major, of the size `to`; written over whole
   */
  resize(source: Uint8Array, target: Uint8Array): void {
    const { width, height } = this.#to;
    invariant(
      source.length === this.#from.width * this.#from.height,
      'the source has another size',
    );
    invariant(target.length === width * height, 'the target has another size');
    const columns = this.#columns;
    for (let y = 0; y < height; y++) {
      const from = sourceOf(y, this.#from.height, height) * this.#from.width;
      const to = y * width;
      for (let x = 0; x < width; x++) target[to + x] = source[from + (columns[x] ?? 0)] ?? 0;
    }
  }
}

/** Of a side that is resized from `from` to `to` pixels: which pixel each of the new ones shows. */
export function nearestSources(from: number, to: number): Int32Array<ArrayBuffer> {
  return Int32Array.from({ length: to }, (_, position) => sourceOf(position, from, to));
}

/** With OpenCV's own roundings, which for some sizes differ from the quotient's floor. */
function sourceOf(position: number, from: number, to: number): number {
  const scale = 1 / (to / from);
  return Math.min(Math.floor(position * scale), from - 1);
}

/**
 * A mask at another size, pixel for pixel what `NearestResizer` makes of it, from run to run and
 * without a plane; the same mask where it has that size.
 */
export function resizeMask(mask: MaskRle, to: Size): MaskRle {
  if (mask.width === to.width && mask.height === to.height) return mask;
  const columns = runsOfColumns(mask);
  const rows = firstRows(mask.height, to.height);
  const changes: number[] = [];
  for (let x = 0; x < to.width; x++) {
    const runs = columns[sourceOf(x, mask.width, to.width)] ?? [];
    const top = x * to.height;
    for (let at = 0; at < runs.length; at += 2) {
      const start = top + (rows[runs[at] ?? 0] ?? 0);
      const end = top + (rows[runs[at + 1] ?? 0] ?? 0);
      if (start === end) continue;
      // A run that begins where the last one ends goes on with it, also from column to column.
      if (changes.at(-1) === start) changes.pop();
      else changes.push(start);
      changes.push(end);
    }
  }
  if (changes.at(-1) === to.width * to.height) changes.pop();
  return rleFromTransitions(to.width, to.height, changes);
}

/** Of each column, the rows at which a run of the object begins, ends, begins … */
function runsOfColumns(mask: MaskRle): readonly (readonly number[])[] {
  const columns: number[][] = Array.from({ length: mask.width }, () => []);
  forEachObjectRun(mask, (start, end) => {
    for (let from = start; from < end;) {
      const x = Math.floor(from / mask.height);
      const top = x * mask.height;
      const until = Math.min(end, top + mask.height);
      columns[x]?.push(from - top, until - top);
      from = until;
    }
  });
  return columns;
}

/** By source row, its own end included: the first row of the target that is not taken from above. */
function firstRows(from: number, to: number): Int32Array {
  const rows = new Int32Array(from + 1).fill(to);
  for (let y = to - 1; y >= 0; y--) rows[sourceOf(y, from, to)] = y;
  for (let row = from - 1; row >= 0; row--) {
    rows[row] = Math.min(rows[row] ?? to, rows[row + 1] ?? to);
  }
  return rows;
}
