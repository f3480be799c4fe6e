import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph, Value } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import {
  bufferBytes,
  graphMemory,
  sharedBuffers,
} from '../../../../src/engine/graph/graph-memory.ts';
import { formatShape, symbol } from '../../../../src/engine/graph/shape.ts';

/** A graph of one input `[rows, 8]`, 32 bytes a row. */
function build(rows: number, make: (g: GraphBuilder, x: Value) => Value): Graph {
  const g = new GraphBuilder('test');
  g.output('y', make(g, g.input('x', 'float32', [rows, 8])));
  return g.build();
}

/** So many of them, one on the other. */
function chain(g: GraphBuilder, x: Value, length: number): Value {
  let value = x;
  for (let i = 0; i < length; i++) value = g.relu(value);
  return value;
}

describe('the buffers of a run', () => {
  test('a result that is not needed any more gives its place to the next of its shape', () => {
    const { buffers, peakBytes } = graphMemory(build(4, (g, x) => chain(g, x, 50)));
    expect([...buffers]).toEqual([[128, 2]]);
    expect(peakBytes).toBe(2 * 128);
  });

  test('what is needed later keeps its place', () => {
    const { buffers } = graphMemory(
      build(4, (g, x) => {
        const early = g.relu(x);
        return g.add(chain(g, early, 10), early);
      }),
    );
    expect([...buffers]).toEqual([[128, 3]]);
  });

  test('a reshape is the same buffer, for as long as either is needed', () => {
    const { buffers, peakBytes } = graphMemory(
      build(4, (g, x) => {
        const flat = g.reshape(g.relu(x), [32]);
        return g.add(chain(g, flat, 10), flat);
      }),
    );
    expect([...buffers]).toEqual([[128, 3]]);
    expect(peakBytes).toBe(3 * 128);
  });

  test('a place for another shape comes free with the next submit, after 16 programs', () => {
    /** So many programs before the first of another shape, of as many bytes. */
    const turnedAfter = (programs: number) =>
      graphMemory(build(4, (g, x) => chain(g, g.transpose(chain(g, x, programs), [1, 0]), 20)))
        .buffers;
    expect([...turnedAfter(2)], 'two of each shape').toEqual([[128, 4]]);
    // The transpose is the 16th; what it took from is free for the one after it.
    expect([...turnedAfter(15)]).toEqual([[128, 3]]);
  });

  test('outputs of a graph are never given away', () => {
    const g = new GraphBuilder('outputs');
    const x = g.input('x', 'float32', [4, 8]);
    const first = g.relu(x);
    g.output('first', first);
    g.output('last', chain(g, first, 20));
    expect([...graphMemory(g.build()).buffers]).toEqual([[128, 3]]);
  });

  test('sizes are rounded up to 16 bytes, follow the symbols, and are of the type', () => {
    const g = new GraphBuilder('sizes');
    const x = g.input('x', 'float32', [symbol('N'), 3]);
    g.output('y', g.greater(x, g.scalar(0)));
    const graph = g.build();
    expect([...graphMemory(graph, { N: 4 }).buffers]).toEqual([[16, 1]]);
    expect([...graphMemory(graph, { N: 11 }).buffers]).toEqual([[48, 1]]);
    expect(graphMemory(graph, { N: 11 }).largestBytes).toBe(132);
  });
});

test('weights are counted, and the largest tensor may be one', () => {
  const g = new GraphBuilder('weights');
  const x = g.input('x', 'float32', [2, 8]);
  g.output('y', g.gemm(x, g.stored('w', [100, 8]), { transposeB: true }));
  const { weightBytes, largestBytes } = graphMemory(g.build());
  expect(weightBytes).toBe(3200);
  expect(largestBytes).toBe(3200);
});

test('graphs that run one after another share buffers of one size', () => {
  const shared = sharedBuffers([
    new Map([
      [128, 2],
      [64, 1],
    ]),
    new Map([
      [128, 1],
      [256, 3],
    ]),
  ]);
  expect(Object.fromEntries(shared)).toEqual({ 64: 1, 128: 2, 256: 3 });
  expect(bufferBytes(shared)).toBe(64 + 2 * 128 + 3 * 256);
});

test('a run never has fewer bytes of buffers than are alive at once, nor more than all its results', () => {
  /** Each step takes one of the values so far, or two of one shape. */
  const steps = fc.array(
    fc.record({ a: fc.nat(), b: fc.nat(), op: fc.constantFrom('relu', 'add', 'turn', 'reshape') }),
    { minLength: 1, maxLength: 60 },
  );
  fc.assert(
    fc.property(steps, (made) => {
      const g = new GraphBuilder('random');
      const values = [g.relu(g.input('x', 'float32', [4, 8]))];
      for (const { a, b, op } of made) {
        const first = values[a % values.length];
        const second = values[b % values.length];
        if (first === undefined || second === undefined) throw new Error('there are values');
        values.push(step(g, op, [first, second]));
      }
      const last = values.at(-1);
      if (last === undefined) throw new Error('there is a last value');
      g.output('y', g.relu(last));
      const graph = g.build();
      const { buffers, peakBytes } = graphMemory(graph);
      const results = graph.nodes.filter(({ op }) => op !== 'Reshape').length * 128;
      expect(bufferBytes(buffers)).toBeGreaterThanOrEqual(peakBytes);
      expect(bufferBytes(buffers)).toBeLessThanOrEqual(results);
    }),
  );
});

function step(g: GraphBuilder, op: string, [a, b]: readonly [Value, Value]): Value {
  switch (op) {
    case 'add':
      return formatShape(a.dims) === formatShape(b.dims) ? g.add(a, b) : g.relu(a);
    case 'turn':
      return g.transpose(a, [1, 0]);
    case 'reshape':
      return g.reshape(a, a.dims.toReversed());
    default:
      return g.relu(a);
  }
}
