import {
  CHANNEL_CHUNK,
  COLUMNS,
  KEY_TILE,
  QUERY_TILE,
  ROW_GROUPS,
  VALUE_CHUNK,
  VALUE_WIDTH,
} from './attention-plan.ts';

const THREADS = ROW_GROUPS * COLUMNS;
/** Of the first pass: staged operands 6 KiB, weights 8 KiB, maxima 2 KiB; WebGPU grants 16 KiB. */
const STAGED = (CHANNEL_CHUNK / 4) * (QUERY_TILE + KEY_TILE);
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
 * Attention of 64 queries to one split of the keys. A thread holds 4 queries (16 apart, as the
 * components of its vectors) against 4 keys (8 apart) for the scores, and against 8 of the 64 values
 * for their sums; so the running maximum of a query is in the registers that need it. Neighbouring
 * threads read neighbouring vectors of workgroup memory, which keeps them off each other's banks.
 */
export function attendWgsl(keyWidth: number): string {
  return `const WIDTH = ${keyWidth / 4}u;\n${EXTENTS}${ATTEND}`;
}

const ATTEND = /* wgsl */ `
@group(0) @binding(1) var<storage, read> queries: array<vec4f>;
@group(0) @binding(2) var<storage, read> keys: array<vec4f>;
@group(0) @binding(3) var<storage, read> values: array<vec4f>;
// [split, query, 16]: values summed with weights.
@group(0) @binding(4) var<storage, read_write> value_sums: array<vec4f>;
// [split, query]: largest score, sum of weights.
@group(0) @binding(5) var<storage, read_write> statistics: array<vec2f>;

// Below every score that float32 products of sane operands give; finite, as WGSL may assume.
const LOWEST = -1e38f;

// [channels / 4, queries], then [channels / 4, keys]; later [key, 16] values.
var<workgroup> staged: array<vec4f, ${STAGED}>;
// [key, row group]
var<workgroup> weights: array<vec4f, ${KEY_TILE * ROW_GROUPS}>;
// [column, row group]
var<workgroup> partials: array<vec4f, ${THREADS}>;

// A key past the end is another's copy, which never weighs.
fn row_of(key: u32) -> u32 {
  let index = min(key, extents.keys - 1u);
  return index + select(0u, extents.gap, index >= extents.gap_at);
}

// A query past the end is another's copy, which is never written.
fn stage_operands(first_query: u32, first_key: u32, chunk: u32, thread: u32) {
  let quarter = thread % ${CHANNEL_CHUNK / 4}u;
  let channel = chunk * ${CHANNEL_CHUNK / 4}u + quarter;
  for (var row = thread / 4u; row < ${QUERY_TILE}u; row += ${THREADS / 4}u) {
    let query = min(first_query + row, extents.queries - 1u);
    staged[quarter * ${QUERY_TILE}u + row] = queries[query * WIDTH + channel];
  }
  let key = row_of(first_key + thread / 4u);
  staged[${CHANNEL_CHUNK * (QUERY_TILE / 4)}u + quarter * ${KEY_TILE}u + thread / 4u] =
    keys[key * WIDTH + channel];
}

fn stage_values(first_key: u32, thread: u32) {
  for (var at = thread; at < ${VALUE_CHUNK * QUARTERS}u; at += ${THREADS}u) {
    let key = row_of(first_key + at / ${QUARTERS}u);
    staged[at] = values[key * ${QUARTERS}u + at % ${QUARTERS}u];
  }
}

@compute @workgroup_size(${THREADS})
fn main(
  @builtin(workgroup_id) workgroup: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let column = thread % ${COLUMNS}u;
  let row = thread / ${COLUMNS}u;
  let first_query = workgroup.x * ${QUERY_TILE}u;
  let start = workgroup.y * extents.keys_per_split;
  let end = min(start + extents.keys_per_split, extents.keys);
  var maximum = vec4f(LOWEST);
  var weight_sum = vec4f();
  ${each(8, (i) => `var sum${i} = vec4f();`)}

  for (var tile = start; tile < end; tile += ${KEY_TILE}u) {
    ${each(4, (j) => `var score${j} = vec4f();`)}
    for (var chunk = 0u; chunk < WIDTH / ${CHANNEL_CHUNK / 4}u; chunk++) {
      workgroupBarrier();
      stage_operands(first_query, tile, chunk, thread);
      workgroupBarrier();
      for (var quarter = 0u; quarter < ${CHANNEL_CHUNK / 4}u; quarter++) {
        let q = quarter * ${QUERY_TILE}u + row;
        let k = ${CHANNEL_CHUNK * (QUERY_TILE / 4)}u + quarter * ${KEY_TILE}u + column;
        // A vector times a matrix is its product with each of the columns, here the four queries.
        let four = mat4x4f(${list(4, (i) => `staged[q + ${i * ROW_GROUPS}u]`)});
        ${each(4, (j) => `score${j} += staged[k + ${j * COLUMNS}u] * four;`)}
      }
    }

    let key = tile + column;
    ${each(4, (j) => `score${j} = select(vec4f(LOWEST), score${j}, key + ${j * COLUMNS}u < end);`)}
    partials[column * ${ROW_GROUPS}u + row] = max(max(score0, score1), max(score2, score3));
    workgroupBarrier();
    var larger = maximum;
    for (var other = 0u; other < ${COLUMNS}u; other++) {
      larger = max(larger, partials[other * ${ROW_GROUPS}u + row]);
    }
    let factor = exp(maximum - larger);
    maximum = larger;
    weight_sum *= factor;
    ${each(8, (i) => `sum${i} *= factor;`)}
    ${each(4, weigh)}

    for (var chunk = 0u; chunk < ${KEY_TILE}u; chunk += ${VALUE_CHUNK}u) {
      workgroupBarrier();
      stage_values(tile + chunk, thread);
      workgroupBarrier();
      for (var at = 0u; at < ${VALUE_CHUNK}u; at++) {
        let weight = weights[(chunk + at) * ${ROW_GROUPS}u + row];
        let left = staged[at * ${QUARTERS}u + column];
        let right = staged[at * ${QUARTERS}u + ${COLUMNS}u + column];
        ${each(4, (i) => `sum${i} += weight * left[${i}];`)}
        ${each(4, (i) => `sum${i + 4} += weight * right[${i}];`)}
      }
    }
  }

  // Each column has summed the weights of its own keys.
  partials[column * ${ROW_GROUPS}u + row] = weight_sum;
  workgroupBarrier();
  var whole_sum = vec4f();
  for (var other = 0u; other < ${COLUMNS}u; other++) {
    whole_sum += partials[other * ${ROW_GROUPS}u + row];
  }
  ${each(4, store)}
}
`;

/** Weights of one of the thread's keys, for all of its queries. */
function weigh(j: number): string {
  const key = `column + ${j * COLUMNS}u`;
  return `
    let weight${j} = select(vec4f(), exp(score${j} - larger), tile + ${key} < end);
    weight_sum += weight${j};
    weights[(${key}) * ${ROW_GROUPS}u + row] = weight${j};`;
}

/** What the thread has of one of its queries. */
function store(i: number): string {
  const query = `query${i}`;
  return `
  let ${query} = first_query + ${i * ROW_GROUPS}u + row;
  if (${query} < extents.queries) {
    let at = workgroup.y * extents.queries + ${query};
    value_sums[at * ${QUARTERS}u + column] = vec4f(${list(4, (v) => `sum${v}[${i}]`)});
    value_sums[at * ${QUARTERS}u + ${COLUMNS}u + column] =
      vec4f(${list(4, (v) => `sum${v + 4}[${i}]`)});
    if (column == 0u) { statistics[at] = vec2f(maximum[${i}], whole_sum[${i}]); }
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

function each(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, i) => line(i)).join('\n');
}

function list(count: number, item: (index: number) => string): string {
  return Array.from({ length: count }, (_, i) => item(i)).join(', ');
}
