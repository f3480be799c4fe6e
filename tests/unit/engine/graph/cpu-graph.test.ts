import { expect, test } from 'vitest';
import { forCpu } from '../../../../src/engine/graph/cpu-graph.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import type { Graph } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { CONTRIB_CASES } from '../../../helpers/contrib-cases.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';
import { seededFloats } from '../../../helpers/seeded-random.ts';

const noWeights = () => expect.fail('the graphs have inputs and constants only');
const ops = ({ nodes }: Graph) => nodes.map(({ op }) => op);
const NORMS = CONTRIB_CASES.filter(({ graph }) => ops(graph).includes('SkipLayerNormalization'));

test.each(NORMS)('$name, as a sum and a norm', async (one) => {
  const graph = forCpu(one.graph);
  expect(ops(graph)).toEqual(['Add', 'LayerNormalization']);
  await using runtime = await NodeGraphRuntime.create();
  using loaded = await runtime.load('case', encodeModel(graph, noWeights));
  const results = await loaded.run(one.inputs(runtime), Object.keys(one.expected));
  for (const [name, expected] of Object.entries(one.expected)) {
    const result = results[name] ?? expect.fail(`no ${name}`);
    expectAllClose(readFloat32(result), expected, { atol: 1e-5, rtol: 1e-5 });
  }
});

test('a maximum over two axes, one after another', async () => {
  const dims = [3, 2, 4, 2, 5];
  const g = new GraphBuilder('pool');
  g.output('result', g.reduceMax(g.input('x', 'float32', dims), [1, 3]));
  const graph = forCpu(g.build());
  expect(ops(graph)).toEqual(['ReduceMax', 'ReduceMax']);
  expect(graph.nodes.map(({ outputs: [result] }) => result.dims)).toEqual([
    [3, 2, 4, 5],
    [3, 4, 5],
  ]);
  const data = seededFloats(1, 240);
  await using runtime = await NodeGraphRuntime.create();
  using loaded = await runtime.load('case', encodeModel(graph, noWeights));
  const { result } = await loaded.run({ x: runtime.tensor(dims, { dtype: 'float32', data }) }, [
    'result',
  ]);
  const expected = Float32Array.from({ length: 60 }, (_, i) => {
    const [first, column, channel] = [Math.floor(i / 20), Math.floor(i / 5) % 4, i % 5];
    const cell = [0, 1].flatMap((a) =>
      [0, 1].map((b) => data[(((first * 2 + a) * 4 + column) * 2 + b) * 5 + channel] ?? NaN),
    );
    return Math.max(...cell);
  });
  expectAllClose(readFloat32(result), expected);
});
