import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import { planWeights } from '../../../../src/engine/graph/weight-plan.ts';
import type { GraphRuntime } from '../../../../src/engine/graph-runtime.ts';
import type { ImageFeatures, MemoryEntry } from '../../../../src/engine/sam2/engine-graphs.ts';
import { segmentGraphs } from '../../../../src/engine/sam2/memory-attention-segments.ts';
import { buildGraph } from '../../../../src/engine/sam2/model-graphs.ts';
import { objectGraphList } from '../../../../src/engine/sam2/object-graphs.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { Sam2Graphs } from '../../../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedValues } from '../../../../src/engine/self-test/named-values.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { twinOn } from '../../../helpers/attention-twin.ts';
import { deterministicCheckpoint } from '../../../helpers/deterministic-weights.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';

const SIZE = 64;
const GRID = SIZE / 16;

const stateDict = Object.fromEntries(expectedTensors(modelConfig('nano', '2.1')));
const checkpoint = deterministicCheckpoint(stateDict);
const model = buildSam2Model(checkpoint, SIZE);

let runtime: NodeGraphRuntime;
let graphs: Sam2Graphs;
let features: ImageFeatures;
let atRest: number;

beforeAll(async () => {
  runtime = await NodeGraphRuntime.create();
  await runtime.mount(model.weights, checkpoint);
  graphs = await Sam2Graphs.load({ runtime, model, checkpoint });
  using image = tensor('image', [1, 3, SIZE, SIZE]);
  features = await graphs.encodeImage(image);
});
afterAll(async () => {
  features[Symbol.dispose]();
  graphs[Symbol.dispose]();
  expect(runtime.liveTensors).toBe(0);
  await runtime[Symbol.asyncDispose]();
});

function tensor(name: string, dims: readonly number[]): DeviceTensor {
  const count = dims.reduce((product, dim) => product * dim, 1);
  return runtime.tensor(dims, { dtype: 'float32', data: namedValues(name, count) });
}

function expectNoLeak() {
  expect(runtime.liveTensors).toBe(atRest);
}

function memoryEntry(features: DeviceTensor, temporalRow: number): MemoryEntry {
  return { features, temporalRow };
}

test('a whole frame keeps nothing alive but what it gives', async () => {
  atRest = runtime.liveTensors;
  {
    using first = await graphs.decodeMask({ features, isMultimask: true });
    using memory = await graphs.encodeMemory(features, first, { isMaskFromPoints: true });
    expect(memory.dims).toEqual([GRID * GRID, 64]);
    using conditioned = await graphs.attendMemory(features, {
      memories: [memoryEntry(memory, 6)],
      pointers: [{ pointer: first.objectPointer, temporalDistance: 1 }],
      maxPointerDistance: 15,
    });
    expect(conditioned.dims).toEqual([GRID * GRID, 128]);
    const points = { coordinates: Float32Array.of(3, 4, 50, 60), labels: Int32Array.of(1, 0) };
    using corrected = await graphs.decodeMask({
      features,
      conditioned,
      points,
      previousLogits: first.lowResMaskLogits,
      isMultimask: false,
    });
    expect(corrected.lowResMaskLogits.dims).toEqual([1, 1, SIZE / 4, SIZE / 4]);
    expect(corrected.iouScores.dims).toEqual([1, 1]);
    expect(corrected.objectPointer.dims).toEqual([1, 128]);
    expect(corrected.objectScoreLogits.dims).toEqual([1, 1]);
  }
  expectNoLeak();
});

test('without pointers, a memory twice is the memory once', async () => {
  atRest = runtime.liveTensors;
  {
    using memory = tensor('memory', [GRID * GRID, 64]);
    using pointer = tensor('pointer', [1, 128]);
    const none = { pointers: [], maxPointerDistance: 15 };
    const one = [memoryEntry(memory, 3)];
    using once = await graphs.attendMemory(features, { memories: one, ...none });
    using twice = await graphs.attendMemory(features, { memories: [...one, ...one], ...none });
    using pointed = await graphs.attendMemory(features, {
      memories: one,
      pointers: [{ pointer, temporalDistance: 2 }],
      maxPointerDistance: 15,
    });
    const [a, b, c] = [once, twice, pointed].map(readFloat32);
    const difference = (
      x: Float32Array = new Float32Array(),
      y: Float32Array = new Float32Array(),
    ) => Math.max(...x.map((value, i) => Math.abs(value - (y[i] ?? NaN))));
    expect(difference(a, b)).toBeLessThan(1e-5);
    expect(difference(a, c)).toBeGreaterThan(1e-3);
  }
  expectNoLeak();
});

test('the clamp of earlier logits is in the graph', async () => {
  atRest = runtime.liveTensors;
  {
    const side = SIZE / 4;
    const logits = (value: number) =>
      runtime.tensor([1, 1, side, side], {
        dtype: 'float32',
        data: new Float32Array(side * side).fill(value),
      });
    using within = logits(32);
    using beyond = logits(1000);
    using a = await graphs.decodeMask({ features, previousLogits: within, isMultimask: false });
    using b = await graphs.decodeMask({ features, previousLogits: beyond, isMultimask: false });
    expect(readFloat32(b.lowResMaskLogits)).toEqual(readFloat32(a.lowResMaskLogits));
  }
  expectNoLeak();
});

