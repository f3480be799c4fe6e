import { invariant } from '../../../core/assert.ts';
import type { AttentionVariant } from './attention-variant.ts';
import type { OperandPassing } from './operand-passing.ts';
import {
  addScores,
  addValues,
  enableStorage,
  keysFrom,
  largestScore,
  stagedMemory,
} from './staged-operands.wgsl.ts';
import { each } from './wgsl-lines.ts';

/**
 * A thread keeps its share of its row's queries in registers, for all keys, and its weights; the threads of
 * a row are neighbours in one subgroup, and ask each other in turn. Which they are follows from their
 * places in the subgroup, whatever its size, since threads need not lie in it in the workgroup's order.
 * @param keyWidth channels of a query and a key
 */
export function bySubgroups(variant: AttentionVariant, keyWidth: number): OperandPassing {
  const { columns, vectors } = variant;
  invariant(vectors === 1, 'a thread has registers for one vector of queries');
  return {
    enables: `enable subgroups;\n${enableStorage(variant)}`,
    declarations: `${stagedMemory(variant)}\nvar<workgroup> rows_taken: atomic<u32>;\n`,
    builtins: '@builtin(subgroup_invocation_id) lane: u32,',
    // A row is whatever number its threads draw: no result depends on it.
    place: /* wgsl */ `
  let column = lane % ${columns}u;
  let first_of_row = lane - column;
  var drawn = 0u;
  if (column == 0u) { drawn = atomicAdd(&rows_taken, 1u); }
  let row = subgroupShuffle(drawn, first_of_row);`,
    hold: hold(variant, keyWidth),
    scores: scores(variant, keyWidth),
    maxima: /* wgsl */ `
    var larger0 = max(maximum0, ${largestScore(0, variant)});
    ${each(Math.log2(columns), (i) => `larger0 = max(larger0, subgroupShuffleXor(larger0, ${2 ** i}u));`)}`,
    values: values(variant),
    sums: /* wgsl */ `
  var whole_sum0 = vec4f();
  for (var turn = 0u; turn < ${columns}u; turn++) { whole_sum0 += ${asked('weight_sum0')}; }`,
  };
}

/** A value of the thread of the row whose turn it is. */
function asked(value: string): string {
  return `subgroupShuffle(${value}, first_of_row + turn)`;
}

/** `held<m>_<c>`: channel c of quarter `m · columns + column` of the row's four queries. */
function hold({ columns, storage }: AttentionVariant, keyWidth: number): string {
  // Two numbers of 16 bits are passed as one.
  const kept = (four: string) => (storage === 'float16' ? `bitcast<vec2u>(vec4h(${four}))` : four);
  return each(
    keyWidth / 4 / columns,
    (m) => /* wgsl */ `
  let share${m} = four_queries(first_query + row, ${m * columns}u + column);
  ${each(4, (c) => `let held${m}_${c} = ${kept(`share${m}[${c}]`)};`)}`,
  );
}

function scores(variant: AttentionVariant, keyWidth: number): string {
  const { columns, keyTile, channelChunk, storage } = variant;
  const sharesOfAChunk = channelChunk / 4 / columns;
  const passed = (value: string) =>
    storage === 'float16' ? `vec4f(bitcast<vec4h>(${asked(value)}))` : asked(value);
  const channel = (m: number, c: number) => `
      let query0_${c} = ${passed(`held${m}_${c}`)};
      ${addScores(0, c, variant)}`;
  const share = (chunk: number, part: number) => /* wgsl */ `
    for (var turn = 0u; turn < ${columns}u; turn++) {
      let k = (${part * columns}u + turn) * ${keyTile}u + column;
      ${keysFrom('k', variant)}
      ${each(4, (c) => channel(chunk * sharesOfAChunk + part, c))}
    }`;
  return each(
    keyWidth / channelChunk,
    (chunk) => /* wgsl */ `
    workgroupBarrier();
    stage_keys(tile, ${chunk}u, 0u, thread);
    workgroupBarrier();
    ${each(sharesOfAChunk, (part) => share(chunk, part))}`,
  );
}

function values(variant: AttentionVariant): string {
  const { columns, keyTile, valueChunk } = variant;
  const keys = valueChunk / columns;
  const key = (chunk: number, j: number) => /* wgsl */ `
    for (var turn = 0u; turn < ${columns}u; turn++) {
      let passed0 = ${asked(`weight0_${chunk * keys + j}`)};
      ${addValues(`(${j * columns}u + turn)`, variant)}
    }`;
  return each(
    keyTile / valueChunk,
    (chunk) => /* wgsl */ `
    workgroupBarrier();
    stage_values(tile + ${chunk * valueChunk}u, thread);
    workgroupBarrier();
    ${each(keys, (j) => key(chunk, j))}`,
  );
}
