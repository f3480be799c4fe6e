import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import type { GraphRuntime } from '../../src/engine/graph-runtime.ts';
import type { Graph } from '../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../src/engine/graph/graph-builder.ts';
import { seededFloats } from './seeded-random.ts';

/** One op of `com.microsoft`, and what it must give by its definition. */
export interface ContribCase {
  readonly name: string;
  readonly graph: Graph;
  readonly inputs: (runtime: GraphRuntime) => Record<string, DeviceTensor>;
  /** By the name of the graph's output. */
  readonly expected: Readonly<Record<string, Float64Array>>;
  /** GPU programs of the op. */
  readonly dispatches: number;
}

interface AttentionExtents {
  readonly batch: number;
  readonly queries: number;
  readonly keys: number;
  readonly heads: number;
  /** Channels of a head. */
  readonly width: number;
}

/** What graphs take of a norm of a sum. */
const SKIP_RESULTS = [['normed'], ['normed', 'sum']] as const;

/** Windows and pooled windows of tiny, base+ and large, a whole grid, and both ways of the mask decoder. */
const ATTENTIONS: readonly AttentionExtents[] = [
  { batch: 2, queries: 64, keys: 64, heads: 1, width: 96 },
  { batch: 2, queries: 16, keys: 64, heads: 2, width: 96 },
  { batch: 2, queries: 16, keys: 16, heads: 2, width: 56 },
  { batch: 1, queries: 49, keys: 196, heads: 4, width: 72 },
  { batch: 1, queries: 256, keys: 256, heads: 2, width: 32 },
  { batch: 2, queries: 7, keys: 300, heads: 8, width: 16 },
  { batch: 1, queries: 300, keys: 7, heads: 8, width: 16 },
];

/** Every op of `com.microsoft` that graphs are built of. */
export const CONTRIB_CASES: readonly ContribCase[] = [
  ...ATTENTIONS.map(attentionCase),
  rotaryCase(1),
  rotaryCase(3),
  indexedRotaryCase(),
  ...[1, 2].flatMap((objects) =>
    SKIP_RESULTS.map((results) => skipLayerNormCase(objects, results)),
  ),
];

function attentionCase(extents: AttentionExtents): ContribCase {
  const { batch, queries, keys, heads, width } = extents;
  const g = new GraphBuilder('attention');
  const channels = heads * width;
  const [few, many] = [
    [batch, queries, channels],
    [batch, keys, channels],
  ] as const;
  const result = g.multiHeadAttention({
    queries: g.input('queries', 'float32', few),
    keys: g.input('keys', 'float32', many),
    values: g.input('values', 'float32', many),
    heads,
  });
  g.output('result', result);
  // Scores of some units, so that the weights are far from equal.
  const [q, k] = [4, 4].map((scale, i) =>
    seededFloats(i + 1, batch * (i === 0 ? queries : keys) * channels, scale),
  );
  const v = seededFloats(3, batch * keys * channels);
  const data = { queries: q ?? v, keys: k ?? v, values: v };
  return {
    name: `${queries} queries, ${keys} keys, ${heads} heads of ${width}`,
    graph: g.build(),
    inputs: (runtime) => ({
      queries: runtime.tensor(few, { dtype: 'float32', data: data.queries }),
      keys: runtime.tensor(many, { dtype: 'float32', data: data.keys }),
      values: runtime.tensor(many, { dtype: 'float32', data: data.values }),
    }),
    expected: { result: attend(data, extents) },
    dispatches: queries < 32 ? 3 : 2,
  };
}

/** `softmax(q·k/√c)·v` of each head, in double precision. */
function attend(
  data: Readonly<Record<'queries' | 'keys' | 'values', Float32Array>>,
  { batch, queries, keys, heads, width }: AttentionExtents,
): Float64Array {
  const result = new Float64Array(batch * queries * heads * width);
  for (let row = 0; row < batch * queries * heads; row++) {
    const [token, head] = [Math.floor(row / heads), row % heads];
    const first = Math.floor(token / queries) * keys;
    const place = (key: number) => ((first + key) * heads + head) * width;
    const scores = Array.from({ length: keys }, (_, key) => {
      let score = 0;
      for (let i = 0; i < width; i++) {
        score += (data.queries[row * width + i] ?? NaN) * (data.keys[place(key) + i] ?? NaN);
      }
      return score / Math.sqrt(width);
    });
    const largest = Math.max(...scores);
    const weights = scores.map((score) => Math.exp(score - largest));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    for (let i = 0; i < width; i++) {
      result[row * width + i] = weights.reduce(
        (total, weight, key) => total + (weight / sum) * (data.values[place(key) + i] ?? NaN),
        0,
      );
    }
  }
  return result;
}

