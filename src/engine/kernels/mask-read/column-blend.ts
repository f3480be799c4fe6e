import { invariant } from '../../../core/assert.ts';
import type { BilinearTable } from './bilinear-table.ts';

/** How logits are stretched to the video: one table for each axis. */
export interface MaskScaling {
  readonly columns: BilinearTable;
  readonly rows: BilinearTable;
}

/**
 * Logits in column-major order, so that a video column is blended from two contiguous stretches.
 * @param logits row-major, `columns.inputSize × rows.inputSize`
 * @returns the caller's
 */
export function toColumnPlanes(logits: Float32Array, { columns, rows }: MaskScaling): Float32Array {
  const [width, height] = [columns.inputSize, rows.inputSize];
  invariant(logits.length === width * height, 'logits do not fit the tables');
  const planes = new Float32Array(logits.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) planes[x * height + y] = logits[y * width + x] ?? 0;
  }
  return planes;
}

/** `spans[r] … spans[r + 1]`: the output rows whose lower input row is `r`. */
export function rowSpans(rows: BilinearTable): Uint32Array {
  const spans = new Uint32Array(rows.inputSize + 1);
  for (const lower of rows.lower) spans[lower + 1] = (spans[lower + 1] ?? 0) + 1;
  for (let r = 0; r < rows.inputSize; r++) spans[r + 1] = (spans[r + 1] ?? 0) + (spans[r] ?? 0);
  return spans;
}

/** Fills `column` with the logits of video column `x` at the logits' own rows. */
export function blendColumn(
  planes: Float32Array,
  columns: BilinearTable,
  { x, column }: { readonly x: number; readonly column: Float32Array },
): void {
  const height = column.length;
  const lower = columns.lower[x] ?? 0;
  const left = lower * height;
  const right = Math.min(lower + 1, columns.inputSize - 1) * height;
  const upperWeight = columns.upperWeights[x] ?? 0;
  const lowerWeight = Math.fround(1 - upperWeight);
  for (let y = 0; y < height; y++) {
    column[y] =
      Math.fround(lowerWeight * (planes[left + y] ?? 0)) +
      Math.fround(upperWeight * (planes[right + y] ?? 0));
  }
}
