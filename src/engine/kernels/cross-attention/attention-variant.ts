import { invariant } from '../../../core/assert.ts';

/** Width of the values: that of a memory in every SAM 2 model. */
export const VALUE_WIDTH = 64;
/** Queries that one vector of a thread holds. */
export const QUERIES_OF_A_VECTOR = 4;

/** How one program cuts the attention up among its threads, and how operands reach them. */
export interface AttentionVariant {
  /** As users read it; no two variants have the same. */
  readonly name: string;
  /** Queries that one workgroup answers. */
  readonly queryTile: number;
  /** Keys that a workgroup takes at a time. */
  readonly keyTile: number;
  /** Vectors of four queries that a thread answers. */
  readonly vectors: 1 | 2;
  /** Threads that share a workgroup's keys; as many share a query. */
  readonly columns: number;
  /** Channels of the operands that lie in workgroup memory at a time. */
  readonly channelChunk: number;
  /** Keys whose values lie there at a time. */
  readonly valueChunk: number;
  /** What operands are kept as between memory and arithmetic, which is float32. */
  readonly storage: 'float32' | 'float16';
  /**
   * How queries and weights reach the threads that need them. `subgroups`: each thread keeps its share in
   * registers for all keys and its neighbours ask it; keys and values still lie in workgroup memory.
   */
  readonly passing: 'workgroup memory' | 'subgroups';
}

type Shape = Omit<AttentionVariant, 'name'>;

const PLAIN_SHAPE: Shape = {
  queryTile: 64,
  keyTile: 32,
  vectors: 1,
  columns: 8,
  channelChunk: 16,
  valueChunk: 16,
  storage: 'float32',
  passing: 'workgroup memory',
};

/** Needs no feature and no raised limit. What the others are measured against. */
export const PLAIN_VARIANT = named(PLAIN_SHAPE);

const WIDE = { queryTile: 128, keyTile: 64 } as const;
const BY_SUBGROUPS = { passing: 'subgroups', channelChunk: 32, valueChunk: 32 } as const;
const HALF = { storage: 'float16', channelChunk: 32 } as const;

/** All that a device may choose from, the plain one first. */
export const ATTENTION_VARIANTS: readonly AttentionVariant[] = [
  PLAIN_VARIANT,
  named({ ...PLAIN_SHAPE, keyTile: 64 }),
  named({ ...PLAIN_SHAPE, ...WIDE, vectors: 2, channelChunk: 8 }),
  named({ ...PLAIN_SHAPE, ...WIDE }),
  named({ ...PLAIN_SHAPE, ...BY_SUBGROUPS }),
  named({ ...PLAIN_SHAPE, ...BY_SUBGROUPS, keyTile: 64 }),
  named({ ...PLAIN_SHAPE, ...HALF, keyTile: 64 }),
  named({ ...PLAIN_SHAPE, ...HALF, ...WIDE, vectors: 2, channelChunk: 16 }),
  named({ ...PLAIN_SHAPE, ...HALF, ...WIDE }),
  named({ ...PLAIN_SHAPE, ...HALF, ...BY_SUBGROUPS, keyTile: 64 }),
];

/** The most queries that a variant's workgroup answers. */
export const LARGEST_QUERY_TILE = Math.max(...ATTENTION_VARIANTS.map((each) => each.queryTile));

/** A variant with its name, such as `128 × 64, 256 threads, float16`. */
export function named(shape: Shape): AttentionVariant {
  const { rows, threads } = threadsOf(shape);
  invariant(Number.isInteger(rows) && rows > 0, 'the threads must divide the queries');
  const parts = [`${shape.queryTile} × ${shape.keyTile}`, `${threads} threads`, shape.storage];
  if (shape.passing === 'subgroups') parts.push('subgroups');
  return { ...shape, name: parts.join(', ') };
}

/** How a variant's threads lie. */
export interface VariantThreads {
  /** Vectors of four queries that a workgroup answers; the queries of one are so many apart. */
  readonly groups: number;
  /** Threads that share a workgroup's queries. */
  readonly rows: number;
  readonly threads: number;
  /** Keys that a thread has of a tile. */
  readonly keysOfAThread: number;
  /** Vectors of four values that a thread sums. */
  readonly valuesOfAThread: number;
}

/** How a variant's threads lie. */
export function threadsOf({ queryTile, keyTile, vectors, columns }: Shape): VariantThreads {
  const groups = queryTile / QUERIES_OF_A_VECTOR;
  const rows = groups / vectors;
  return {
    groups,
    rows,
    threads: rows * columns,
    keysOfAThread: keyTile / columns,
    valuesOfAThread: VALUE_WIDTH / 4 / columns,
  };
}

/** Vectors of four operands that a variant's workgroup has staged at a time. */
export function stagedVectors(variant: AttentionVariant): number {
  const { keyTile, queryTile, channelChunk, valueChunk, passing } = variant;
  const rows = passing === 'subgroups' ? keyTile : keyTile + queryTile;
  return Math.max((channelChunk / 4) * rows, valueChunk * (VALUE_WIDTH / 4));
}

/** Vectors of four float32 in which threads pass maxima, weights and their sums. */
export function sharedVectors(variant: AttentionVariant): number {
  if (variant.passing === 'subgroups') return 0;
  return Math.max(variant.columns, variant.valueChunk) * threadsOf(variant).groups;
}

/** Workgroup memory that a variant takes, in bytes. */
export function workgroupBytes(variant: AttentionVariant): number {
  const counterBytes = variant.passing === 'subgroups' ? 16 : 0;
  return stagedVectors(variant) * vectorBytes(variant) + sharedVectors(variant) * 16 + counterBytes;
}

/** What passing operands to the arithmetic costs, for each multiply-add. */
export interface PassingCost {
  /** Bytes that threads read of workgroup memory. */
  readonly workgroupBytes: number;
  /** Numbers of 32 bits that a thread gets from another of its subgroup. */
  readonly shuffles: number;
}

/** Counted over both products, the scores' of `keyWidth` channels and the values' of 64. */
export function passingCost(variant: AttentionVariant, keyWidth: number): PassingCost {
  const { vectors, passing } = variant;
  const { keysOfAThread, valuesOfAThread } = threadsOf(variant);
  const [isPassed, isStaged] = passing === 'subgroups' ? [1, 0] : [0, 1];
  const bytes = vectorBytes(variant);
  // Four channels of a thread's queries and keys, and one key's weights and values.
  const scores = {
    multiplyAdds: 16 * vectors * keysOfAThread,
    workgroupBytes: (4 * vectors * isStaged + keysOfAThread) * bytes,
    shuffles: vectors * bytes * isPassed,
  };
  const values = {
    multiplyAdds: 16 * vectors * valuesOfAThread,
    workgroupBytes: vectors * 16 * isStaged + valuesOfAThread * bytes,
    shuffles: 4 * vectors * isPassed,
  };
  const mean = (what: 'workgroupBytes' | 'shuffles') =>
    ((keyWidth * scores[what]) / scores.multiplyAdds +
      (VALUE_WIDTH * values[what]) / values.multiplyAdds) /
    (keyWidth + VALUE_WIDTH);
  return { workgroupBytes: mean('workgroupBytes'), shuffles: mean('shuffles') };
}

/** Bytes of four operands as a variant keeps them. */
function vectorBytes({ storage }: AttentionVariant): number {
  return storage === 'float16' ? 8 : 16;
}
