import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { GraphMemory } from '../../../../src/engine/graph/graph-memory.ts';
import { LEAST_SHARED_BYTES, recordedBytes } from '../../../../src/engine/graph/recorded-memory.ts';

const SMALL = LEAST_SHARED_BYTES - 16;
const MEDIUM = LEAST_SHARED_BYTES;
const LARGE = 2 * LEAST_SHARED_BYTES;

function recorded(requests: readonly number[], results: readonly number[] = []): GraphMemory {
  return {
    weightBytes: 0,
    buffers: new Map(),
    recorded: { requests, results },
    peakBytes: 0,
    largestBytes: 0,
  };
}

test('a graph takes what earlier ones have used up, and more where that is not enough', () => {
  const first = recorded([MEDIUM, LARGE]);
  expect(recordedBytes([first, recorded([LARGE, MEDIUM])])).toBe(MEDIUM + LARGE);
  expect(recordedBytes([first, recorded([LARGE, LARGE])])).toBe(MEDIUM + 2 * LARGE);
  expect(recordedBytes([first, recorded([MEDIUM]), recorded([MEDIUM, MEDIUM])])).toBe(
    MEDIUM + LARGE,
  );
});

test('its own buffers are its own, and small ones each graph’s', () => {
  expect(recordedBytes([recorded([MEDIUM, MEDIUM])])).toBe(2 * MEDIUM);
  expect(recordedBytes([recorded([SMALL]), recorded([SMALL])])).toBe(2 * SMALL);
});

test('where results lie no later graph writes', () => {
  const giving = recorded([MEDIUM, LARGE], [LARGE]);
  expect(recordedBytes([giving, recorded([LARGE])])).toBe(MEDIUM + 2 * LARGE);
  expect(recordedBytes([giving, recorded([MEDIUM])])).toBe(MEDIUM + LARGE);
});

test('sharing takes no more than the sum, and no less than the largest graph', () => {
  const graph = fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 8 }).chain((units) => {
    const requests = units.map((unit) => unit * 16_384);
    return fc.subarray(requests).map((results) => recorded(requests, results));
  });
  fc.assert(
    fc.property(fc.array(graph, { maxLength: 6 }), (graphs) => {
      const sums = graphs.map(({ recorded: { requests } }) =>
        requests.reduce((sum, bytes) => sum + bytes, 0),
      );
      const held = recordedBytes(graphs);
      expect(held).toBeLessThanOrEqual(sums.reduce((sum, bytes) => sum + bytes, 0));
      expect(held).toBeGreaterThanOrEqual(Math.max(0, ...sums));
    }),
  );
});
