import {
  type AttentionVariant,
  stagedVectors,
  threadsOf,
  VALUE_WIDTH,
} from './attention-variant.ts';
import { each } from './wgsl-lines.ts';

const QUARTERS = VALUE_WIDTH / 4;

/** The extension that a variant's storage needs. */
export function enableStorage({ storage }: AttentionVariant): string {
  return storage === 'float16' ? 'enable f16;' : '';
}

/** Four numbers as a variant stores them. */
export function stored({ storage }: AttentionVariant, four: string): string {
  return storage === 'float16' ? `vec4h(${four})` : four;
}

/** Memory for the operands of a chunk, and how keys and values come there. */
export function stagedMemory(variant: AttentionVariant): string {
  const { keyTile, channelChunk, valueChunk, storage } = variant;
  const { threads } = threadsOf(variant);
  const quarters = channelChunk / 4;
  const type = storage === 'float16' ? 'vec4h' : 'vec4f';
  return /* wgsl */ `
// Of one chunk: [channel, vector of queries], then [channels / 4, keys]; later [key, 16] values.
var<workgroup> staged: array<${type}, ${stagedVectors(variant)}>;

fn stage_keys(first_key: u32, chunk: u32, to: u32, thread: u32) {
  for (var at = thread; at < ${keyTile * quarters}u; at += ${threads}u) {
    let quarter = at % ${quarters}u;
    let key = row_of(first_key + at / ${quarters}u);
    staged[to + quarter * ${keyTile}u + at / ${quarters}u] =
      ${stored(variant, `keys[key * WIDTH + chunk * ${quarters}u + quarter]`)};
  }
}

fn stage_values(first_key: u32, thread: u32) {
  for (var at = thread; at < ${valueChunk * QUARTERS}u; at += ${threads}u) {
    let key = row_of(first_key + at / ${QUARTERS}u);
    staged[at] = ${stored(variant, `values[key * ${QUARTERS}u + at % ${QUARTERS}u]`)};
  }
}`;
}

/** Four channels of each of the thread's keys from `first` on, as `key<j>`. */
export function keysFrom(first: string, variant: AttentionVariant): string {
  return each(
    threadsOf(variant).keysOfAThread,
    (j) => `let key${j} = vec4f(staged[${first} + ${j * variant.columns}u]);`,
  );
}

/** Adds channel c of the keys, times `query<g>_<c>`, to vector g's scores. */
export function addScores(g: number, c: number, variant: AttentionVariant): string {
  return each(
    threadsOf(variant).keysOfAThread,
    (j) => `score${g}_${j} += query${g}_${c} * key${j}[${c}];`,
  );
}

/** Adds the values of the chunk's key `at`, with the weights `passed<g>`. */
export function addValues(at: string, variant: AttentionVariant): string {
  const { vectors, columns } = variant;
  const add = (g: number, v: number) =>
    each(4, (i) => `sum${g}_${4 * v + i} += passed${g} * value${v}[${i}];`);
  return each(
    threadsOf(variant).valuesOfAThread,
    (v) => `
      let value${v} = vec4f(staged[${at} * ${QUARTERS}u + ${v * columns}u + column]);
      ${each(vectors, (g) => add(g, v))}`,
  );
}

/** The largest of the thread's scores of the tile, for each query of vector g. */
export function largestScore(g: number, variant: AttentionVariant): string {
  const scores = Array.from(
    { length: threadsOf(variant).keysOfAThread },
    (_, j) => `score${g}_${j}`,
  );
  return scores.reduce((largest, score) => `max(${largest}, ${score})`);
}
