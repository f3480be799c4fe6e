import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { encodeModel } from '../../../src/engine/graph/encode-model.ts';
import { GraphBuilder } from '../../../src/engine/graph/graph-builder.ts';
import { placeKernels, readProfile } from '../../bench/kernel-times.ts';
import { NodeGraphRuntime } from '../../helpers/onnx-node.ts';

interface Recorded {
  readonly name: string;
  readonly op?: string;
  readonly provider?: string;
  readonly us: number;
}

/** The events of a run as onnxruntime-node writes them, all others of theirs left out. */
function run(startUs: number, kernels: readonly Recorded[], runUs: number) {
  const nodes = kernels.map(({ name, op, provider, us }, i) => ({
    cat: 'Node',
    name: `${name}_kernel_time`,
    ts: startUs + i,
    dur: us,
    args: { op_name: op, provider: provider ?? 'CPUExecutionProvider' },
  }));
  return [...nodes, { cat: 'Session', name: 'model_run', ts: startUs, dur: runUs, args: {} }];
}

/** Of a WebGPU session, whose programs have their own clock. */
function program(name: string, tsUs: number, us: number) {
  return { cat: 'Api', name, ts: tsUs, dur: us, args: { shapes: '', cache_key: '' } };
}

const LOADING = { cat: 'Session', name: 'model_loading_uri', ts: 0, dur: 2026, args: {} };

test('each node has the least of the runs that count, and so has the run', () => {
  const times = [5, 30, 20, 900];
  const trace = [
    LOADING,
    ...times.flatMap((us, at) =>
      run(10_000 * (at + 1), [{ name: 'trunk/Gemm_1', op: 'Gemm', us }], us + 5),
    ),
  ];
  expect(readProfile(JSON.stringify(trace), 1)).toEqual({
    kernels: [{ name: 'trunk/Gemm_1', op: 'Gemm', ms: 0.02 }],
    runMs: 0.025,
  });
});

test('events of a run may stand in any order, and two of one name are summed within their run', () => {
  const reorder = (us: number) => ({ name: 'ReorderOutput', op: 'ReorderOutput', us });
  const trace = [
    ...run(30_000, [reorder(7), reorder(8)], 20),
    ...run(10_000, [reorder(100), reorder(200)], 400),
    ...run(20_000, [reorder(1), reorder(2)], 10),
  ];
  const [kernel] = readProfile(JSON.stringify(trace), 1).kernels;
  expect(kernel?.ms).toBe(0.003);
  expect(readProfile(JSON.stringify(trace), 2).kernels[0]?.ms).toBe(0.015);
});

test('on a GPU the programs of a node count, and what the processor does to start them does not', () => {
  const launch = { name: 'trunk/Conv_0', op: 'Conv', provider: 'WebGpuExecutionProvider', us: 999 };
  const onCpu = { name: 'Concat_3', op: 'Concat', us: 4 };
  const trace = [
    ...run(1000, [launch, onCpu], 2000),
    ...run(5000, [launch, onCpu], 2000),
    // In the first run the weights are laid out.
    program('trunk/Conv_0&Conv&Transpose', 1100, 50),
    program('trunk/Conv_0&Conv&Transpose', 1200, 3),
    program('trunk/Conv_0&Conv&MatMul', 1300, 40),
    program('trunk/Conv_0&Conv&Transpose', 5100, 2),
    program('trunk/Conv_0&Conv&MatMul', 5200, 30),
    program('only once&Cast&Cast', 1400, 1),
  ];
  expect(readProfile(JSON.stringify(trace), 1).kernels).toEqual(
    expect.arrayContaining([
      { name: 'trunk/Conv_0', op: 'Conv', ms: 0.032 },
      { name: 'Concat_3', op: 'Concat', ms: 0.004 },
    ]),
  );
  expect(readProfile(JSON.stringify(trace), 1).kernels).toHaveLength(2);
});

test('what is no trace, or has no runs but the warm ones, is refused', () => {
  expect(() => readProfile('{}', 0)).toThrow('not a trace');
  expect(() => readProfile('[{"cat":"Node"}]', 0)).toThrow('not a trace');
  expect(() => readProfile(JSON.stringify(run(0, [], 5)), 1)).toThrow('1 runs');
});

test('a kernel goes to the node that it comes from, whatever ONNX Runtime made of its name', () => {
  const kernel = (name: string, ms: number) => ({ name, op: 'Gemm', ms });
  const nodes = new Set([
    'trunk/Conv_0',
    'layers.0/Gemm_25',
    'self_attn/MatMul_41',
    'blocks.5/MultiHeadAttention_9',
    'Reshape_2',
    'Add_1',
  ]);
  const placed = placeKernels(
    [
      kernel('trunk/Conv_0_nchwc', 1),
      kernel('trunk/Conv_0_token_2', 10),
      kernel('fused layers.0/Gemm_25', 2),
      kernel('self_attn/MatMul_41/MatMulAddFusion', 3),
      kernel('blocks.5/MultiHeadAttention_9/Slice_0', 4),
      kernel('blocks.5/MultiHeadAttention_9/MultiHeadAttention_0', 5),
      kernel('Reshape_2_new_reshape', 6),
      kernel('ReorderOutput_token_4', 7),
      kernel('Add_12', 8),
    ],
    nodes,
  );
  expect(Object.fromEntries(placed.ms)).toEqual({
    'trunk/Conv_0': 11,
    'layers.0/Gemm_25': 2,
    'self_attn/MatMul_41': 3,
    'blocks.5/MultiHeadAttention_9': 9,
    Reshape_2: 6,
  });
  expect(placed.notPlaced.map(({ name }) => name)).toEqual(['ReorderOutput_token_4', 'Add_12']);
});

test('a profile that onnxruntime-node writes is read, and its fused kernels are placed', async () => {
  const side = 32;
  const g = new GraphBuilder('test');
  const weights = g.constant(new Float32Array(side * side).fill(0.5), [side, side]);
  const made = g.scope('layer', () =>
    g.relu(g.gemm(g.input('x', 'float32', [side, side]), weights)),
  );
  g.output('y', made);
  const graph = g.build();
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  try {
    await using runtime = await NodeGraphRuntime.create({
      enableProfiling: true,
      profileFilePrefix: join(folder, 'graph'),
    });
    const model = encodeModel(graph, () => {
      throw new Error('there are constants only');
    });
    {
      using loaded = await runtime.load('test', model);
      const data = new Float32Array(side * side).fill(1);
      using x = runtime.tensor([side, side], { dtype: 'float32', data });
      for (let i = 0; i < 3; i++) await loaded.run({ x }, ['y']);
    }
    const [file = ''] = await readdir(folder);
    const { kernels, runMs } = readProfile(await readFile(join(folder, file), 'utf8'), 1);
    const [gemm] = graph.nodes;
    const { ms, notPlaced } = placeKernels(kernels, new Set(graph.nodes.map(({ name }) => name)));
    expect(notPlaced).toEqual([]);
    // The Relu is in the product's kernel.
    expect([...ms.keys()]).toEqual([gemm?.name]);
    expect(runMs).toBeGreaterThan(ms.get(gemm?.name ?? '') ?? Infinity);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
