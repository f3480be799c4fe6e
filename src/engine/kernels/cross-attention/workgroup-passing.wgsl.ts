import { type AttentionVariant, sharedVectors, threadsOf } from './attention-variant.ts';
import type { OperandPassing } from './operand-passing.ts';
import {
  addScores,
  addValues,
  enableStorage,
  keysFrom,
  largestScore,
  stagedMemory,
  stored,
} from './staged-operands.wgsl.ts';
import { each } from './wgsl-lines.ts';

/**
 * Queries, keys and weights in workgroup memory. Neighbouring threads read neighbouring vectors, which
 * keeps them off each other's banks.
 */
export function byWorkgroupMemory(variant: AttentionVariant): OperandPassing {
  const { columns } = variant;
  return {
    enables: enableStorage(variant),
    declarations: declarations(variant),
    builtins: '',
    place: `let column = thread % ${columns}u;\nlet row = thread / ${columns}u;`,
    hold: '',
    scores: scores(variant),
    maxima: maxima(variant),
    values: values(variant),
    sums: sums(variant),
  };
}

/** Vector g's place in the row of memory that a column or a key has. */
function shared(variant: AttentionVariant, index: string, g: number): string {
  const { groups, rows } = threadsOf(variant);
  return `shared_rows[(${index}) * ${groups}u + ${g * rows}u + row]`;
}

function declarations(variant: AttentionVariant): string {
  const { channelChunk } = variant;
  const { groups, threads } = threadsOf(variant);
  const quarters = channelChunk / 4;
  return /* wgsl */ `${stagedMemory(variant)}
// [column or key, vector of queries]
var<workgroup> shared_rows: array<vec4f, ${sharedVectors(variant)}>;

fn stage_operands(first_query: u32, first_key: u32, chunk: u32, thread: u32) {
  for (var at = thread; at < ${groups * quarters}u; at += ${threads}u) {
    let quarter = at % ${quarters}u;
    let group = at / ${quarters}u;
    let four = four_queries(first_query + group, chunk * ${quarters}u + quarter);
    let to = quarter * ${4 * groups}u + group;
    ${each(4, (c) => `staged[to + ${c * groups}u] = ${stored(variant, `four[${c}]`)};`)}
  }
  stage_keys(first_key, chunk, ${channelChunk * groups}u, thread);
}
`;
}

function scores(variant: AttentionVariant): string {
  const { vectors, keyTile, channelChunk } = variant;
  const { groups, rows } = threadsOf(variant);
  const quarters = channelChunk / 4;
  const channel = (c: number) =>
    each(
      vectors,
      (g) => `
        let query${g}_${c} = vec4f(staged[q + ${c * groups + g * rows}u]);
        ${addScores(g, c, variant)}`,
    );
  return /* wgsl */ `
    for (var chunk = 0u; chunk < WIDTH / ${quarters}u; chunk++) {
      workgroupBarrier();
      stage_operands(first_query, tile, chunk, thread);
      workgroupBarrier();
      for (var quarter = 0u; quarter < ${quarters}u; quarter++) {
        let q = quarter * ${4 * groups}u + row;
        let k = ${channelChunk * groups}u + quarter * ${keyTile}u + column;
        ${keysFrom('k', variant)}
        ${each(4, channel)}
      }
    }`;
}

function maxima(variant: AttentionVariant): string {
  const { vectors, columns } = variant;
  const at = (index: string, g: number) => shared(variant, index, g);
  return /* wgsl */ `
    ${each(vectors, (g) => `${at('column', g)} = ${largestScore(g, variant)};`)}
    workgroupBarrier();
    ${each(vectors, (g) => `var larger${g} = maximum${g};`)}
    for (var other = 0u; other < ${columns}u; other++) {
      ${each(vectors, (g) => `larger${g} = max(larger${g}, ${at('other', g)});`)}
    }`;
}

/** Weights are passed chunk by chunk, in the memory in which maxima were. */
function values(variant: AttentionVariant): string {
  const { vectors, columns, keyTile, valueChunk } = variant;
  const keys = valueChunk / columns;
  const pass = (chunk: number) =>
    each(keys, (j) =>
      each(vectors, (g) => {
        const to = shared(variant, `column + ${j * columns}u`, g);
        return `${to} = weight${g}_${chunk * keys + j};`;
      }),
    );
  return each(
    keyTile / valueChunk,
    (chunk) => /* wgsl */ `
    workgroupBarrier();
    ${pass(chunk)}
    stage_values(tile + ${chunk * valueChunk}u, thread);
    workgroupBarrier();
    for (var at = 0u; at < ${valueChunk}u; at++) {
      ${each(vectors, (g) => `let passed${g} = ${shared(variant, 'at', g)};`)}
      ${addValues('at', variant)}
    }`,
  );
}

/** Each column has summed the weights of its own keys. */
function sums(variant: AttentionVariant): string {
  const { vectors, columns } = variant;
  const at = (index: string, g: number) => shared(variant, index, g);
  return /* wgsl */ `
  workgroupBarrier();
  ${each(vectors, (g) => `${at('column', g)} = weight_sum${g};\nvar whole_sum${g} = vec4f();`)}
  workgroupBarrier();
  for (var other = 0u; other < ${columns}u; other++) {
    ${each(vectors, (g) => `whole_sum${g} += ${at('other', g)};`)}
  }`;
}
