import { describe, expect, test } from 'vitest';
import { leastMs, sumCosts } from '../../../../src/engine/graph/graph-cost.ts';
import {
  bankAttentionCost,
  type TrackedFrame,
  trackedFrameCost,
  workKind,
  type WorkKind,
  type PartName,
} from '../../../../src/engine/sam2/frame-cost.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';

const TINY_1024: TrackedFrame = {
  config: modelConfig('tiny', '2.1'),
  imageSize: 1024,
  bank: { memories: 7, pointers: 16 },
  objects: 1,
};
const LAYERS = 4;
/** Tokens of a frame, and of a full bank with its pointers cut in four. */
const [N, M] = [64 * 64, 7 * 64 * 64 + 16 * 4];

function nodesOf(frame: TrackedFrame, part: PartName, kind?: WorkKind) {
  const found = trackedFrameCost(frame).find(({ name }) => name === part);
  if (found === undefined) throw new Error(`no part ${part}`);
  return found.nodes.filter((node) => kind === undefined || workKind(node) === kind);
}

describe('a tracked frame of tiny at 1024, by hand', () => {
  test('attention to the bank: two products and a softmax, in 8 chunks of 512 queries', () => {
    const { graph, kernel, ...kernelBytes } = bankAttentionCost(TINY_1024);
    // Scores of 583 queries are 64 MiB; 4096 queries in chunks of at most that are 8 of 512.
    const [chunks, rows] = [8, 512];
    expect(graph.flop).toBe(LAYERS * N * M * (2 * 256 + 11 + 2 * 64));
    const floatsOfChunk =
      // The slice, the scores, their softmax, and the values weighed.
      2 * rows * 256 +
      (rows * 256 + 256 * M + rows * M) +
      2 * rows * M +
      (rows * M + M * 64 + rows * 64);
    // At last the chunks become one tensor.
    expect(graph.bytes).toBe(4 * LAYERS * (chunks * floatsOfChunk + 2 * N * 64));
    expect(graph.dispatches).toBe(LAYERS * (4 * chunks + 1));
    expect(kernel.flop).toBe(LAYERS * 2 * N * M * (256 + 64));
    expect(kernel.dispatches).toBe(LAYERS * 2);
    const operands = 4 * (N * 256 + M * 256 + M * 64 + N * 64);
    // Eight splits leave 64 sums and two statistics a query, written and read again.
    expect(kernel.bytes).toBe(LAYERS * (operands + 2 * 8 * N * 66 * 4));
    expect(kernelBytes.leastBytes).toBe(LAYERS * operands);
    // 898 tiles of keys read all queries, 64 tiles of queries all keys and values.
    const requested = 4 * (898 * N * 256 + 64 * M * 320 + N * 64) + 2 * 8 * N * 66 * 4;
    expect(kernelBytes.kernelRequestedBytes).toBe(LAYERS * requested);
  });

  test('keys of the whole room, which is larger for banks beyond the usual', () => {
    const flopWith = (memories: number) => {
      const bank = { memories, pointers: 16 };
      const frame = { ...TINY_1024, bank, bankAttention: 'kernel' } as const;
      return sumCosts(nodesOf(frame, 'memory attention', 'linear layers')).flop;
    };
    const [one, seven, eight, eleven] = [1, 7, 8, 11].map(flopWith);
    expect([one, eight]).toEqual([seven, eleven]);
    // Keys of each layer, from 64 channels with a bias, of four memories more.
    expect((eleven ?? 0) - (seven ?? 0)).toBe(LAYERS * 4 * N * 256 * (2 * 64 + 1));
  });

  test('self-attention of the frame', () => {
    const { flop } = sumCosts(nodesOf(TINY_1024, 'memory attention', 'attention'));
    expect(flop).toBe(LAYERS * N * N * (2 * 256 + 11 + 2 * 256));
  });

  test('linear layers of memory attention', () => {
    const { flop } = sumCosts(nodesOf(TINY_1024, 'memory attention', 'linear layers'));
    const perLayer =
      // Queries, keys and values of the frame, then its queries to the bank; each product has a bias.
      3 * N * 256 * (2 * 256 + 1) +
      N * 256 * (2 * 256 + 1) +
      7 * N * 256 * (2 * 64 + 1) +
      16 * 4 * 256 * (2 * 64 + 1) +
      // Values and output projection are one.
      N * 256 * (2 * 64 + 1) +
      N * 2048 * (2 * 256 + 1) +
      N * 256 * (2 * 2048 + 1);
    const temporalProjection = 16 * 64 * (2 * 256 + 1);
    expect(flop).toBe(LAYERS * perLayer + temporalProjection);
  });

  test('the one convolution of the encoder’s trunk is the patch embedding', () => {
    const convolutions = nodesOf(TINY_1024, 'image encoder', 'convolutions');
    const [patch] = convolutions;
    expect(patch).toMatchObject({
      flop: 256 * 256 * 96 * (2 * 3 * 7 * 7 + 1),
      // The picture is put channels last before; what follows takes the result as it comes.
      bytes: 4 * (3 * 3 * 1024 * 1024 + 96 * 3 * 7 * 7 + 96 + 96 * 256 * 256),
      dispatches: 2,
    });
    expect(convolutions).toHaveLength(1);
  });
});

