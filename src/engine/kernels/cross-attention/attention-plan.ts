import { invariant } from '../../../core/assert.ts';
import { type AttentionVariant, PLAIN_VARIANT, VALUE_WIDTH } from './attention-variant.ts';

/**
 * Workgroups that the splits aim at: a few for each core of a large GPU. They also bound the scratch
 * memory, which is 8.7 MB for this many with 64 queries each and does not grow with the bank.
 */
const TARGET_WORKGROUPS = 512;
/** A workgroup with less to do than this costs more to start and to merge than it saves. */
const LEAST_KEYS_OF_A_SPLIT = 128;
const FLOAT_BYTES = 4;
/** Maximum and sum of weights, which the merge needs of each split and query. */
export const STATISTICS = 2;

/** Extents of one attention with one head. */
export interface AttentionExtents {
  /** N, tokens of the frame, at least 1. */
  readonly queries: number;
  /** M, tokens of the bank, at least 1. */
  readonly keys: number;
  /** Channels of a query and a key, a multiple of the variant's chunk. */
  readonly keyWidth: number;
}

/** How the work is cut up, and what it costs. */
export interface AttentionPlan extends AttentionExtents {
  /** Runs of keys that are attended to apart and merged afterwards. */
  readonly splits: number;
  /** Keys that a workgroup takes at a time. */
  readonly keyTile: number;
  /** A multiple of the key tile; the last split may have fewer, none has none. */
  readonly keysPerSplit: number;
  /** x and y of the first dispatch: tiles of queries, splits. */
  readonly workgroups: readonly [number, number];
  /** One for the attention, one for the merge. */
  readonly dispatches: number;
  /** Bytes of what the splits leave for the merge. */
  readonly scratchBytes: number;
  /** Floating-point operations of the two products, a multiply-add as two. */
  readonly flop: number;
  /** Bytes that any kernel must move: each operand once, nothing between. */
  readonly leastBytes: number;
  /** Bytes of both programs where each reads its operands once, as `graph-cost.ts` counts. */
  readonly bytes: number;
  /**
   * Bytes asked for, caches or not: keys once for each tile of queries, and queries once for each tile of
   * keys, or once for each split where threads keep them.
   */
  readonly requestedBytes: number;
}

/**
 * Splits that an attention of so many queries has at most, however many keys there are.
 * @param queryTile queries of a workgroup
 */
export function mostSplits(queries: number, queryTile: number): number {
  return Math.max(Math.floor(TARGET_WORKGROUPS / Math.ceil(queries / queryTile)), 1);
}

/** Cuts an attention into workgroups: enough of them to fill a GPU where there are few queries. */
export function planCrossAttention(
  extents: AttentionExtents,
  variant: AttentionVariant = PLAIN_VARIANT,
): AttentionPlan {
  checkExtents(extents, variant);
  const { queries, keys, keyWidth } = extents;
  const { queryTile, keyTile, passing } = variant;
  const queryTiles = Math.ceil(queries / queryTile);
  const keyTiles = Math.ceil(keys / keyTile);
  const tilesPerSplit = Math.max(
    Math.ceil(keyTiles / mostSplits(queries, queryTile)),
    LEAST_KEYS_OF_A_SPLIT / keyTile,
  );
  const splits = Math.ceil(keyTiles / tilesPerSplit);
  const scratchBytes = splits * queries * (VALUE_WIDTH + STATISTICS) * FLOAT_BYTES;
  const [queryFloats, keyFloats] = [queries * keyWidth, keys * (keyWidth + VALUE_WIDTH)];
  const resultFloats = queries * VALUE_WIDTH;
  const leastBytes = (queryFloats + keyFloats + resultFloats) * FLOAT_BYTES;
  const queryReads = passing === 'subgroups' ? splits : keyTiles;
  return {
    ...extents,
    splits,
    keyTile,
    keysPerSplit: tilesPerSplit * keyTile,
    workgroups: [queryTiles, splits],
    dispatches: 2,
    scratchBytes,
    flop: 2 * queries * keys * (keyWidth + VALUE_WIDTH),
    leastBytes,
    bytes: leastBytes + 2 * scratchBytes,
    requestedBytes:
      (queryReads * queryFloats + queryTiles * keyFloats + resultFloats) * FLOAT_BYTES +
      2 * scratchBytes,
  };
}

function checkExtents(
  { queries, keys, keyWidth }: AttentionExtents,
  { channelChunk }: AttentionVariant,
): void {
  for (const [name, extent] of Object.entries({ queries, keys, keyWidth })) {
    invariant(Number.isInteger(extent) && extent > 0, `${name} must be at least 1, got ${extent}`);
  }
  invariant(
    keyWidth % channelChunk === 0,
    `keyWidth must be a multiple of ${channelChunk}, got ${keyWidth}`,
  );
}