test('an empty mask is an absent object: its pointer is no_obj_ptr', async () => {
  atRest = runtime.liveTensors;
  {
    const mask = { width: SIZE, height: SIZE, data: new Uint8Array(SIZE * SIZE) };
    using output = await graphs.useMaskAsOutput(features, mask);
    expect(readFloat32(output.objectPointer)).toEqual(await checkpoint.readFloat32('no_obj_ptr'));
    expect(readFloat32(output.objectScoreLogits)).toEqual(Float32Array.of(-10));
    expect(new Set(readFloat32(output.lowResMaskLogits))).toEqual(new Set([-10]));
    mask.data[SIZE * 32 + 32] = 255;
    using seen = await graphs.useMaskAsOutput(features, mask);
    expect(readFloat32(seen.objectScoreLogits)).toEqual(Float32Array.of(10));
    expect(readFloat32(seen.objectPointer)).not.toEqual(readFloat32(output.objectPointer));
  }
  expectNoLeak();
});

test('a mask of another size is refused', async () => {
  const mask = { width: 8, height: 8, data: new Uint8Array(64) };
  await expect(graphs.useMaskAsOutput(features, mask)).rejects.toThrow(/8 × 8/);
});

test('an image size that is not a multiple of 32 is refused', () => {
  const { config } = model;
  for (const imageSize of [0, 100, 64.5]) {
    expect(() => buildGraph('imageEncoder', { config, imageSize })).toThrow(/no image size/);
  }
});

test('models are kilobytes', () => {
  for (const name of model.graphs.keys()) {
    expect(model.encode(name).byteLength, name).toBeLessThan(128 * 1024);
  }
});

test('each of three candidates can be decoded by itself; the best is what is decoded without one', async () => {
  atRest = runtime.liveTensors;
  {
    const points = { coordinates: Float32Array.of(30, 20), labels: Int32Array.of(1) };
    using three = await graphs.decodeCandidates({ features, points });
    using byItself = await graphs.decodeMask({ features, points, isMultimask: true });
    const ious: number[] = [];
    for (const candidate of [0, 1, 2] as const) {
      using one = await graphs.decodeMask({ features, points, isMultimask: true, candidate });
      const mask = three.candidates[candidate];
      if (mask === undefined) throw new Error('there are three candidates');
      expect(mask.lowResMaskLogits.dims).toEqual([1, 1, SIZE / 4, SIZE / 4]);
      expect(readFloat32(mask.lowResMaskLogits)).toEqual(readFloat32(one.lowResMaskLogits));
      expect(readFloat32(mask.iouScores)).toEqual(readFloat32(one.iouScores));
      expect(readFloat32(three.objectScoreLogits)).toEqual(readFloat32(one.objectScoreLogits));
      ious.push(readFloat32(one.iouScores)[0] ?? NaN);
    }
    const best = ious.indexOf(Math.max(...ious)) as 0 | 1 | 2;
    using chosen = await graphs.decodeMask({
      features,
      points,
      isMultimask: true,
      candidate: best,
    });
    expect(readFloat32(chosen.lowResMaskLogits)).toEqual(readFloat32(byItself.lowResMaskLogits));
    expect(readFloat32(chosen.objectPointer)).toEqual(readFloat32(byItself.objectPointer));
    expect(new Set(ious).size).toBe(3);
  }
  expectNoLeak();
});

test('a kernel between segments takes the place of the whole graph', async () => {
  atRest = runtime.liveTensors;
  {
    const loaded: string[] = [];
    const recording: GraphRuntime = {
      load: (name, proto) => {
        loaded.push(name);
        return runtime.load(name, proto);
      },
      tensor: (dims, host) => runtime.tensor(dims, host),
      concat: (tensors, rows) => runtime.concat(tensors, rows),
      split: (whole, count) => runtime.split(whole, count),
    };
    const attendToBank = twinOn(runtime);
    using around = await Sam2Graphs.load({ runtime: recording, model, checkpoint, attendToBank });
    expect(loaded).not.toContain('memoryAttention');
    expect(loaded).toContain('memoryAttentionBank');
    using memory = tensor('memory', [GRID * GRID, 64]);
    using pointer = tensor('pointer', [1, 128]);
    const memoriesOf = (length: number) => Array.from({ length }, () => memoryEntry(memory, 3));
    const pointersOf = (length: number) =>
      Array.from({ length }, () => ({ pointer, temporalDistance: 2 }));
    const banks = [
      { memories: memoriesOf(1), pointers: pointersOf(1) },
      { memories: memoriesOf(1), pointers: [] },
      { memories: memoriesOf(9), pointers: pointersOf(17) },
    ];
    for (const one of banks) {
      const bank = { ...one, maxPointerDistance: 15 };
      using expected = await graphs.attendMemory(features, bank);
      using actual = await around.attendMemory(features, bank);
      expectAllClose(readFloat32(actual), readFloat32(expected), { atol: 2e-5, rtol: 1e-5 });
    }
  }
  expectNoLeak();
});

test('graphs of any number of objects need no weight prepared but those for one', () => {
  const forOne = objectGraphList(model.objectGraphs(1));
  const graphs = [...model.graphs.values(), ...segmentGraphs(model.segments), ...forOne];
  const objects = [3, 4].flatMap((count) => objectGraphList(model.objectGraphs(count)));
  const { preparedKey } = planWeights(graphs, checkpoint);
  expect(model.weights.preparedKey).toBe(preparedKey);
  expect(planWeights([...graphs, ...objects], checkpoint).preparedKey).toBe(preparedKey);
});
