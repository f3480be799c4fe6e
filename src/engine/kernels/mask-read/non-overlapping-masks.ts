import { invariant } from '../../../core/assert.ts';
import { MAX_OBJECT_ID } from '../../../core/ids.ts';
import { rleFromTransitions, type MaskRle } from '../../../core/rle.ts';
import type { BilinearTable } from './bilinear-table.ts';
import { blendColumn, rowSpans, toColumnPlanes, type MaskScaling } from './column-blend.ts';

/** Objects that an owner's byte can tell apart, 0 being nobody. */
export const MAX_OWNERS = MAX_OBJECT_ID;

/**
 * The masks of objects of which each pixel has at most one: that of the highest logit at the
 * video's size, the first of equals, and only where it is > 0. Resized as by `maskToRle`, which it
 * equals for one object. A NaN never has a pixel. Holds one column at a time; rows are evaluated
 * only where a logit may be > 0. Twin of the passes of `GpuMaskReader.readNonOverlapping`.
 * Source: `sam2_base.py: _apply_non_overlapping_constraints`, in
 * `sam2_video_predictor.py: _get_orig_video_res_output`.
 * @param objects row-major logits of each object, `columns.inputSize × rows.inputSize`; at most
 * `MAX_OWNERS`
 * @returns one mask for each object, in order
 */
export function nonOverlappingMasks(
  objects: readonly Float32Array[],
  scaling: MaskScaling,
): readonly MaskRle[] {
  const { columns, rows } = scaling;
  invariant(objects.length <= MAX_OWNERS, 'more objects than a byte can tell apart');
  const planes = objects.map((logits) => toColumnPlanes(logits, scaling));
  const contest = new ColumnContest(rows);
  const transitions = objects.map((): number[] => []);
  let owner = 0;
  for (let x = 0; x < columns.outputSize; x++) {
    contest.begin();
    for (const [i, plane] of planes.entries()) {
      blendColumn(plane, columns, { x, column: contest.column });
      contest.enter(i + 1);
    }
    owner = appendOwners(contest.owners, transitions, { owner, start: x * rows.outputSize });
  }
  return transitions.map((positions) =>
    rleFromTransitions(columns.outputSize, rows.outputSize, positions),
  );
}

/** Finds who has each pixel of one video column. */
class ColumnContest {
  /** The next contestant's logits at the logits' rows. */
  readonly column: Float32Array;
  /** Of each video row the number of who has it, 0 for nobody. */
  readonly owners: Uint8Array;
  readonly #rows: BilinearTable;
  readonly #spans: Uint32Array;
  readonly #best: Float32Array;

  constructor(rows: BilinearTable) {
    this.#rows = rows;
    this.#spans = rowSpans(rows);
    this.column = new Float32Array(rows.inputSize);
    this.owners = new Uint8Array(rows.outputSize);
    this.#best = new Float32Array(rows.outputSize);
  }

  begin(): void {
    this.owners.fill(0);
    this.#best.fill(0);
  }

  /** Gives `number` the rows where `column` exceeds all who came before, and 0. */
  enter(number: number): void {
    const { column, owners } = this;
    const [best, weights] = [this.#best, this.#rows.upperWeights];
    const last = column.length - 1;
    for (let r = 0; r <= last; r++) {
      const upper = column[r] ?? 0;
      const lower = column[Math.min(r + 1, last)] ?? 0;
      if (upper <= 0 && lower <= 0) continue;
      const end = this.#spans[r + 1] ?? 0;
      for (let y = this.#spans[r] ?? 0; y < end; y++) {
        const weight = weights[y] ?? 0;
        const value = Math.fround(
          Math.fround(Math.fround(1 - weight) * upper) + Math.fround(weight * lower),
        );
        if (!(value > (best[y] ?? 0))) continue;
        best[y] = value;
        owners[y] = number;
      }
    }
  }
}

/** @returns the owner of the column's last pixel */
function appendOwners(
  owners: Uint8Array,
  transitions: readonly number[][],
  { owner, start }: { readonly owner: number; readonly start: number },
): number {
  let before = owner;
  for (let y = 0; y < owners.length; y++) {
    const now = owners[y] ?? 0;
    if (now === before) continue;
    // A change of hands is the end of one mask and the start of another.
    transitions[before - 1]?.push(start + y);
    transitions[now - 1]?.push(start + y);
    before = now;
  }
  return before;
}
