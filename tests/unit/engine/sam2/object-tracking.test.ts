import { describe, expect, test, vi } from 'vitest';
import type { Checkpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import type {
  ImageFeatures,
  MemoryBankSelection,
  TrackedObject,
} from '../../../../src/engine/sam2/engine-graphs.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { groupSizes } from '../../../../src/engine/sam2/object-groups.ts';
import { Sam2Graphs } from '../../../../src/engine/sam2/sam2-graphs.ts';
import { buildSam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../../src/engine/self-test/named-checkpoint.ts';
import { namedValues } from '../../../../src/engine/self-test/named-values.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { twinOn } from '../../../helpers/attention-twin.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';

/** Weights are made and graphs loaded, which takes a busy machine long. */
vi.setConfig({ testTimeout: 120_000 });

const SCORE_BIAS = 'sam_mask_decoder.pred_obj_score_head.layers.2.bias';
/** Memories and pointers of each object: banks of different sizes, one without pointers. */
const BANKS = [
  [1, 1],
  [3, 0],
  [7, 16],
  [2, 5],
  [1, 2],
] as const;

interface Bench extends AsyncDisposable {
  readonly runtime: NodeGraphRuntime;
  readonly graphs: Sam2Graphs;
  readonly features: ImageFeatures;
  readonly banks: readonly MemoryBankSelection[];
  readonly loaded: readonly string[];
}

interface BenchOptions {
  readonly size: 'nano' | 'tiny';
  readonly version: '2.0' | '2.1';
  readonly imageSize: number;
  readonly objectsTogether: number;
  readonly way: 'kernel' | 'graph';
  readonly scoreBias?: number;
}

async function openBench(options: BenchOptions): Promise<Bench> {
  const { size, version, imageSize, way, objectsTogether } = options;
  const checkpoint = checkpointOf(options);
  const model = buildSam2Model(checkpoint, imageSize);
  const runtime = await NodeGraphRuntime.create();
  await runtime.mount(model.weights, checkpoint);
  const tensor = (name: string, dims: readonly number[]): DeviceTensor => {
    const count = dims.reduce((product, dim) => product * dim, 1);
    return runtime.tensor(dims, { dtype: 'float32', data: namedValues(name, count) });
  };
  const loaded: string[] = [];
  const graphs = await Sam2Graphs.load({
    runtime: {
      load: (name, proto) => {
        loaded.push(name);
        return runtime.load(name, proto);
      },
      tensor: (dims, host) => runtime.tensor(dims, host),
      concat: (tensors, rows) => runtime.concat(tensors, rows),
      split: (whole, count) => runtime.split(whole, count),
    },
    model,
    checkpoint,
    objectsTogether,
    ...(way === 'kernel' && { attendToBank: twinOn(runtime) }),
  });
  using image = tensor('image', [1, 3, imageSize, imageSize]);
  const features = await graphs.encodeImage(image);
  const { width } = modelConfig(size, version);
  const banks = BANKS.map(([memories, pointers], object) => ({
    memories: Array.from({ length: memories }, (_, i) => ({
      features: tensor(`memory ${i} of ${object}`, [(imageSize / 16) ** 2, 64]),
      temporalRow: 6 - i,
    })),
    pointers: Array.from({ length: pointers }, (_, i) => ({
      pointer: tensor(`pointer ${i} of ${object}`, [1, width]),
      temporalDistance: i + 1,
    })),
    maxPointerDistance: 15,
  }));
  const close = async () => {
    graphs[Symbol.dispose]();
    await runtime[Symbol.asyncDispose]();
  };
  return { runtime, graphs, features, banks, loaded, [Symbol.asyncDispose]: close };
}

function checkpointOf({ size, version, scoreBias }: BenchOptions): Checkpoint {
  const named = namedCheckpoint(expectedTensors(modelConfig(size, version)));
  if (scoreBias === undefined) return named;
  return {
    ...named,
    readFloat32: async (name) =>
      name === SCORE_BIAS ? Float32Array.of(scoreBias) : await named.readFloat32(name),
  };
}

/** One object by the calls that a click makes. */
async function trackAlone(
  { graphs, features }: Bench,
  bank: MemoryBankSelection,
): Promise<TrackedObject> {
  using conditioned = await graphs.attendMemory(features, bank);
  const output = await graphs.decodeMask({ features, conditioned, isMultimask: true });
  return {
    output,
    memory: await graphs.encodeMemory(features, output, { isMaskFromPoints: false }),
  };
}

function numbersOf({ output, memory }: TrackedObject) {
  const { lowResMaskLogits, iouScores, objectPointer, objectScoreLogits } = output;
  return Object.entries({ lowResMaskLogits, iouScores, objectPointer, objectScoreLogits, memory });
}

/**
 * Tracks the first objects together, and compares each with itself alone.
 * @param scoreShift what scores were shifted by, of whose size their errors are
 */
async function expectAsAlone(bench: Bench, objects: number, scoreShift = 0): Promise<void> {
  const { runtime, graphs, features, banks } = bench;
  const before = runtime.liveTensors;
  const chosen = banks.slice(0, objects);
  const together = await graphs.trackObjects(features, chosen);
  expect(together).toHaveLength(objects);
  for (const [object, tracked] of together.entries()) {
    const bank = chosen[object];
    if (bank === undefined) throw new Error('there is a bank for each');
    const alone = await trackAlone(bench, bank);
    const expected = new Map(numbersOf(alone));
    for (const [name, tensor] of numbersOf(tracked)) {
      const single = expected.get(name);
      if (single === undefined) throw new Error(`no ${name}`);
      expect(tensor.dims, name).toEqual(single.dims);
      const numbers = readFloat32(single);
      const shift = name === 'objectScoreLogits' ? Math.abs(scoreShift) : 0;
      const largest = Math.max(shift, ...numbers.map(Math.abs));
      expectAllClose(readFloat32(tensor), numbers, { atol: 1e-5 * largest });
    }
    for (const { output, memory } of [alone, tracked]) {
      output[Symbol.dispose]();
      memory[Symbol.dispose]();
    }
  }
  expect(runtime.liveTensors).toBe(before);
}

describe('objects tracked together give what each gives alone', () => {
  test.each([
    { size: 'nano', version: '2.1', imageSize: 64, objectsTogether: 4, way: 'kernel' },
    { size: 'nano', version: '2.0', imageSize: 32, objectsTogether: 2, way: 'graph' },
  ] as const)('%j', async (options) => {
    await using bench = await openBench(options);
    for (const objects of [1, 3, 5]) await expectAsAlone(bench, objects);
  });

  test('whether they are there or not', async () => {
    const options = {
      size: 'nano',
      version: '2.1',
      imageSize: 32,
      objectsTogether: 4,
      way: 'kernel',
    } as const;
    const scoresOf = async (bench: Bench) => {
      const tracked = await bench.graphs.trackObjects(bench.features, bench.banks.slice(0, 4));
      return tracked.map(({ output }) => readFloat32(output.objectScoreLogits)[0] ?? NaN);
    };
    await using bench = await openBench({ ...options, scoreBias: 0 });
    const scores = (await scoresOf(bench)).toSorted((a, b) => a - b);
    const middle = ((scores[1] ?? NaN) + (scores[2] ?? NaN)) / 2;
    await using shifted = await openBench({ ...options, scoreBias: -middle });
    const present = (await scoresOf(shifted)).filter((score) => score > 0);
    expect(present, 'two are there, two are not').toHaveLength(2);
    await expectAsAlone(shifted, 4, middle);
  });
});

test('graphs for more objects are loaded when there are so many, and held for two sizes', async () => {
  const options = { size: 'nano', version: '2.1', imageSize: 32, objectsTogether: 4 } as const;
  await using bench = await openBench({ ...options, way: 'kernel' });
  const { graphs, features, banks, loaded, runtime } = bench;
  const before = runtime.liveTensors;
  const atFirst = loaded.length;
  expect(loaded).toContain('objectDecoderOf1');
  /** Tracks so many; the sizes whose graphs that loads. */
  const track = async (objects: number) => {
    const known = loaded.length;
    for (const { output, memory } of await graphs.trackObjects(features, banks.slice(0, objects))) {
      output[Symbol.dispose]();
      memory[Symbol.dispose]();
    }
    return new Set(loaded.slice(known).map((name) => name.split('Of')[1]));
  };
  expect(await track(1)).toEqual(new Set());
  expect(await track(2)).toEqual(new Set(['2']));
  const graphsOfSize = loaded.length - atFirst;
  expect(await track(5)).toEqual(new Set(['4']));
  expect(loaded).toHaveLength(atFirst + 2 * graphsOfSize);
  expect(await track(2)).toEqual(new Set());
  expect(await track(3), 'in the place of those for four').toEqual(new Set(['3']));
  expect(await track(2)).toEqual(new Set());
  expect(await track(4)).toEqual(new Set(['4']));
  expect(runtime.liveTensors).toBe(before);
});

test('what fails leaves nothing behind', async () => {
  const options = { size: 'nano', version: '2.1', imageSize: 32, objectsTogether: 2 } as const;
  await using bench = await openBench({ ...options, way: 'graph' });
  const before = bench.runtime.liveTensors;
  const [first, second] = bench.banks;
  if (first === undefined || second === undefined) throw new Error('there are two banks');
  const broken = { ...second, memories: [] };
  await expect(bench.graphs.trackObjects(bench.features, [first, first, broken])).rejects.toThrow(
    'needs a memory',
  );
  expect(bench.runtime.liveTensors).toBe(before);
});

test('there are as few groups as there can be', () => {
  const sizes = [1, 2, 3, 5, 8].map((objects) => groupSizes(objects, 4));
  expect(sizes).toEqual([[1], [2], [3], [4, 1], [4, 4]]);
  expect(groupSizes(3, 1)).toEqual([1, 1, 1]);
  expect(groupSizes(0, 4)).toEqual([]);
});
