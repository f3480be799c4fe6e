import type { GraphMemory } from './graph-memory.ts';

/** Smaller buffers are not worth sharing. */
export const LEAST_SHARED_BYTES = 65_536;

interface Buffer {
  readonly bytes: number;
  /** What lies there is still needed when later graphs run. */
  holdsResult: boolean;
}

/**
 * Bytes of the buffers of recorded graphs, which share them as `runtime/shared-scratch.ts` has it: each graph
 * takes the smallest large enough of those that earlier ones made, and leaves alone what holds results.
 * @param graphs in the order in which they are recorded
 */
export function recordedBytes(graphs: Iterable<GraphMemory>): number {
  const buffers: Buffer[] = [];
  for (const { recorded } of graphs) {
    const own = new Set<Buffer>();
    for (const bytes of recorded.requests) {
      const free = buffers.filter((one) => !one.holdsResult && !own.has(one) && one.bytes >= bytes);
      const smallest = free.toSorted((a, b) => a.bytes - b.bytes)[0];
      const buffer = bytes < LEAST_SHARED_BYTES ? undefined : smallest;
      const taken = buffer ?? { bytes, holdsResult: false };
      if (buffer === undefined) buffers.push(taken);
      own.add(taken);
    }
    for (const bytes of recorded.results) {
      const fits = [...own].filter((one) => !one.holdsResult && one.bytes >= bytes);
      const holder = fits.toSorted((a, b) => a.bytes - b.bytes)[0];
      if (holder !== undefined) holder.holdsResult = true;
    }
  }
  return buffers.reduce((sum, { bytes }) => sum + bytes, 0);
}
