import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';
import type { BilinearTable } from './bilinear-table.ts';

/**
 * Where both neighbours exceed this, so does no blend of them reach 0: the larger of two float32
 * weights is at least ½, far from underflow.
 */
const SURELY_POSITIVE = 2 ** -100;

/** How logits are stretched to the video: one table for each axis. */
export interface MaskScaling {
  readonly columns: BilinearTable;
  readonly rows: BilinearTable;
}

/**
 * The mask that logits give at the video's size: bilinear resize as PyTorch's `interpolate`
 * (align_corners false, float32, rows before columns), then > 0, as run lengths. Linear in the
 * logits and the columns; rows are only evaluated where the sign may change. Twin of the passes of
 * `GpuMaskReader`. Source: `sam2_video_predictor.py: _get_orig_video_res_output`.
 * @param logits row-major, `columns.inputSize × rows.inputSize`
 */
export function maskToRle(logits: Float32Array, scaling: MaskScaling): MaskRle {
  const { columns, rows } = scaling;
  const logitSize = { width: columns.inputSize, height: rows.inputSize };
  invariant(logits.length === logitSize.width * logitSize.height, 'logits do not fit the tables');
  const planes = transpose(logits, logitSize);
  const column = new Float32Array(logitSize.height);
  const spans = rowSpans(rows);
  const transitions: number[] = [];
  let isObject = false;
  for (let x = 0; x < columns.outputSize; x++) {
    blendColumn(planes, columns, { x, column });
    isObject = appendColumn({ column, rows, spans, transitions, isObject, x });
  }
  return rleFromTransitions(columns.outputSize, rows.outputSize, transitions);
}

/** Column-major copy, so that a video column is blended from two contiguous stretches. */
function transpose(logits: Float32Array, { width, height }: Size): Float32Array {
  const planes = new Float32Array(logits.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) planes[x * height + y] = logits[y * width + x] ?? 0;
  }
  return planes;
}

/** `spans[r] … spans[r + 1]`: the output rows whose lower input row is `r`. */
function rowSpans(rows: BilinearTable): Uint32Array {
  const spans = new Uint32Array(rows.inputSize + 1);
  for (const lower of rows.lower) spans[lower + 1] = (spans[lower + 1] ?? 0) + 1;
  for (let r = 0; r < rows.inputSize; r++) spans[r + 1] = (spans[r + 1] ?? 0) + (spans[r] ?? 0);
  return spans;
}

function blendColumn(
  planes: Float32Array,
  columns: BilinearTable,
  { x, column }: { x: number; column: Float32Array },
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

interface ColumnScan {
  /** Logits of this video column at the logits' rows. */
  readonly column: Float32Array;
  readonly rows: BilinearTable;
  readonly spans: Uint32Array;
  /** Receives column-major positions at which the mask changes. */
  readonly transitions: number[];
  /** Whether the pixel before this column is object. */
  readonly isObject: boolean;
  readonly x: number;
}

/** @returns whether the column's last pixel is object */
function appendColumn(scan: ColumnScan): boolean {
  const { column, rows, spans, transitions } = scan;
  const start = scan.x * rows.outputSize;
  const last = column.length - 1;
  let isObject = scan.isObject;
  for (let r = 0; r <= last; r++) {
    const [from, to] = [spans[r] ?? 0, spans[r + 1] ?? 0];
    const upper = column[r] ?? 0;
    const lower = column[Math.min(r + 1, last)] ?? 0;
    const isUniform =
      (upper <= 0 && lower <= 0) || (upper > SURELY_POSITIVE && lower > SURELY_POSITIVE);
    const end = isUniform ? Math.min(from + 1, to) : to;
    for (let y = from; y < end; y++) {
      const weight = rows.upperWeights[y] ?? 0;
      const value = Math.fround(Math.fround(1 - weight) * upper) + Math.fround(weight * lower);
      if (value > 0 === isObject) continue;
      isObject = !isObject;
      transitions.push(start + y);
    }
  }
  return isObject;
}
