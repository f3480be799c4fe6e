import { invariant } from '../../../core/assert.ts';

/** Queries that one workgroup answers. */
export const QUERY_TILE = 64;
/** Keys that a workgroup takes at a time. */
export const KEY_TILE = 32;
/** Channels of queries and keys that lie in workgroup memory at a time. */
export const CHANNEL_CHUNK = 16;
/** Keys whose values lie in workgroup memory at a time. */
export const VALUE_CHUNK = 16;
/** Width of the values: that of a memory in every SAM 2 model. */
export const VALUE_WIDTH = 64;
/** Threads that share a workgroup's queries, and those that share its keys. */
export const [ROW_GROUPS, COLUMNS] = [16, 8] as const;

/**
 * Workgroups that the splits aim at: a few for each core of a large GPU. They also bound the scratch
 * memory, which is 8.7 MB for this many and does not grow with the bank.
 */
const TARGET_WORKGROUPS = 512;
/** A workgroup with less to do than this costs more to start and to merge than it saves. */
const LEAST_TILES_OF_A_SPLIT = 4;
const FLOAT_BYTES = 4;
/** Maximum and sum of weights, which the merge needs of each split and query. */
export const STATISTICS = 2;

/** Extents of one attention with one head. */
export interface AttentionExtents {
  /** N, tokens of the frame, at least 1. */
  readonly queries: number;
  /** M, tokens of the bank, at least 1. */
  readonly keys: number;
  /** Channels of a query and a key, a multiple of 16. */
  readonly keyWidth: number;
}

/** How the work is cut up, and what it costs. */
export interface AttentionPlan extends AttentionExtents {
  /** Runs of keys that are attended to apart and merged afterwards. */
  readonly splits: number;
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
  /** Bytes asked for, caches or not: queries and keys once for each tile of the other. */
  readonly requestedBytes: number;
}

/** Splits that an attention of so many queries has at most, however many keys there are. */
export function mostSplits(queries: number): number {
  return Math.max(Math.floor(TARGET_WORKGROUPS / Math.ceil(queries / QUERY_TILE)), 1);
}

/** Cuts an attention into workgroups: enough of them to fill a GPU where there are few queries. */
export function planCrossAttention(extents: AttentionExtents): AttentionPlan {
  checkExtents(extents);
  const { queries, keys, keyWidth } = extents;
  const queryTiles = Math.ceil(queries / QUERY_TILE);
  const keyTiles = Math.ceil(keys / KEY_TILE);
  const tilesPerSplit = Math.max(Math.ceil(keyTiles / mostSplits(queries)), LEAST_TILES_OF_A_SPLIT);
  const splits = Math.ceil(keyTiles / tilesPerSplit);
  const scratchBytes = splits * queries * (VALUE_WIDTH + STATISTICS) * FLOAT_BYTES;
  const [queryFloats, keyFloats] = [queries * keyWidth, keys * (keyWidth + VALUE_WIDTH)];
  const resultFloats = queries * VALUE_WIDTH;
  const leastBytes = (queryFloats + keyFloats + resultFloats) * FLOAT_BYTES;
  return {
    ...extents,
    splits,
    keysPerSplit: tilesPerSplit * KEY_TILE,
    workgroups: [queryTiles, splits],
    dispatches: 2,
    scratchBytes,
    flop: 2 * queries * keys * (keyWidth + VALUE_WIDTH),
    leastBytes,
    bytes: leastBytes + 2 * scratchBytes,
    requestedBytes:
      (keyTiles * queryFloats + queryTiles * keyFloats + resultFloats) * FLOAT_BYTES +
      2 * scratchBytes,
  };
}

function checkExtents({ queries, keys, keyWidth }: AttentionExtents): void {
  for (const [name, extent] of Object.entries({ queries, keys, keyWidth })) {
    invariant(Number.isInteger(extent) && extent > 0, `${name} must be at least 1, got ${extent}`);
  }
  invariant(
    keyWidth % CHANNEL_CHUNK === 0,
    `keyWidth must be a multiple of ${CHANNEL_CHUNK}, got ${keyWidth}`,
  );
}
