import { invariant } from '../../core/assert.ts';
import { float, integer, integers, text } from './attributes.ts';
import { ElementwiseBuilder } from './elementwise-builder.ts';
import type { OpType, Value } from './graph.ts';
import * as shapes from './shape-inference.ts';
import { isSameShape, type Shape } from './shape.ts';
import { float32, requireDType } from './value-types.ts';

/** Scale and bias of a norm, and what is added to the variance. */
export interface NormOptions {
  /** `[width]` */
  readonly scale: Value;
  /** `[width]` */
  readonly bias: Value;
  readonly epsilon: number;
}

/** A sum and its norm, in the shape of the first addend. */
export interface NormedSum {
  readonly sum: Value;
  readonly normed: Value;
}

/** How `gemm` takes its matrices. */
export interface GemmOptions {
  /** Added to the product; stretches to its shape. */
  readonly bias?: Value;
  readonly transposeA?: boolean;
  /** PyTorch's `Linear` keeps its weight `[out, in]`, which is this case. */
  readonly transposeB?: boolean;
  /** Multiplies product and bias. */
  readonly scale?: number;
}

/** What `multiHeadAttention` takes: tokens whose channels are the heads', one after another. */
export interface MultiHeadOptions {
  /** `[n,Lq,heads·c]` */
  readonly queries: Value;
  /** `[n,Lk,heads·c]` */
  readonly keys: Value;
  /** `[n,Lk,heads·c]` */
  readonly values: Value;
  readonly heads: number;
}

/** Cosines and sines of the angles by which pairs of channels turn, `[R,width/2]` each. */
export interface RotaryAngles {
  readonly cos: Value;
  readonly sin: Value;
}

/** Angles with the row of them that each token takes. */
export interface IndexedAngles extends RotaryAngles {
  /** int64 `[n,L]` */
  readonly rows: Value;
}

/**
 * Builds one ONNX graph (ai.onnx 21). Every value knows its dtype and shape, every op is pure and
 * checks its inputs when it is called, so that a wrong graph is refused where it is written and not
 * where it runs. The ops are few enough that a gradient can be given for each.
 *
 * Every method that makes a node throws StudioError `graph-invalid`, naming the node, for inputs of
 * a wrong type or shape.
 */
export class GraphBuilder extends ElementwiseBuilder {
  /** Over the last axis. */
  softmax(x: Value): Value {
    return this.node('Softmax', {
      inputs: [x],
      attributes: { axis: integer(-1) },
      dims: () => float32(x),
    });
  }

  /** Over the last axis, with scale and bias of its width. */
  layerNorm(x: Value, { scale, bias, epsilon }: NormOptions): Value {
    return this.node('LayerNormalization', {
      inputs: [x, scale, bias],
      attributes: { axis: integer(-1), epsilon: float(epsilon) },
      dims: () => shapes.layerNormShape(float32(x), scale.dims, bias.dims),
    });
  }

  /**
   * `x + skip` and its norm over the last axis, as one program. Tokens are `[L,c]` or `[n,L,c]`, and
   * `[L,c]` is added to each of the n. Only what is taken of the two is computed.
   */
  skipLayerNorm(x: Value, skip: Value, { scale, bias, epsilon }: NormOptions): NormedSum {
    const dims = () =>
      shapes.layerNormShape(shapes.skipShape(float32(x), float32(skip)), scale.dims, bias.dims);
    // Between them are mean and deviation, which no provider computes here.
    const [normed, , , sum] = this.nodeOfMany('SkipLayerNormalization', {
      inputs: [x, skip, scale, bias],
      attributes: { epsilon: float(epsilon) },
      results: [{ dims }, undefined, undefined, { dims }],
    });
    invariant(sum !== undefined, 'a result that was asked for is made');
    return { sum, normed };
  }

  /** `[…, M, K] × […, K, N]`; batch axes broadcast. */
  matMul(a: Value, b: Value): Value {
    const dims = () => shapes.matMulShape(float32(a), float32(b));
    return this.node('MatMul', { inputs: [a, b], dims });
  }

  /** `scale·(A B + bias)` of matrices, each transposed first where asked. */
  gemm(a: Value, b: Value, options: GemmOptions = {}): Value {
    const { bias, transposeA = false, transposeB = false, scale = 1 } = options;
    const matrix = (x: Value, isTransposed: boolean) =>
      isTransposed ? shapes.transposeShape(float32(x), [1, 0]) : float32(x);
    return this.node('Gemm', {
      inputs: bias === undefined ? [a, b] : [a, b, bias],
      attributes: {
        alpha: float(scale),
        beta: float(scale),
        transA: integer(transposeA ? 1 : 0),
        transB: integer(transposeB ? 1 : 0),
      },
      dims: () => shapes.gemmShape(matrix(a, transposeA), matrix(b, transposeB), bias?.dims),
    });
  }

  /** `softmax(q·k/√c)·v` of each head of each of the n, `[n,Lq,heads·c]`. */
  multiHeadAttention({ queries, keys, values, heads }: MultiHeadOptions): Value {
    return this.node('MultiHeadAttention', {
      inputs: [queries, keys, values],
      attributes: { num_heads: integer(heads) },
      dims: () => {
        const [q, k, v] = [float32(queries), float32(keys), float32(values)];
        return shapes.multiHeadShape(q, { keys: k, values: v, heads });
      },
    });
  }

