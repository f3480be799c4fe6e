import { invariant } from '../../core/assert.ts';
import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';

/**
 * The tokens of a square grid in window order: windows row by row, and in each window its tokens
 * row by row. `window = side` is plain row order. Only attention looks at the order, so blocks that
 * share a window size leave it as it is and nothing is moved between them.
 */
export interface TokenGrid {
  /** `[side², channels]` */
  readonly tokens: Value;
  readonly side: number;
  /** Side of a window; divides `side`. */
  readonly window: number;
}

/** The same grid in the order of another window size. */
export function reorder(g: GraphBuilder, grid: TokenGrid, window: number): TokenGrid {
  const { side } = grid;
  invariant(side % window === 0, `windows of ${window} do not divide a grid of ${side}`);
  if (grid.window === window) return grid;
  const rows = windowsToRows(g, grid);
  return { tokens: rowsToWindows(g, rows, { side, window }), side, window };
}

/** `hieradet.py: do_pool` by 2×2 inside each window: half the side, half the window. */
export function maxPool(g: GraphBuilder, { tokens, side, window }: TokenGrid): TokenGrid {
  invariant(window % 2 === 0, `a window of ${window} cannot be pooled by 2`);
  const channels = Number(tokens.dims[1]);
  const half = window / 2;
  const cells = g.reshape(tokens, [(side * side) / (2 * window), 2, half, 2, channels]);
  const pooled = g.reshape(g.reduceMax(cells, [1, 3]), [(side / 2) ** 2, channels]);
  return { tokens: pooled, side: side / 2, window: half };
}

/** Zero tokens below and to the right, up to `side`. Row order in and out. */
export function padGrid(g: GraphBuilder, grid: TokenGrid, side: number): TokenGrid {
  const { tokens, side: inner, window } = grid;
  invariant(window === inner, 'a grid is padded in row order');
  const channels = Number(tokens.dims[1]);
  const padded = g.pad(g.reshape(tokens, [inner, inner, channels]), [
    side - inner,
    side - inner,
    0,
  ]);
  return { tokens: g.reshape(padded, [side * side, channels]), side, window: side };
}

/** The upper left part of a grid, in row order. */
export function cropGrid(g: GraphBuilder, grid: TokenGrid, side: number): TokenGrid {
  const { tokens, side: outer } = reorder(g, grid, grid.side);
  const channels = Number(tokens.dims[1]);
  const square = g.reshape(tokens, [outer, outer, channels]);
  const cropped = g.crop(square, [side, side]);
  return { tokens: g.reshape(cropped, [side * side, channels]), side, window: side };
}

/** Position in row order of a token of a grid in window order. */
export function rowOrderIndex(token: number, { side, window }: Omit<TokenGrid, 'tokens'>): number {
  const [index, inside] = [Math.floor(token / window ** 2), token % window ** 2];
  const count = side / window;
  const row = Math.floor(index / count) * window + Math.floor(inside / window);
  return row * side + (index % count) * window + (inside % window);
}

function windowsToRows(g: GraphBuilder, { tokens, side, window }: TokenGrid): Value {
  if (window === side) return tokens;
  const [count, channels] = [side / window, Number(tokens.dims[1])];
  const windows = g.reshape(tokens, [count, count, window, window, channels]);
  return g.reshape(g.transpose(windows, [0, 2, 1, 3, 4]), [side * side, channels]);
}

function rowsToWindows(
  g: GraphBuilder,
  tokens: Value,
  { side, window }: { readonly side: number; readonly window: number },
): Value {
  if (window === side) return tokens;
  const [count, channels] = [side / window, Number(tokens.dims[1])];
  const rows = g.reshape(tokens, [count, window, count, window, channels]);
  return g.reshape(g.transpose(rows, [0, 2, 1, 3, 4]), [side * side, channels]);
}
