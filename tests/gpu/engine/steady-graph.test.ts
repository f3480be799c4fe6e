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
/** Enough for buffers that are worth sharing. */
const SHARED_ROWS = 8192;
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

/** `a` doubled five times, so that there are buffers to share. */
function chain(name: string): Graph {
  const g = new GraphBuilder(name);
  let sum: Value = g.input('a', 'float32', [SHARED_ROWS, 4]);
  for (let step = 0; step < 5; step++) sum = g.add(sum, sum);
  g.output('sum', sum);
  return g.build();
}

/** With a kernel of 108 KiB, which ORT puts into its own order. */
function convolution(): Graph {
  const g = new GraphBuilder('convolution');
  const image = g.input('image', 'float32', [1, 96, 16, 16]);
  const kernel = Float32Array.from({ length: 32 * 96 * 9 }, (_, i) => Math.sin(i));
  const weight = g.constant(kernel, [32, 96, 3, 3]);
  const bias = g.constant(new Float32Array(32));
  g.output('out', g.conv(image, weight, bias, { stride: 1, padding: 1 }));
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

test('recorded graphs write to the same buffers, and results that are in use are moved first', async () => {
  const [first, second] = [await load(chain('first')), await load(chain('second'))];
  using one = filled(1, SHARED_ROWS);
  using two = filled(2, SHARED_ROWS);
  const { buffersMade } = ledger;
  const kept = [(await first.run({ a: one }, ['sum'])).sum];
  const madeByFirst = ledger.buffersMade - buffersMade;
  kept.push((await second.run({ a: two }, ['sum'])).sum);
  const madeBySecond = ledger.buffersMade - buffersMade - madeByFirst;
  expect(madeBySecond, 'buffers of the second graph').toBeLessThan(madeByFirst);
  // The second graph's result lies where the first one's next run writes.
  kept.push((await first.run({ a: two }, ['sum'])).sum);
  kept.push((await second.run({ a: one }, ['sum'])).sum);
  expect(await Promise.all(kept.map(valueOf))).toEqual([32, 64, 64, 32]);
  // What ORT destroys with the graph that made it is still the other's.
  first[Symbol.dispose]();
  using last = (await second.run({ a: two }, ['sum'])).sum;
  expect(await valueOf(last)).toBe(64);
  for (const tensor of kept) tensor[Symbol.dispose]();
  second[Symbol.dispose]();
});

test('what a recorded graph keeps for its next runs is not written over', async () => {
  const graph = await load(convolution());
  using image = runtime.tensor([1, 96, 16, 16], {
    dtype: 'float32',
    data: new Float32Array(96 * 256).fill(1),
  });
  const before = (await graph.run({ image }, ['out'])).out;
  const expected = await runtime.read(before);
  before[Symbol.dispose]();
  const other = await load(chain('other'));
  using two = filled(2, SHARED_ROWS);
  for (let i = 0; i < 2; i++) (await other.run({ a: two }, ['sum'])).sum[Symbol.dispose]();
  const after = (await graph.run({ image }, ['out'])).out;
  expect(await runtime.read(after)).toEqual(expected);
  after[Symbol.dispose]();
  other[Symbol.dispose]();
  graph[Symbol.dispose]();
});

test('a constant is put where a computed input was before, on every run', async () => {
  const [graph, other] = [await load(chain('taking')), await load(chain('giving'))];
  using one = filled(1, SHARED_ROWS);
  const { sum: computed } = await other.run({ a: one }, ['sum']);
  (await graph.run({ a: computed }, ['sum'])).sum[Symbol.dispose]();
  computed[Symbol.dispose]();
  using two = filled(2, SHARED_ROWS);
  for (let run = 0; run < 3; run++) {
    (await other.run({ a: one }, ['sum'])).sum[Symbol.dispose]();
    const { sum } = await graph.run({ a: two }, ['sum']);
    expect(await valueOf(sum)).toBe(2 * 32);
    sum[Symbol.dispose]();
  }
  other[Symbol.dispose]();
  graph[Symbol.dispose]();
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
