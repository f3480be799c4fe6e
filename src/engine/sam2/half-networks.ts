import type { Graph } from '../graph/graph.ts';
import { toHalfPrecision } from '../graph/half-precision.ts';

/**
 * The feed-forward networks of Hiera's blocks and of memory attention's layers, by the names of their
 * weights. They are the only layers where float16 pays: each crosses over twice, and what lies between
 * is four or eight times as wide as what crosses. `docs/adr/0015-half-precision.md` has the counts.
 */
const FEED_FORWARD = [
  /^image_encoder\.trunk\.blocks\.\d+\.mlp\.layers\.\d+\.weight$/,
  /^memory_attention\.layers\.\d+\.linear[12]\.weight$/,
];

/** One of the model's graphs with its feed-forward networks in float16; the same graph where it has none. */
export function withHalfNetworks(graph: Graph): Graph {
  return toHalfPrecision(graph, (tensors) => tensors.every(isFeedForward));
}

function isFeedForward(tensor: string): boolean {
  return FEED_FORWARD.some((pattern) => pattern.test(tensor));
}
