import { describe, expect, test } from 'vitest';
import { countTransposes } from '../../../../src/engine/graph/graph-run.ts';
import { modelConfig, type ModelSize } from '../../../../src/engine/sam2/model-config.ts';
import { buildGraph, GRAPH_NAMES } from '../../../../src/engine/sam2/model-graphs.ts';

/**
 * Of the encoder: one that puts the picture channels last, one into the first windows, one for each
 * change of windows between stages and one for each of the neck's fine levels; two for each block whose
 * windows do not divide its grid, into padded windows and back.
 */
const ENCODER_TRANSPOSES: [ModelSize, number, number][] = [
  ['tiny', 512, 15],
  ['tiny', 1024, 15],
  ['base_plus', 512, 35],
  ['base_plus', 1024, 35],
  ['large', 512, 8],
  ['large', 1024, 8],
];

describe('transposes', () => {
  test.each(ENCODER_TRANSPOSES)('of the image encoder, %s at %i: %i', (size, imageSize, count) => {
    const setup = { config: modelConfig(size, '2.1'), imageSize };
    expect(countTransposes(buildGraph('imageEncoder', setup))).toBe(count);
  });

  test.each([
    ['memoryAttention', 0],
    // Two enlargements by products: the tokens of a cell go to their places.
    ['maskDecoder', 2],
    // The mask, of one channel, in front of the first convolution.
    ['memoryEncoder', 1],
  ] as const)('of %s: %i', (name, count) => {
    for (const imageSize of [512, 1024]) {
      const setup = { config: modelConfig('tiny', '2.1'), imageSize };
      expect(countTransposes(buildGraph(name, setup))).toBe(count);
    }
  });
});

test.each(GRAPH_NAMES)('%s computes nothing from constants alone', (name) => {
  for (const size of ['nano', 'tiny', 'base_plus', 'large'] as const) {
    const graph = buildGraph(name, { config: modelConfig(size, '2.1'), imageSize: 512 });
    const constants = new Set(graph.initializers.map(({ value }) => value));
    const folded = graph.nodes.filter(({ inputs }) =>
      inputs.every((input) => input === undefined || constants.has(input)),
    );
    expect(folded.map((node) => node.name)).toEqual([]);
  }
});
