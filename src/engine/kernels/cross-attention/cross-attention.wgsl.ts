import { type AttentionVariant, threadsOf, VALUE_WIDTH } from './attention-variant.ts';
import { bySubgroups } from './subgroup-passing.wgsl.ts';
import { each, list } from './wgsl-lines.ts';
import { byWorkgroupMemory } from './workgroup-passing.wgsl.ts';

const QUARTERS = VALUE_WIDTH / 4;

/** Threads of a workgroup of the merge: four queries. */
export const MERGE_QUERIES = 4;

const EXTENTS = /* wgsl */ `
struct Extents {
  queries: u32, keys: u32, keys_per_split: u32, splits: u32,
  // Keys from the first on lie so many rows further as the second says.
  gap_at: u32, gap: u32,
}
@group(0) @binding(0) var<uniform> extents: Extents;
`;

/**
 * Attention of a tile of queries to one split of the keys. A thread holds vectors of 4 queries against
 * every 8th key for the scores, and against two of 16 quarters of the values for their sums; so the running
 * maximum of a query is in the registers that need it. Scores are summed channel by channel, in
 * the same order by every variant.
 */
export function attendWgsl(keyWidth: number, variant: AttentionVariant): string {
  const passing =
    variant.passing === 'subgroups' ? bySubgroups(variant, keyWidth) : byWorkgroupMemory(variant);
  const { vectors, columns, keyTile } = variant;
  const { rows, threads, keysOfAThread, valuesOfAThread } = threadsOf(variant);
  const eachVector = (line: (g: number) => string) => each(vectors, line);
  const eachScore = (line: (g: number, j: number) => string) =>
    eachVector((g) => each(keysOfAThread, (j) => line(g, j)));
  const eachSum = (line: (g: number, v: number) => string) =>
    eachVector((g) => each(4 * valuesOfAThread, (v) => line(g, v)));
  const isIn = (j: number) => `tile + column + ${j * columns}u < end`;
  return /* wgsl */ `${passing.enables}
const WIDTH = ${keyWidth / 4}u;
${EXTENTS}${operands(variant)}${passing.declarations}
@compute @workgroup_size(${threads})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) thread: u32,
  ${passing.builtins}
) {
  ${passing.place}
  let first_query = workgroup.x * ${variant.queryTile}u;
  let start = workgroup.y * extents.keys_per_split;
  let end = min(start + extents.keys_per_split, extents.keys);
  ${eachVector((g) => `var maximum${g} = vec4f(LOWEST);\nvar weight_sum${g} = vec4f();`)}
  ${eachSum((g, v) => `var sum${g}_${v} = vec4f();`)}
  ${passing.hold}

  for (var tile = start; tile < end; tile += ${keyTile}u) {
    ${eachScore((g, j) => `var score${g}_${j} = vec4f();`)}
    ${passing.scores}
    ${eachScore((g, j) => `score${g}_${j} = select(vec4f(LOWEST), score${g}_${j}, ${isIn(j)});`)}
    ${passing.maxima}
    ${eachVector((g) => `let factor${g} = exp(maximum${g} - larger${g});`)}
    ${eachVector((g) => `maximum${g} = larger${g};\nweight_sum${g} *= factor${g};`)}
    ${eachSum((g, v) => `sum${g}_${v} *= factor${g};`)}
    ${eachScore(
      (g, j) => `
    let weight${g}_${j} = select(vec4f(), exp(score${g}_${j} - larger${g}), ${isIn(j)});
    weight_sum${g} += weight${g}_${j};`,
    )}
    ${passing.values}
  }
  ${passing.sums}
  ${eachVector((g) => each(4, (i) => store(variant, { g, i, rows })))}
}
`;
}

function operands(variant: AttentionVariant): string {
  const { groups } = threadsOf(variant);
  return /* wgsl */ `
@group(0) @binding(1) var<storage, read> queries: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
// [split, query, 16]: values summed with weights.
@group(0) @binding(4) var<storage, read_write> value_sums: array<vec4f>;
// [split, query]: largest score, sum of weights.
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>;

// Below every score that float32 products of sane operands give; finite, as WGSL may assume.
const LOWEST = -1e38f;

// A key past the end is another's copy, which never weighs.
fn row_of(key: u32) -> u32 {
  let index = min(key, extents.keys - 1u);
  return index + select(0u, extents.gap, index >= extents.gap_at);
}

// Four channels of a vector of queries, a column each; a query past the end is another's copy, which
// is never written.
fn four_queries(first: u32, quarter: u32) -> mat4x4f {
  let last = extents.queries - 1u;
  return transpose(mat4x4f(
    ${list(4, (i) => `queries[min(first + ${i * groups}u, last) * WIDTH + quarter]`)}
  ));
}
`;
}

/** What the thread has of one of its queries. */
function store(
  variant: AttentionVariant,
  { g, i, rows }: { readonly g: number; readonly i: number; readonly rows: number },
): string {
  const { groups, valuesOfAThread } = threadsOf(variant);
  const [query, at] = [`query${g}_${i}`, `at${g}_${i}`];
  const value = (v: number) =>
    `value_sums[${at} * ${QUARTERS}u + ${v * variant.columns}u + column] =
      vec4f(${list(4, (n) => `sum${g}_${4 * v + n}[${i}]`)});`;
  return `
  let ${query} = first_query + ${i * groups + g * rows}u + row;
  if (${query} < extents.queries) {
    let ${at} = workgroup.y * extents.queries + ${query};
    ${each(valuesOfAThread, value)}
    if (column == 0u) { statistics[${at}] = vec2f(maximum${g}[${i}], whole_sum${g}[${i}]); }
  }`;
}

/** Merges the splits: one thread for each query and four of its values. */
export const MERGE_WGSL = /* wgsl */ `${EXTENTS}
@group(0) @binding(1) var<storage, read> value_sums: array<vec4f>;
@group(0) @binding(2) var<storage, read> statistics: array<vec2f>;
// [query, 16]
@group(0) @binding(3) var<storage, read_write> attended: array<vec4f>;

@compute @workgroup_size(${QUARTERS}, ${MERGE_QUERIES})
fn main(@builtin(global_invocation_id) id: vec3u) {
  if (id.y >= extents.queries) { return; }
  var maximum = statistics[id.y].x;
  for (var split = 1u; split < extents.splits; split++) {
    maximum = max(maximum, statistics[split * extents.queries + id.y].x);
  }
  var weight_sum = 0.0;
  var merged = vec4f();
  for (var split = 0u; split < extents.splits; split++) {
    let at = split * extents.queries + id.y;
    let factor = exp(statistics[at].x - maximum);
    weight_sum += statistics[at].y * factor;
    merged += value_sums[at * ${QUARTERS}u + id.x] * factor;
  }
  attended[id.y * ${QUARTERS}u + id.x] = merged / weight_sum;
}
`;
