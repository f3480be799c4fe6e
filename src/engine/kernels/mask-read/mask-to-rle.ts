import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';
import type { BilinearTable } from './bilinear-table.ts';
import { blendColumn, rowSpans, toColumnPlanes, type MaskScaling } from './column-blend.ts';

/**
 * Where both neighbours exceed this, so does no blend of them reach 0: the larger of two float32
 * weights is at least ½, far from underflow.
 */
const SURELY_POSITIVE = 2 ** -100;

/**
 * The mask that logits give at the video's size: bilinear resize as PyTorch's `interpolate`
 * (align_corners false, float32, rows before columns), then > 0, as run lengths. Linear in the
 * logits and the columns; rows are only evaluated where the sign may change. Twin of the passes of
 * `GpuMaskReader`. Source: `sam2_video_predictor.py: _get_orig_video_res_output`.
 * @param logits row-major, `columns.inputSize × rows.inputSize`
 */
export function maskToRle(logits: Float32Array, scaling: MaskScaling): MaskRle {
  const { columns, rows } = scaling;
  const planes = toColumnPlanes(logits, scaling);
  const column = new Float32Array(rows.inputSize);
  const spans = rowSpans(rows);
  const transitions: number[] = [];
  let isObject = false;
  for (let x = 0; x < columns.outputSize; x++) {
    blendColumn(planes, columns, { x, column });
    isObject = appendColumn({ column, rows, spans, transitions, isObject, x });
  }
  return rleFromTransitions(columns.outputSize, rows.outputSize, transitions);
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
