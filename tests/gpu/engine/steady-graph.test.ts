import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceTensor } from '../../../src/engine/device-tensor.ts';
import { encodeModel } from '../../../src/engine/graph/encode-model.ts';
import type { Graph, Value } from '../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../src/engine/graph/graph-builder.ts';
import { symbol } from '../../../src/engine/graph/shape.ts';
import { gpuBuffer } from '../../../src/engine/runtime/gpu-tensors.ts';
import { OrtRuntime } from '../../../src/engine/runtime/ort-runtime.ts';
import { openBrowserDevice } from '../../helpers/browser-engine.ts';
import { type GpuLedger, keepLedger } from '../../helpers/gpu-ledger.ts';

const ROWS = 4;
const OUTPUTS = ['sum', 'product'] as const;

let device: GPUDevice;
let ledger: GpuLedger;
let runtime: OrtRuntime;

beforeAll(async () => {
  const { plan, ort } = await openBrowserDevice({
    backend: 'webgpu',
    bankAttention: 'graph',
    graphCapture: true,
  });
  if (plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  ({ device } = plan);
  ledger = keepLedger(device);
  runtime = new OrtRuntime({ ort, plan, files: new Map() });
});
afterAll(() => {
  runtime[Symbol.dispose]();
  device.destroy();
});

/** `a + b` and `a · b`, of a number of rows that the graph may leave open. */
function arithmetic(rows: number | undefined): Graph {
  const g = new GraphBuilder('arithmetic');
  const dims = [rows ?? symbol('N'), 4];
  const [a, b] = [g.input('a', 'float32', dims), g.input('b', 'float32', dims)];
  g.output('sum', g.add(a, b));
  g.output('product', g.multiply(a, b));
  return g.build();
}

function load(graph: Graph) {
  const model = encodeModel(graph, () => {
    throw new Error('there are no weights to place');
  });
  return runtime.load(graph.name, model, { isSteady: true });
}

function filled(value: number, rows = ROWS): DeviceTensor {
  return runtime.tensor([rows, 4], {
    dtype: 'float32',
    data: new Float32Array(4 * rows).fill(value),
  });
}

/** The value that all of a tensor's numbers have. */
async function valueOf(tensor: DeviceTensor): Promise<number> {
  const [first = NaN, ...others] = await runtime.read(tensor);
  expect(others.every((value) => value === first)).toBe(true);
  return first;
}

test('results stay what they are when the graph runs again, and may be its next inputs', async () => {
  using graph = await load(arithmetic(ROWS));
  using two = filled(2);
  let last = await graph.run({ a: two, b: two }, OUTPUTS);
  const kept: DeviceTensor[] = [];
  for (let run = 0; run < 3; run++) {
    const next = await graph.run({ a: last.sum, b: last.product }, OUTPUTS);
    kept.push(last.sum, last.product);
    last = next;
  }
  kept.push(last.sum, last.product);
  const values = await Promise.all(kept.map(valueOf));
  expect(values).toEqual([4, 4, 8, 16, 24, 128, 152, 3072]);
  for (const tensor of kept) tensor[Symbol.dispose]();
});

test('an input that a kernel has written again is read again, and one that nobody writes is not', async () => {
  using graph = await load(arithmetic(ROWS));
  using written = runtime.emptyGpuTensor([ROWS, 4]);
  using constant = filled(10);
  const sums: number[] = [];
  for (const value of [1, 2, 3]) {
    device.queue.writeBuffer(gpuBuffer(written), 0, new Float32Array(4 * ROWS).fill(value));
    const { sum, product } = await graph.run({ a: written, b: constant }, OUTPUTS);
    sums.push(await valueOf(sum));
    sum[Symbol.dispose]();
    product[Symbol.dispose]();
  }
  expect(sums).toEqual([11, 12, 13]);
});

test('a replay makes no buffer and starts the programs of the graph and no other', async () => {
  using graph = await load(arithmetic(ROWS));
  const counts: { buffers: number; dispatches: number }[] = [];
  for (const value of [1, 2, 3, 4]) {
    using a = filled(value);
    using b = filled(value);
    const { buffersMade, dispatches } = ledger;
    const results = await graph.run({ a, b }, OUTPUTS);
    for (const name of OUTPUTS) results[name][Symbol.dispose]();
    counts.push({
      buffers: ledger.buffersMade - buffersMade,
      dispatches: ledger.dispatches - dispatches,
    });
  }
  const [, ...replays] = counts;
  expect(replays).toHaveLength(3);
  for (const replay of replays) expect(replay).toEqual({ buffers: 0, dispatches: 2 });
});

test('other shapes than the captured run had are refused', async () => {
  using graph = await load(arithmetic(undefined));
  using few = filled(1);
  using many = filled(1, 2 * ROWS);
  const { sum, product } = await graph.run({ a: few, b: few }, OUTPUTS);
  await expect(graph.run({ a: many, b: many }, OUTPUTS)).rejects.toThrow('captured as 4×4');
  expect(await valueOf(sum)).toBe(2);
  sum[Symbol.dispose]();
  product[Symbol.dispose]();
});

test('a graph whose output is a copy of a buffer is run and not replayed', async () => {
  const before = runtime.refusedCaptures.length;
  using graph = await load(reshapedSum());
  for (const value of [1, 2, 3]) {
    using a = filled(value);
    using b = filled(1);
    const { flat } = await graph.run({ a, b }, ['flat']);
    expect(flat.dims).toEqual([4 * ROWS]);
    expect(await valueOf(flat)).toBe(2 * (value + 1));
    flat[Symbol.dispose]();
  }
  expect(runtime.refusedCaptures.slice(before)).toEqual([
    { graph: 'reshapedSum', reason: expect.stringContaining('copies buffers') },
  ]);
});

/** With an output that is another tensor in another shape, which a `GraphBuilder` does not make. */
function reshapedSum(): Graph {
  const g = new GraphBuilder('reshapedSum');
  const [a, b] = [g.input('a', 'float32', [ROWS, 4]), g.input('b', 'float32', [ROWS, 4])];
  const sum = g.add(a, b);
  const flat: Value = g.reshape(g.add(sum, sum), [4 * ROWS]);
  g.output('flat', flat);
  const { nodes, ...built } = g.build();
  // The last is the program by which the builder copies it.
  return { ...built, nodes: nodes.slice(0, -1), outputs: new Map([['flat', flat]]) };
}
