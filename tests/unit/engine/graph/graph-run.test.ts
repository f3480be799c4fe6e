import { describe, expect, test } from 'vitest';
import type { Value } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../../../src/engine/graph/graph-builder.ts';
import { countTransposes, graphRun } from '../../../../src/engine/graph/graph-run.ts';
import { graphCost } from '../../../../src/engine/graph/graph-cost.ts';

/** Programs of each node of a graph of one input `[1,2,4,4]`. */
function programs(make: (g: GraphBuilder, x: Value) => readonly Value[]) {
  const graph = build(make);
  return [...graphRun(graph)].map(([{ op }, run]) => [op, run.programs]);
}

function build(make: (g: GraphBuilder, x: Value) => readonly Value[]) {
  const g = new GraphBuilder('test');
  const results = make(g, g.input('x', 'float32', [1, 2, 4, 4]));
  for (const [i, result] of results.entries()) g.output(`result${i}`, result);
  return g.build();
}

function conv(g: GraphBuilder, x: Value): Value {
  const weight = g.constant(new Float32Array(4), [2, 2, 1, 1]);
  return g.conv(x, weight, g.constant(new Float32Array(2)));
}

describe('what a graph comes to', () => {
  test('a convolution between tensors of its caller’s order has a transpose on both sides', () => {
    expect(programs((g, x) => [conv(g, x)])).toEqual([['Conv', 3]]);
    expect(countTransposes(build((g, x) => [conv(g, x)]))).toBe(2);
  });

  test('a transpose that undoes a convolution’s own goes with it', () => {
    const made = programs((g, x) => [g.relu(g.transpose(conv(g, x), [0, 2, 3, 1]))]);
    expect(made).toEqual([
      ['Conv', 2],
      ['Transpose', 0],
      ['Relu', 1],
    ]);
  });

  test('it stays where the result is asked for in the other order too', () => {
    const made = programs((g, x) => {
      const image = conv(g, x);
      return [g.relu(image), g.relu(g.transpose(image, [0, 2, 3, 1]))];
    });
    expect(made[0]).toEqual(['Conv', 3]);
  });

  test('there and back again is nothing', () => {
    const made = programs((g, x) => {
      const last = g.relu(g.transpose(x, [0, 2, 3, 1]));
      return [g.relu(g.transpose(g.transpose(last, [0, 3, 1, 2]), [0, 2, 3, 1]))];
    });
    expect(made.map(([, count]) => count)).toEqual([1, 1, 0, 0, 1]);
  });

  test('what was computed before is not computed again', () => {
    const made = programs((g, x) => [g.add(g.relu(x), g.relu(x))]);
    expect(made.map(([, count]) => count)).toEqual([1, 0, 1]);
  });

  test('what follows from constants alone is computed when the graph is loaded', () => {
    const made = programs((g, x) => [g.add(x, g.add(g.scalar(1), g.scalar(2)))]);
    expect(made.map(([, count]) => count)).toEqual([0, 1]);
  });

  test('a product of matrices takes up the sum that follows, and reads what is added', () => {
    const graph = build((g, x) => {
      const matrix = g.reshape(x, [4, 8]);
      return [
        g.add(g.matMul(g.reshape(x, [4, 8]), g.constant(new Float32Array(64), [8, 8])), matrix),
      ];
    });
    const cost = graphCost(graph).find(({ op }) => op === 'Add');
    expect(cost).toMatchObject({ dispatches: 0, bytes: 4 * 32, flop: 32 });
  });
});