describe('trackedFrameCost', () => {
  test('objects share the encoder and what memory attention makes of the frame alone', () => {
    const flopOf = (objects: number, part: PartName) =>
      sumCosts(nodesOf({ ...TINY_1024, objects }, part)).flop;
    expect(flopOf(3, 'image encoder')).toBe(flopOf(1, 'image encoder'));
    expect(flopOf(3, 'mask decoder')).toBe(3 * flopOf(1, 'mask decoder'));
    const [one, three] = [flopOf(1, 'memory attention'), flopOf(3, 'memory attention')];
    const shared = (3 * one - three) / 2;
    // Queries of both kinds, keys, values, and the frame's attention to itself, of one layer.
    const products = N * 256 * 4 * (2 * 256 + 1);
    const self = N * N * (2 * 256 + 11 + 2 * 256);
    expect(shared).toBeGreaterThan(products + self);
    expect(shared).toBeLessThan(1.02 * (products + self));
  });

  test('objects together start the programs of one, but for what each bank needs', () => {
    const dispatchesOf = (objects: number, part: PartName, kind?: WorkKind) =>
      sumCosts(
        nodesOf({ ...TINY_1024, imageSize: 512, objects, bankAttention: 'kernel' }, part, kind),
      ).dispatches;
    for (const part of ['mask decoder', 'memory encoder'] as const) {
      const [one, two, eight] = [1, 2, 8].map((objects) => dispatchesOf(objects, part));
      // A transpose more for the keys of each attention, and sums that one object needs not.
      expect(two).toBeLessThan(1.15 * (one ?? 0));
      expect(eight, 'two groups of four').toBe(2 * dispatchesOf(4, part));
    }
    const kernels = (objects: number) =>
      dispatchesOf(objects, 'memory attention', 'attention to the bank');
    expect(kernels(4)).toBe(4 * kernels(1));
  });

  test('in groups of one, an object costs what the first does, but for what is shared', () => {
    const frame = { ...TINY_1024, imageSize: 64, bankAttention: 'kernel' } as const;
    const costOf = (objects: number) =>
      sumCosts(nodesOf({ ...frame, objects, objectsTogether: 1 }, 'memory attention'));
    const [one, two, three] = [costOf(1), costOf(2), costOf(3)];
    expect(three.flop - two.flop).toBe(two.flop - one.flop);
    expect(two.dispatches - one.dispatches).toBeLessThan(one.dispatches);
  });

  test('each memory costs as much as the one before', () => {
    const flops = [1, 2, 3].map(
      (memories) =>
        sumCosts(nodesOf({ ...TINY_1024, bank: { memories, pointers: 4 } }, 'memory attention'))
          .flop,
    );
    const [first = 0, second = 0, third = 0] = flops;
    expect(second - first).toBe(third - second);
    expect(second).toBeGreaterThan(first);
  });

  test('the kernel takes the place of the attention to the bank, and of nothing else', () => {
    const costOf = (bankAttention: 'kernel' | 'graph', kind: WorkKind) =>
      sumCosts(nodesOf({ ...TINY_1024, bankAttention }, 'memory attention', kind));
    for (const kind of ['attention', 'linear layers'] as const) {
      expect(costOf('kernel', kind).flop).toBe(costOf('graph', kind).flop);
    }
    const { graph, kernel } = bankAttentionCost(TINY_1024);
    expect(costOf('kernel', 'attention to the bank')).toEqual(kernel);
    expect(costOf('graph', 'attention to the bank')).toEqual(graph);
    // The kernel's keys are joined once, before they are projected, and not once in each layer.
    const [rest, restOfGraph] = [costOf('kernel', 'the rest'), costOf('graph', 'the rest')];
    expect(rest.dispatches).toBe(restOfGraph.dispatches - (LAYERS - 1));
  });

  test('kinds part a network’s nodes without rest', () => {
    const { nodes } = trackedFrameCost({ ...TINY_1024, imageSize: 64 })[1] ?? {};
    const kinds = new Set(nodes?.map(workKind));
    expect(kinds).toEqual(
      new Set(['attention to the bank', 'attention', 'linear layers', 'the rest']),
    );
  });
});

test('a device is held up by the slower of arithmetic and memory, node by node', () => {
  const costs = [
    { flop: 4e9, bytes: 1e9, dispatches: 1 },
    { flop: 1e9, bytes: 8e9, dispatches: 2 },
  ];
  expect(sumCosts(costs)).toEqual({ flop: 5e9, bytes: 9e9, dispatches: 3 });
  expect(leastMs(costs, { flopPerSecond: 2e9, bytesPerSecond: 4e9 })).toBe(2000 + 2000);
});