function rotaryCase(batch: number): ContribCase {
  const [length, width] = [16, 128];
  const pairs = width / 2;
  const g = new GraphBuilder('rotary');
  const [dims, angleDims] = [
    [batch, length, width],
    [length, pairs],
  ] as const;
  const angles = {
    cos: g.input('cos', 'float32', angleDims),
    sin: g.input('sin', 'float32', angleDims),
  };
  g.output('result', g.rotaryEmbedding(g.input('x', 'float32', dims), angles));
  const x = seededFloats(1, batch * length * width);
  const [cos, sin] = [seededFloats(2, length * pairs), seededFloats(3, length * pairs)];
  const expected = Float64Array.from(x, (value, i) => {
    const pair = Math.floor(i / 2) % (length * pairs);
    const [c, s] = [cos[pair] ?? NaN, sin[pair] ?? NaN];
    return i % 2 === 0 ? value * c - (x[i + 1] ?? NaN) * s : value * c + (x[i - 1] ?? NaN) * s;
  });
  return {
    name: `rotary positions of ${batch} grids`,
    graph: g.build(),
    inputs: (runtime) => ({
      x: runtime.tensor(dims, { dtype: 'float32', data: x }),
      cos: runtime.tensor(angleDims, { dtype: 'float32', data: cos }),
      sin: runtime.tensor(angleDims, { dtype: 'float32', data: sin }),
    }),
    expected: { result: expected },
    dispatches: 1,
  };
}

/** Tokens with rows of their own, as the bank's keys have. */
function indexedRotaryCase(): ContribCase {
  const [angleRows, width] = [16, 128];
  const rows = [0, 1, 15, 7, 0, 0, 3];
  const dims = [rows.length, 1, width] as const;
  const g = new GraphBuilder('indexed rotary');
  const [cos, sin] = [2, 3].map((seed) => seededFloats(seed, (angleRows * width) / 2));
  const table = (data = new Float32Array()) => g.constant(data, [angleRows, width / 2]);
  const indices = g.constant(BigInt64Array.from(rows, BigInt), [rows.length, 1]);
  const angles = { cos: table(cos), sin: table(sin), rows: indices };
  g.output('result', g.rotaryEmbedding(g.input('x', 'float32', dims), angles));
  const x = seededFloats(1, rows.length * width);
  const expected = Float64Array.from(x, (value, i) => {
    const angle = ((rows[Math.floor(i / width)] ?? NaN) * width) / 2 + Math.floor((i % width) / 2);
    const [c, s] = [cos?.[angle] ?? NaN, sin?.[angle] ?? NaN];
    return i % 2 === 0 ? value * c - (x[i + 1] ?? NaN) * s : value * c + (x[i - 1] ?? NaN) * s;
  });
  return {
    name: 'rotary positions by rows',
    graph: g.build(),
    inputs: (runtime) => ({ x: runtime.tensor(dims, { dtype: 'float32', data: x }) }),
    expected: { result: expected },
    dispatches: 1,
  };
}

/** Tokens of some objects, to each of which the same are added. */
function skipLayerNormCase(objects: number, results: (typeof SKIP_RESULTS)[number]): ContribCase {
  const [tokens, width, epsilon] = [37, 96, 1e-3];
  const skipDims = [tokens, width];
  const dims = objects === 1 ? skipDims : [objects, ...skipDims];
  const g = new GraphBuilder('skip');
  const [scale, bias] = [3, 4].map((seed) => seededFloats(seed, width));
  const made = g.skipLayerNorm(
    g.input('x', 'float32', dims),
    g.input('skip', 'float32', skipDims),
    {
      scale: g.constant(scale ?? new Float32Array()),
      bias: g.constant(bias ?? new Float32Array()),
      epsilon,
    },
  );
  for (const result of results) g.output(result, made[result]);
  const [x, skip] = [seededFloats(1, objects * tokens * width, 3), seededFloats(2, tokens * width)];
  const sum = Float64Array.from(x, (value, i) => value + (skip[i % skip.length] ?? NaN));
  const normed = sum.map((value, i) => {
    const row = sum.subarray(i - (i % width), i - (i % width) + width);
    const mean = row.reduce((total, one) => total + one, 0) / width;
    const variance = row.reduce((total, one) => total + (one - mean) ** 2, 0) / width;
    const place = i % width;
    return (
      ((value - mean) / Math.sqrt(variance + epsilon)) * (scale?.[place] ?? NaN) +
      (bias?.[place] ?? NaN)
    );
  });
  const expected = { sum, normed };
  return {
    name: `${results.join(' and ')} of a sum, ${objects} objects`,
    graph: g.build(),
    inputs: (runtime) => ({
      x: runtime.tensor(dims, { dtype: 'float32', data: x }),
      skip: runtime.tensor(skipDims, { dtype: 'float32', data: skip }),
    }),
    expected: Object.fromEntries(results.map((result) => [result, expected[result]])),
    dispatches: 1,
  };
}
