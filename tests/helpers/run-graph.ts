import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import type { ConstantData, Value } from '../../src/engine/graph/graph.ts';
import { GraphBuilder } from '../../src/engine/graph/graph-builder.ts';
import { elementCount, staticShape } from '../../src/engine/graph/shape.ts';
import { NodeGraphRuntime, readFloat32 } from './onnx-node.ts';

/** A row-major tensor in memory. */
export interface HostTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/**
 * Builds a graph of constants, runs it in ONNX Runtime on the CPU and checks that the result has
 * the shape the builder inferred. Results other than float32 are cast.
 */
export async function runGraph(build: (g: GraphBuilder) => Value): Promise<HostTensor> {
  const g = new GraphBuilder('test');
  const value = build(g);
  g.output('result', value.dtype === 'float32' ? value : g.cast(value, 'float32'));
  await using runtime = await NodeGraphRuntime.create();
  const model = encodeModel(g.build(), () => {
    throw new Error('a test graph has constants only');
  });
  using graph = await runtime.load('test', model);
  const { result } = await graph.run({}, ['result']);
  const data = readFloat32(result);
  const inferred = staticShape(value.dims);
  if (result.dims.join() !== inferred.join() || data.length !== elementCount(inferred)) {
    throw new Error(`inferred [${inferred.join()}], made [${result.dims.join()}]`);
  }
  return { dims: inferred, data };
}

/** Reproducible numbers in −1…1, not symmetric, so that no test passes by a transposition. */
export function sample(count: number, seed = 1): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 * seed + seed));
}

/** A constant of those numbers. */
export function sampleConstant(g: GraphBuilder, dims: readonly number[], seed = 1): Value {
  return g.constant(
    sample(
      dims.reduce((product, dim) => product * dim, 1),
      seed,
    ),
    dims,
  );
}

/** A rank-1 int32 constant. */
export function int32Constant(g: GraphBuilder, values: readonly number[]): Value {
  const data: ConstantData = Int32Array.from(values);
  return g.constant(data);
}