  /**
   * Channels 2i and 2i+1 of each token of `[n,L,width]` turned by the i-th angle of its row: the first in
   * each of the n, the second and so on where no rows are given.
   */
  rotaryEmbedding(x: Value, angles: RotaryAngles | IndexedAngles): Value {
    const { cos, sin } = angles;
    const rows = 'rows' in angles ? angles.rows : undefined;
    return this.node('RotaryEmbedding', {
      inputs: [x, rows ?? this.#int64s([0]), cos, sin],
      attributes: { interleaved: integer(1) },
      dims: () => shapes.rotaryShape(float32(x), { cos: float32(cos), sin: float32(sin), rows }),
    });
  }

  /** 2-D convolution of `[n,c,h,w]` by `[o,c/groups,kh,kw]`, with explicit padding. */
  conv(x: Value, weight: Value, bias: Value, geometry: Partial<shapes.ConvGeometry> = {}): Value {
    const { stride = 1, padding = 0, groups = 1 } = geometry;
    return this.node('Conv', {
      inputs: [x, weight, bias],
      attributes: {
        kernel_shape: integers(weight.dims.slice(2).map(Number)),
        strides: integers([stride, stride]),
        pads: integers([padding, padding, padding, padding]),
        group: integer(groups),
      },
      dims: () => shapes.convShape(float32(x), weight.dims, bias.dims, { stride, padding, groups }),
    });
  }

  /** `[n,c,h,w]` enlarged bilinearly, PyTorch's `interpolate(align_corners=False)`. */
  enlargeBilinear(x: Value, factor: number): Value {
    const scales = this.constant(Float32Array.of(1, 1, factor, factor));
    return this.node('Resize', {
      inputs: [x, undefined, scales],
      attributes: {
        mode: text('linear'),
        coordinate_transformation_mode: text('half_pixel'),
      },
      dims: () => shapes.resizeShape(float32(x), factor),
    });
  }

  /** Largest value along some axes, which are dropped. @param axes ascending */
  reduceMax(x: Value, axes: readonly number[]): Value {
    return this.#reduce('ReduceMax', x, axes);
  }

  /** Sum along some axes, which are dropped. @param axes ascending */
  reduceSum(x: Value, axes: readonly number[]): Value {
    return this.#reduce('ReduceSum', x, axes);
  }

  /** Rows of `table` (axis 0) by int32 `indices`; −1 is the last row. */
  gather(table: Value, indices: Value): Value {
    return this.node('Gather', {
      inputs: [table, indices],
      attributes: { axis: integer(0) },
      dtype: table.dtype,
      dims: () => shapes.gatherShape(table.dims, indices),
    });
  }

  /** The parts one after another along `axis`; a negative axis counts from the end. */
  concat(parts: readonly Value[], axis: number): Value {
    const dtype = parts[0]?.dtype ?? 'float32';
    return this.node('Concat', {
      inputs: parts,
      attributes: { axis: integer(axis) },
      dtype,
      dims: () => {
        for (const part of parts) requireDType(part, dtype);
        return shapes.concatShape(
          parts.map((part) => part.dims),
          axis,
        );
      },
    });
  }

  /** The run `[start, end)` of one axis; `end` is the whole rest where it is left out. */
  slice(x: Value, range: Omit<shapes.SliceRange, 'end'> & { readonly end?: number }): Value {
    const { axis, start, end } = range;
    return this.node('Slice', {
      inputs: [x, this.#int64s([start]), this.#int64s([end ?? INT32_MAX]), this.#int64s([axis])],
      dtype: x.dtype,
      dims: () => shapes.sliceShape(x.dims, { axis, start, end: end ?? x.dims.at(axis) ?? 0 }),
    });
  }

  /** The beginning of the first axes. @param ends how many elements of each */
  crop(x: Value, ends: readonly number[]): Value {
    return this.node('Slice', {
      inputs: [x, this.#int64s(ends.map(() => 0)), this.#int64s(ends)],
      dtype: x.dtype,
      dims: () =>
        ends.reduce((dims, end, axis) => shapes.sliceShape(dims, { axis, start: 0, end }), x.dims),
    });
  }

  /** The same elements in the same order; one extent may be symbolic. x itself where it has the shape. */
  reshape(x: Value, dims: Shape): Value {
    if (isSameShape(x.dims, dims)) return x;
    const target = dims.map((dim) => (typeof dim === 'number' ? dim : -1));
    return this.node('Reshape', {
      inputs: [x, this.#int64s(target)],
      dtype: x.dtype,
      dims: () => shapes.reshapeShape(x.dims, dims),
    });
  }

  /** @param order for each axis of the result, the axis of `x` it comes from */
  transpose(x: Value, order: readonly number[]): Value {
    return this.node('Transpose', {
      inputs: [x],
      attributes: { perm: integers(order) },
      dtype: x.dtype,
      dims: () => shapes.transposeShape(x.dims, order),
    });
  }

  /** Zeros behind the end of each axis. @param after how many, for each axis */
  pad(x: Value, after: readonly number[]): Value {
    return this.node('Pad', {
      inputs: [x, this.#int64s([...after.map(() => 0), ...after])],
      attributes: { mode: text('constant') },
      dims: () => shapes.padShape(float32(x), after),
    });
  }

  #reduce(op: OpType, x: Value, axes: readonly number[]): Value {
    return this.node(op, {
      inputs: [x, this.#int64s(axes)],
      attributes: { keepdims: integer(0) },
      dims: () => axes.toReversed().reduce(shapes.reduceShape, float32(x)),
    });
  }

  #int64s(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt));
  }
}

/** As an end in Slice: the end of the axis, in a number that 32-bit index arithmetic can hold. */
const INT32_MAX = 2 ** 31 - 1;
