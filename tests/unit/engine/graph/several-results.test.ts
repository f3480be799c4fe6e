import { describe, expect, test } from 'vitest';
import { type Graph, resultsOf, type Value } from '../../../../src/engine/graph/graph.ts';
import { GraphBuilder, type NormedSum } from '../../../../src/engine/graph/graph-builder.ts';
import { graphCost } from '../../../../src/engine/graph/graph-cost.ts';
import { graphMemory } from '../../../../src/engine/graph/graph-memory.ts';
import { toHalfPrecision } from '../../../../src/engine/graph/half-precision.ts';

const BYTES = 4 * 4 * 8;

/** Of `x + x`, `[4,8]`, and its norm. */
function build(take: (g: GraphBuilder, made: NormedSum) => readonly Value[]): Graph {
  const g = new GraphBuilder('test');
  const x = g.input('x', 'float32', [4, 8]);
  const [scale, bias] = [g.stored('scale', [8]), g.stored('bias', [8])];
  const made = g.skipLayerNorm(x, x, { scale, bias, epsilon: 1e-6 });
  for (const [i, value] of take(g, made).entries()) g.output(`y${i}`, value);
  return g.build();
}

const ops = ({ nodes }: Graph) => nodes.map(({ op }) => op);

describe('a node of several results', () => {
  test('makes those that are taken, at the positions that the op has for them', () => {
    const both = build((_, { normed, sum }) => [normed, sum]);
    const [node] = both.nodes;
    expect(node?.outputs).toEqual([
      both.outputs.get('y0'),
      undefined,
      undefined,
      both.outputs.get('y1'),
    ]);
    expect(new Set(node && resultsOf(node).map(({ name }) => name)).size).toBe(2);
    const [alone] = build((_, { normed }) => [normed]).nodes;
    expect(alone?.outputs).toHaveLength(1);
  });

  test('whose first is not taken makes it all the same', () => {
    const graph = build((_, { sum }) => [sum]);
    expect(graph.nodes[0]?.outputs.map((value) => value !== undefined)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  test('reads its operands once, and writes each result', () => {
    const bytesOf = (graph: Graph) => graphCost(graph)[0]?.bytes;
    // x twice, scale and bias.
    const operands = 2 * BYTES + 2 * 4 * 8;
    expect(bytesOf(build((_, { normed }) => [normed]))).toBe(operands + BYTES);
    expect(bytesOf(build((_, { normed, sum }) => [normed, sum]))).toBe(operands + 2 * BYTES);
  });

  test('has a buffer for each, until the last that needs it', () => {
    const graph = build((g, { normed, sum }) => [g.add(g.relu(g.relu(normed)), sum)]);
    const { buffers, peakBytes } = graphMemory(graph);
    // The sum, and two in turns.
    expect([...buffers]).toEqual([[BYTES, 3]]);
    expect(peakBytes).toBe(3 * BYTES);
  });

  test('keeps float32 where products behind it are float16', () => {
    const graph = build((g, { normed, sum }) => [
      g.add(g.gemm(normed, g.stored('w', [8, 8])), sum),
    ]);
    const half = toHalfPrecision(graph, (tensors) => tensors.includes('w'));
    expect(half.nodes.map(({ op, outputs: [result] }) => `${op} ${result.dtype}`)).toEqual([
      'SkipLayerNormalization float32',
      'Cast float16',
      'Gemm float16',
      'Cast float32',
      'Add float32',
    ]);
    const [norm, , , , add] = half.nodes;
    expect(add?.inputs[1]).toBe(norm?.outputs[3]);
  });

  test('is refused by its name where its operands do not fit', () => {
    const g = new GraphBuilder('test');
    const [x, skip] = [g.input('x', 'float32', [2, 4, 8]), g.input('skip', 'float32', [3, 8])];
    const norm = { scale: g.stored('scale', [8]), bias: g.stored('bias', [8]), epsilon: 1e-6 };
    expect(() => g.skipLayerNorm(x, skip, norm)).toThrow(/SkipLayerNormalization_0.*\[3,8\]/);
    expect(g.skipLayerNorm(x, g.input('each', 'float32', [4, 8]), norm).sum.dims).toEqual([
      2, 4, 8,
    ]);
  });
});

describe('what no output needs', () => {
  test('is left out: nodes, what leads to them, and their weights', () => {
    const graph = build((g, { normed, sum }) => {
      g.relu(g.gemm(sum, g.stored('unused', [8, 8])));
      return [g.relu(normed)];
    });
    expect(ops(graph)).toEqual(['SkipLayerNormalization', 'Relu']);
    expect(graph.nodes[0]?.outputs).toHaveLength(1);
    expect(graph.initializers.map(({ value }) => value.name.split('#')[0])).toEqual([
      'scale',
      'bias',
    ]);
  });

  test('but inputs, which callers give', () => {
    const g = new GraphBuilder('test');
    g.input('ignored', 'float32', [1]);
    g.output('y', g.relu(g.input('x', 'float32', [1])));
    expect(g.build().inputs.map(({ name }) => name)).toEqual(['ignored', 'x']);
  });

  test('may be needed when the builder goes on', () => {
    const g = new GraphBuilder('test');
    const x = g.input('x', 'float32', [1]);
    const later = g.relu(x);
    g.output('y', g.sigmoid(x));
    expect(ops(g.build())).toEqual(['Sigmoid']);
    g.output('z', later);
    expect(ops(g.build())).toEqual(['Relu', 'Sigmoid']);
  });
});
