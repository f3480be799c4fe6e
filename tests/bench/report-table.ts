import type { Cost } from '../../src/engine/graph/graph-cost.ts';

/** Heads of `costCells`. */
export const COST_HEADS = ['GFLOP', 'MB', 'dispatches', 'FLOP/byte'] as const;

/** A cost as tables give it, under `COST_HEADS`. */
export function costCells(cost: Cost): string[] {
  const intensity = cost.bytes === 0 ? '' : (cost.flop / cost.bytes).toFixed(1);
  return [giga(cost.flop), mega(cost.bytes), String(cost.dispatches), intensity];
}

/** In billions. */
export function giga(amount: number): string {
  return (amount / 1e9).toFixed(2);
}

/** In millions. */
export function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}

/** @param share 1 is all of it */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

/** In Markdown. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
