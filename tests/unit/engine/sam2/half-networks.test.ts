import { expect, test } from 'vitest';
import type { Graph } from '../../../../src/engine/graph/graph.ts';
import { graphCost, sumCosts } from '../../../../src/engine/graph/graph-cost.ts';
import { withHalfNetworks } from '../../../../src/engine/sam2/half-networks.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { buildSam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { segmentGraphs } from '../../../../src/engine/sam2/memory-attention-segments.ts';
import { buildGraph, GRAPH_NAMES } from '../../../../src/engine/sam2/model-graphs.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../../src/engine/self-test/named-checkpoint.ts';

const FULL_BANK = { N: 7, K: 16, P: 1 };

function halfTensors({ initializers }: Graph): string[] {
  return initializers
    .filter(({ value }) => value.dtype === 'float16')
    .map(({ source }) => (source.kind === 'stored' ? source.tensor : source.kind));
}

const casts = ({ nodes }: Graph) => nodes.filter(({ op }) => op === 'Cast').length;

test.for([
  ['nano', 10],
  ['tiny', 12],
  ['base_plus', 24],
  ['large', 48],
] as const)('the feed-forward networks of %s are in float16, two casts each', ([size, blocks]) => {
  const setup = { config: modelConfig(size, '2.1'), imageSize: 512 };
  const full = buildGraph('imageEncoder', setup);
  const half = withHalfNetworks(full);
  expect(casts(half)).toBe(2 * blocks);
  const tensors = halfTensors(half);
  expect(tensors).toHaveLength(4 * blocks);
  expect(tensors.filter((name) => !/\.mlp\.layers\.[01]\.(weight|bias)$/.test(name))).toEqual([]);
  const types = new Set(
    half.nodes.filter(({ outputs: [result] }) => result.dtype === 'float16').map(({ op }) => op),
  );
  expect([...types].toSorted()).toEqual(['Cast', 'Gelu', 'Gemm']);
  const [before, after] = [sumCosts(graphCost(full)), sumCosts(graphCost(half))];
  expect(after.bytes).toBeLessThan(before.bytes);
  expect(after.dispatches).toBe(before.dispatches + 2 * blocks);
});

test('of the others only memory attention has any, in its layers', () => {
  const setup = { config: modelConfig('tiny', '2.1'), imageSize: 512 };
  const changed = GRAPH_NAMES.filter((name) => {
    const graph = buildGraph(name, setup);
    return withHalfNetworks(graph) !== graph;
  });
  expect(changed).toEqual(['imageEncoder', 'memoryAttention', 'memoryAttentionWithoutPointers']);
  const attention = withHalfNetworks(buildGraph('memoryAttention', setup));
  expect(casts(attention)).toBe(2 * setup.config.memoryAttentionLayers);
  const bytes = (graph: Graph) => sumCosts(graphCost(graph, FULL_BANK)).bytes;
  expect(bytes(attention)).toBeLessThan(bytes(buildGraph('memoryAttention', setup)));
});

test('every graph of a model in float16 finds its weights, those of several objects too', () => {
  const checkpoint = namedCheckpoint(expectedTensors(modelConfig('tiny', '2.1')));
  const model = buildSam2Model(checkpoint, 256, { precision: 'fp16' });
  const { attention, maskDecoder, memoryEncoder } = model.objectGraphs(3);
  // Each layer's feed-forward network is in the segment that ends it.
  expect(attention.map(casts)).toEqual(attention.map(() => 2));
  const graphs = [
    ...model.graphs.values(),
    ...segmentGraphs(model.segments),
    ...attention,
    maskDecoder,
    memoryEncoder,
  ];
  for (const graph of graphs) expect(() => model.encode(graph), graph.name).not.toThrow();
});

test('a model in float16 takes and gives what one in float32 does, and halves those weights', () => {
  const checkpoint = namedCheckpoint(expectedTensors(modelConfig('tiny', '2.1')));
  const full = buildSam2Model(checkpoint, 512);
  const half = buildSam2Model(checkpoint, 512, { precision: 'fp16' });
  expect([full.precision, half.precision]).toEqual(['fp32', 'fp16']);
  const borders = ({ inputs, outputs }: Graph) =>
    JSON.stringify([inputs, [...outputs].map(([name, { dims, dtype }]) => [name, dims, dtype])]);
  const all = (model: typeof full) => [...model.graphs.values(), ...segmentGraphs(model.segments)];
  expect(all(half).map(borders)).toEqual(all(full).map(borders));
  const elements = new Set(all(half).flatMap(halfTensors));
  const halved = [...elements].reduce(
    (sum, name) => sum + (checkpoint.tensors.get(name)?.byteLength ?? NaN) / 2,
    0,
  );
  // Of what lies between tensors for alignment there is a little less or more.
  expect(full.weights.preparedBytes - half.weights.preparedBytes).toBeGreaterThan(halved - 4096);
  expect(halved).toBeGreaterThan(40e6);
  expect(half.weights.preparedKey).not.toBe(full.weights.preparedKey);
});
