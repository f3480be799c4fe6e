import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';

/** `sam2/build_sam.py: fill_hole_area`; 0 switches filling off. */
export const HOLE_AREA_PX = 8;

/** What a hole's logits become: just object, `sam2/utils/misc.py: fill_holes_in_mask_scores`. */
export const HOLE_LOGIT = Math.fround(0.1);

/**
 * Turns small holes into object: every 8-connected component of logits ≤ 0 with at most
 * `maxAreaPx` pixels becomes `HOLE_LOGIT`. Linear in the pixels. Twin of `GpuHoleFiller`.
 * Source: `sam2/utils/misc.py: fill_holes_in_mask_scores`.
 * @param logits row-major, `size.width · size.height`; left as they are
 * @returns a new array, the caller's
 */
export function fillHoles(
  logits: Float32Array,
  size: Size,
  maxAreaPx: number = HOLE_AREA_PX,
): Float32Array<ArrayBuffer> {
  invariant(logits.length === size.width * size.height, 'logits do not fill width × height');
  const filled = Float32Array.from(logits);
  if (maxAreaPx === 0) return filled;
  const runs = labelBackground(logits, size);
  for (let run = 0; run < runs.starts.length; run++) {
    if ((runs.areas[findRoot(runs.parents, run)] ?? 0) > maxAreaPx) continue;
    filled.fill(HOLE_LOGIT, runs.starts[run], runs.ends[run]);
  }
  return filled;
}

/** Horizontal runs of background, in reading order, joined into components by `parents`. */
interface BackgroundRuns {
  /** Positions in the row-major array; ends are exclusive. */
  readonly starts: number[];
  readonly ends: number[];
  /** A run's parent is a run of the same component; a component's root is its own parent. */
  readonly parents: number[];
  /** Valid at a root: pixels of its component. */
  readonly areas: number[];
}

function labelBackground(logits: Float32Array, { width, height }: Size): BackgroundRuns {
  const runs: BackgroundRuns = { starts: [], ends: [], parents: [], areas: [] };
  let above = 0;
  for (let y = 0; y < height; y++) {
    const firstOfRow = runs.starts.length;
    appendRowRuns(runs, logits, { from: y * width, to: (y + 1) * width });
    joinToRowAbove(runs, { above, firstOfRow, width });
    above = firstOfRow;
  }
  return runs;
}

function appendRowRuns(
  runs: BackgroundRuns,
  logits: Float32Array,
  { from, to }: { from: number; to: number },
): void {
  let at = from;
  while (at < to) {
    // Not `> 0`: NaN is no background in the reference either.
    while (at < to && !((logits[at] ?? 0) <= 0)) at++;
    if (at === to) return;
    const start = at;
    while (at < to && (logits[at] ?? 0) <= 0) at++;
    runs.parents.push(runs.starts.length);
    runs.starts.push(start);
    runs.ends.push(at);
    runs.areas.push(at - start);
  }
}

/** Walks two neighbouring rows at once; runs touch when they overlap or meet at a corner. */
function joinToRowAbove(
  runs: BackgroundRuns,
  { above, firstOfRow, width }: { above: number; firstOfRow: number; width: number },
): void {
  let upper = above;
  for (let lower = firstOfRow; lower < runs.starts.length;) {
    if (upper === firstOfRow) return;
    const upperStart = (runs.starts[upper] ?? 0) + width;
    const upperEnd = (runs.ends[upper] ?? 0) + width;
    const lowerStart = runs.starts[lower] ?? 0;
    const lowerEnd = runs.ends[lower] ?? 0;
    if (upperStart <= lowerEnd && lowerStart <= upperEnd) join(runs, upper, lower);
    if (upperEnd <= lowerEnd) upper++;
    else lower++;
  }
}

function join(runs: BackgroundRuns, a: number, b: number): void {
  const rootA = findRoot(runs.parents, a);
  const rootB = findRoot(runs.parents, b);
  if (rootA === rootB) return;
  const [root, child] = rootA < rootB ? [rootA, rootB] : [rootB, rootA];
  runs.parents[child] = root;
  runs.areas[root] = (runs.areas[root] ?? 0) + (runs.areas[child] ?? 0);
}

function findRoot(parents: number[], run: number): number {
  let at = run;
  for (let parent = parents[at] ?? at; parent !== at; parent = parents[at] ?? at) {
    // Pointing each run passed at its grandparent keeps later walks short.
    parents[at] = parents[parent] ?? parent;
    at = parent;
  }
  return at;
}
