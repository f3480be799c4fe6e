import { expect, test } from 'vitest';
import { chunkAttention } from '../../../../src/engine/graph/chunk-attention.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { CONTRIB_CASES } from '../../../helpers/contrib-cases.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';

const noWeights = () => expect.fail('the graphs have inputs and constants only');

test.each(CONTRIB_CASES)('$name on the CPU is what its definition says', async (one) => {
  await using runtime = await NodeGraphRuntime.create();
  using graph = await runtime.load('case', encodeModel(one.graph, noWeights));
  const results = await graph.run(one.inputs(runtime), Object.keys(one.expected));
  for (const [name, expected] of Object.entries(one.expected)) {
    const result = results[name] ?? expect.fail(`no ${name}`);
    expectAllClose(readFloat32(result), expected, { atol: 1e-5, rtol: 1e-5 });
  }
});

test('attention in chunks of queries is attention', async () => {
  const one = CONTRIB_CASES.find(({ name }) => name === '300 queries, 7 keys, 8 heads of 16');
  if (one === undefined) expect.fail('there is no such case');
  // 8 heads times 7 keys are 224 bytes of scores for a query.
  const chunked = chunkAttention(one.graph, { mostBytes: 224 * 110, bindings: {} });
  const rows = chunked.nodes
    .filter(({ op }) => op === 'Slice')
    .map(({ outputs }) => outputs[0].dims[1]);
  expect(rows).toEqual([100, 100, 100]);
  await using runtime = await NodeGraphRuntime.create();
  using graph = await runtime.load('case', encodeModel(chunked, noWeights));
  const { result } = await graph.run(one.inputs(runtime), ['result']);
  expectAllClose(readFloat32(result), one.expected['result'] ?? [], { atol: 1e-5, rtol: 1e-5 });
});

test('attention whose scores fit is left as it is', () => {
  for (const { graph } of CONTRIB_CASES) {
    expect(chunkAttention(graph, { mostBytes: 2 ** 20, bindings: {} })).toBe(graph);
  }
});

test('a chunk of the last queries may be shorter', () => {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [1, 10, 4]);
  g.output('result', g.multiHeadAttention({ queries: x, keys: x, values: x, heads: 1 }));
  const { nodes } = chunkAttention(g.build(), { mostBytes: 4 * 40, bindings: {} });
  expect(nodes.filter(({ op }) => op === 'Slice').map(({ outputs }) => outputs[0].dims)).toEqual([
    [1, 4, 4],
    [1, 4, 4],
    [1, 2, 4],
  ]);
});
