import { expect, test } from 'vitest';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { buildGraph, GRAPH_NAMES } from '../../../../src/engine/sam2/model-graphs.ts';

/** The ends, sizes that windows do not divide, and 49·k tokens, whose reciprocal is inexact. */
const SIZES = [32, 96, 224, 448, 864, 896, 928, 1728, 1952, 2048];

test.each(['nano', 'base_plus'] as const)('%s builds at any multiple of 32', (size) => {
  const config = modelConfig(size, '2.1');
  for (const imageSize of SIZES) {
    for (const name of GRAPH_NAMES) {
      expect(buildGraph(name, { config, imageSize }).nodes.length).toBeGreaterThan(0);
    }
  }
});
