import { expect, test } from 'vitest';
import type { Graph } from '../../../../src/engine/graph/graph.ts';
import { graphCost } from '../../../../src/engine/graph/graph-cost.ts';
import { evaluateDim, formatShape } from '../../../../src/engine/graph/shape.ts';
import { MODEL_SIZES, modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { buildGraph, GRAPH_NAMES } from '../../../../src/engine/sam2/model-graphs.ts';
import { wholeMemoryAttention } from '../../../helpers/network-variants.ts';

const FULL_BANK = { N: 7, K: 16, P: 1 };
const SCORE_LIMIT_BYTES = 64 * 2 ** 20;

/** Multiples of 32 that the windows divide and that they do not. */
const IMAGE_SIZES = [32, 64, 96, 160, 256, 352, 512, 736, 1024];

const setups = MODEL_SIZES.flatMap((size) =>
  (['2.0', '2.1'] as const).flatMap((version) =>
    IMAGE_SIZES.map((imageSize) => ({ config: { ...size, version }, imageSize })),
  ),
);

test.each(setups)('$config.size $config.version at $imageSize', ({ config, imageSize }) => {
  const setup = { config, imageSize };
  const [encoder, ...others] = GRAPH_NAMES.map((name) => buildGraph(name, setup));
  const [grid, width] = [imageSize / 16, config.width];
  const shapes = [...(encoder?.outputs ?? [])].map(([name, { dims }]) => [name, formatShape(dims)]);
  expect(Object.fromEntries(shapes)).toEqual({
    stride4: `[${(imageSize / 4) ** 2},${width / 8}]`,
    stride8: `[${(imageSize / 8) ** 2},${width / 4}]`,
    stride16: `[${grid ** 2},${width}]`,
  });
  for (const graph of [encoder, ...others]) {
    for (const { op, outputs } of graph?.nodes ?? []) {
      if (op !== 'Softmax') continue;
      const bytes = outputs[0].dims.reduce<number>((n, dim) => n * evaluateDim(dim, FULL_BANK), 4);
      expect(bytes).toBeLessThanOrEqual(SCORE_LIMIT_BYTES);
    }
  }
});

test('the work of a frame is what the architecture says', () => {
  const config = modelConfig('tiny', '2.1');
  const setup = { config, imageSize: 1024 };
  const gflopOf = (graph: Graph) =>
    graphCost(graph, FULL_BANK).reduce((sum, { flop }) => sum + flop, 0) / 1e9;
  const gflop = (name: (typeof GRAPH_NAMES)[number]) => gflopOf(buildGraph(name, setup));
  // Four layers; scores at width 256 and their product with a memory 64 wide, over 28 736 tokens,
  // and the frame with itself at width 256 twice.
  const tokens = 64 * 64;
  const cross = 4 * 2 * tokens * (7 * tokens + 16 * 4) * (256 + 64);
  const self = 4 * 2 * tokens * tokens * 2 * 256;
  const whole = gflopOf(wholeMemoryAttention(setup, true));
  expect(whole).toBeGreaterThan((cross + self) / 1e9);
  expect(whole).toBeLessThan((1.25 * (cross + self)) / 1e9);
  expect(gflop('maskDecoder')).toBeLessThan(0.1 * gflop('imageEncoder'));
});
