import type { ErrorKind } from '../../core/error-colors.ts';
import type { Size } from '../../core/geometry.ts';
import { rleFromTransitions, type MaskRle } from '../../core/rle.ts';
import { commonGrid, layOnGrid, type CommonGrid } from './common-grid.ts';

/** A true mask and the mask that is compared to it; each may be absent, and then has no pixels. */
export interface MaskPair {
  /** At the ground truth's size, which all pairs of a frame share. */
  readonly truth: MaskRle | undefined;
  /** At the video's size. */
  readonly mask: MaskRle | undefined;
}

/** Which part of the frame is right, missed and too much. No two share a cell. */
export interface ErrorRegions {
  readonly grid: CommonGrid;
  /** In cells of the grid. */
  readonly regions: Readonly<Record<ErrorKind, MaskRle>>;
}

/** By which masks a pair covers a cell: the sum of these. */
const TRUTH = 1;
const MASK = 2;

/** How far one mask has been gone through, along the grid's columns from left to right. */
interface Cursor {
  readonly mask: MaskRle;
  /** Which of the pairs the mask is of, and which of its two masks it is. */
  readonly pair: number;
  readonly side: typeof TRUTH | typeof MASK;
  run: number;
  /** Where the run ends. */
  end: number;
}

/**
 * The errors of all pairs of one frame together. Each pair is compared by itself, so a pixel of one
 * object that another's mask claims is missed for the one and too much for the other. Where pairs
 * disagree, errors go before what is right, and of the errors `excess` before `missed`: `missed` is
 * left to say that no mask covers the place wrongly.
 */
export function errorRegions(pairs: readonly MaskPair[], video: Size): ErrorRegions {
  const truthSize = pairs.find(({ truth }) => truth !== undefined)?.truth ?? video;
  const grid = commonGrid(video, truthSize);
  const transitions = findTransitions(pairs, grid);
  const regionOf = (kind: ErrorKind) =>
    rleFromTransitions(grid.width, grid.height, transitions[kind]);
  const regions = {
    right: regionOf('right'),
    missed: regionOf('missed'),
    excess: regionOf('excess'),
  };
  return { grid, regions };
}

/** Goes through all masks at once, from one place where any changes to the next. */
function findTransitions(pairs: readonly MaskPair[], grid: CommonGrid) {
  const transitions: Record<ErrorKind, number[]> = { right: [], missed: [], excess: [] };
  const cursors = cursorsOn(pairs, grid);
  const tally = new PairTally(pairs.length);
  const total = grid.width * grid.height;
  let before: ErrorKind | undefined;
  for (;;) {
    let position = total;
    for (const { end } of cursors) if (end < position) position = end;
    if (position === total) return transitions;
    for (const cursor of cursors) {
      if (cursor.end !== position) continue;
      tally.toggle(cursor);
      cursor.end += cursor.mask.counts[++cursor.run] ?? Infinity;
    }
    const kind = tally.kind();
    if (kind === before) continue;
    if (before !== undefined) transitions[before].push(position);
    if (kind !== undefined) transitions[kind].push(position);
    before = kind;
  }
}

function cursorsOn(pairs: readonly MaskPair[], grid: CommonGrid): Cursor[] {
  const cursorOn = (mask: MaskRle, pair: number, side: Cursor['side']): Cursor => ({
    mask: layOnGrid(mask, grid, side === TRUTH ? 'other' : 'video'),
    pair,
    side,
    run: 0,
    end: 0,
  });
  const cursors = pairs.flatMap(({ truth, mask }, pair) => [
    ...(truth === undefined ? [] : [cursorOn(truth, pair, TRUTH)]),
    ...(mask === undefined ? [] : [cursorOn(mask, pair, MASK)]),
  ]);
  for (const cursor of cursors) cursor.end = cursor.mask.counts[0] ?? Infinity;
  return cursors;
}

/** How many pairs cover the cell looked at, by which of their masks. */
class PairTally {
  readonly #covers: Uint8Array;
  readonly #pairs = new Uint32Array(TRUTH + MASK + 1);

  constructor(pairCount: number) {
    this.#covers = new Uint8Array(pairCount);
    this.#pairs[0] = pairCount;
  }

  toggle({ pair, side }: Cursor): void {
    const cover = this.#covers[pair] ?? 0;
    this.#add(cover, -1);
    this.#add(cover ^ side, 1);
    this.#covers[pair] = cover ^ side;
  }

  kind(): ErrorKind | undefined {
    if (this.#has(MASK)) return 'excess';
    if (this.#has(TRUTH)) return 'missed';
    return this.#has(TRUTH + MASK) ? 'right' : undefined;
  }

  #has(cover: number): boolean {
    return (this.#pairs[cover] ?? 0) > 0;
  }

  #add(cover: number, count: number): void {
    this.#pairs[cover] = (this.#pairs[cover] ?? 0) + count;
  }
}
