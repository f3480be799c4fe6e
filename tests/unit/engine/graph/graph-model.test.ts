import { expect, test } from 'vitest';
import type { Checkpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { encodeModel } from '../../../../src/engine/graph/encode-model.ts';
import { graphCost } from '../../../../src/engine/graph/graph-cost.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { ProtoWriter } from '../../../../src/engine/graph/protobuf.ts';
import { symbol } from '../../../../src/engine/graph/shape.ts';
import { planWeights, prepareWeights } from '../../../../src/engine/graph/weight-plan.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';

/** Two tensors in one file at an odd offset: `w` as float32 [2,3], `h` as "float16" [2]. */
function buildCheckpoint(): Checkpoint {
  const values = Float32Array.of(1, 2, 3, 4, 5, 6);
  const file = new Blob([new Uint8Array(7), values, new Uint8Array(4)]);
  const tensors: Checkpoint['tensors'] = new Map([
    ['w', { dtype: 'float32', shape: [2, 3], byteOffset: 7, byteLength: 24, isContiguous: true }],
    ['h', { dtype: 'float16', shape: [2], byteOffset: 31, byteLength: 4, isContiguous: true }],
  ]);
  const readFloat32 = async (name: string) =>
    await Promise.resolve(name === 'w' ? values : Float32Array.of(10, 20));
  return { file, tensors, readFloat32 };
}

/** `x·wᵀ + h`, then the second row of w, then w doubled. */
function buildGraph() {
  const g = new GraphBuilder('linear');
  const x = g.input('x', 'float32', [symbol('N'), 3]);
  const y = g.gemm(x, g.stored('w', [2, 3]), { bias: g.stored('h', [2]), transposeB: true });
  const doubled = g.derived(
    {
      key: 'doubled w',
      inputs: ['w'],
      compute: ([w]) => (w ?? new Float32Array()).map((v) => v * 2),
    },
    [2, 3],
  );
  g.output('y', y);
  g.output('row', g.relu(g.stored('w', [3], 3)));
  g.output('doubled', g.relu(doubled));
  return g.build();
}

test('protobuf integers, as the format’s own documentation encodes them', () => {
  expect([...new ProtoWriter().integer(1, 150).finish()]).toEqual([0x08, 0x96, 0x01]);
  expect([...new ProtoWriter().string(2, 'testing').finish()]).toEqual([
    0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67,
  ]);
  expect([...new ProtoWriter().message(3, (nested) => nested.integer(1, 150)).finish()]).toEqual([
    0x1a, 0x03, 0x08, 0x96, 0x01,
  ]);
  expect([...new ProtoWriter().integer(1, -1).finish()]).toEqual([
    0x08,
    ...Array.from({ length: 9 }, () => 0xff),
    0x01,
  ]);
});

test('float32 tensors stay in the checkpoint, the rest is prepared once', async () => {
  const checkpoint = buildCheckpoint();
  const plan = planWeights([buildGraph(), buildGraph()], checkpoint);
  expect(plan.prepared.map(({ offset, elements }) => [offset, elements])).toEqual([
    [0, 2],
    [64, 6],
  ]);
  const pieces: BlobPart[] = [];
  for await (const piece of prepareWeights(plan, checkpoint)) pieces.push(piece);
  const blob = await new Blob(pieces).arrayBuffer();
  expect(blob.byteLength).toBe(plan.preparedBytes);
  expect(new Float32Array(blob, 0, 2)).toEqual(Float32Array.of(10, 20));
  expect(new Float32Array(blob, 64, 6)).toEqual(Float32Array.of(2, 4, 6, 8, 10, 12));
});

test('another layout has another key', () => {
  const checkpoint = buildCheckpoint();
  const key = planWeights([buildGraph()], checkpoint).preparedKey;
  expect(planWeights([buildGraph()], checkpoint).preparedKey).toBe(key);
  const g = new GraphBuilder('other');
  g.derived({ key: 'tripled w', inputs: ['w'], compute: () => new Float32Array(6) }, [2, 3]);
  expect(planWeights([g.build()], checkpoint).preparedKey).not.toBe(key);
});

test('a model of references runs on the files it refers to', async () => {
  const checkpoint = buildCheckpoint();
  const graph = buildGraph();
  const plan = planWeights([graph], checkpoint);
  const model = encodeModel(graph, (initializer) => plan.placeOf(initializer));
  await using runtime = await NodeGraphRuntime.create();
  await runtime.mount(plan, checkpoint);
  using loaded = await runtime.load('linear', model);
  const x = runtime.tensor([1, 3], { dtype: 'float32', data: Float32Array.of(1, 0, -1) });
  const result = await loaded.run({ x }, ['y', 'row', 'doubled']);
  expect(readFloat32(result.y)).toEqual(Float32Array.of(8, 18));
  expect(readFloat32(result.row)).toEqual(Float32Array.of(4, 5, 6));
  expect(readFloat32(result.doubled)).toEqual(Float32Array.of(2, 4, 6, 8, 10, 12));
});

test('cost counts multiply-adds as two and needs the symbols', () => {
  const graph = buildGraph();
  const [gemm] = graphCost(graph, { N: 10 });
  expect(gemm).toEqual({
    name: 'Gemm_0',
    op: 'Gemm',
    flop: 10 * 2 * (2 * 3 + 1),
    bytes: 4 * (10 * 3 + 6 + 2 + 10 * 2),
    dispatches: 1,
  });
  expect(() => graphCost(graph)).toThrow(/"N"/);
});
