import { float, integer, integers, ONNX_DTYPES, text } from './attributes.ts';
import type { Attributes, DType, OpType, Value } from './graph.ts';
import { GraphDraft } from './graph-draft.ts';
import * as shapes from './shape-inference.ts';
import { type Shape, ShapeError } from './shape.ts';

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

/**
 * Builds one ONNX graph (ai.onnx 21). Every value knows its dtype and shape, every op is pure,
 * makes one tensor and checks its inputs when it is called, so that a wrong graph is refused where
 * it is written and not where it runs. The ops are few enough that a gradient can be given for each.
 *
 * Every method that makes a node throws StudioError `graph-invalid`, naming the node, for inputs of
 * a wrong type or shape.
 */
export class GraphBuilder extends GraphDraft {
  /** `a + b`; like all binary ops it broadcasts as numpy does, and both are of one type. */
  add(a: Value, b: Value): Value {
    return this.#binary('Add', a, b);
  }

  /** `a − b` */
  subtract(a: Value, b: Value): Value {
    return this.#binary('Sub', a, b);
  }

  /** `a·b`, element by element. */
  multiply(a: Value, b: Value): Value {
    return this.#binary('Mul', a, b);
  }

  /** `a / b`, element by element. */
  divide(a: Value, b: Value): Value {
    return this.#binary('Div', a, b);
  }

  /** Whether `a > b`, as bool. */
  greater(a: Value, b: Value): Value {
    return this.#binary('Greater', a, b, 'bool');
  }

  /** Whether `a = b`, as bool. */
  equal(a: Value, b: Value): Value {
    return this.#binary('Equal', a, b, 'bool');
  }

  /** `condition ? a : b` for each element; all three broadcast. */
  where(condition: Value, a: Value, b: Value): Value {
    return this.node('Where', {
      inputs: [condition, a, b],
      dtype: a.dtype,
      dims: () => {
        requireDType(condition, 'bool');
        requireDType(b, a.dtype);
        return shapes.broadcastShape(condition.dims, a.dims, b.dims);
      },
    });
  }

  /** `max(x, 0)` */
  relu(x: Value): Value {
    return this.#unary('Relu', x);
  }

  /** The exact one, `x·Φ(x)` by the error function. */
  gelu(x: Value): Value {
    return this.#unary('Gelu', x, { approximate: text('none') });
  }

  /** `1 / (1 + exp(−x))` */
  sigmoid(x: Value): Value {
    return this.#unary('Sigmoid', x);
  }

  /** Of radians; keep them near zero, GPUs lose digits far from it. */
  sin(x: Value): Value {
    return this.#unary('Sin', x);
  }

  /** Of radians; as for `sin`. */
  cos(x: Value): Value {
    return this.#unary('Cos', x);
  }

  /** The largest whole number that is not above x. */
  floor(x: Value): Value {
    return this.#unary('Floor', x);
  }

  /** Over the last axis. */
  softmax(x: Value): Value {
    return this.#unary('Softmax', x, { axis: integer(-1) });
  }

  /** x, but at least `minimum` and at most `maximum`. */
  clip(x: Value, minimum: number, maximum: number): Value {
    const inputs = [x, this.scalar(minimum), this.scalar(maximum)];
    return this.node('Clip', { inputs, dims: () => float32(x) });
  }

  /** To another type; towards zero where the new one is whole. */
  cast(x: Value, dtype: DType): Value {
    const attributes = { to: integer(ONNX_DTYPES[dtype]) };
    return this.node('Cast', { inputs: [x], attributes, dtype, dims: () => x.dims });
  }

  /** Over the last axis, with scale and bias of its width. */
  layerNorm(x: Value, scale: Value, bias: Value, epsilon: number): Value {
    return this.node('LayerNormalization', {
      inputs: [x, scale, bias],
      attributes: { axis: integer(-1), epsilon: float(epsilon) },
      dims: () => shapes.layerNormShape(float32(x), scale.dims, bias.dims),
    });
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

  /** Largest value along an axis, which is dropped. */
  reduceMax(x: Value, axis: number): Value {
    return this.#reduce('ReduceMax', x, axis);
  }

  /** Sum along an axis, which is dropped. */
  reduceSum(x: Value, axis: number): Value {
    return this.#reduce('ReduceSum', x, axis);
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

  /** The same elements in the same order; one extent may be symbolic. */
  reshape(x: Value, dims: Shape): Value {
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

  #unary(op: OpType, x: Value, attributes: Attributes = {}): Value {
    return this.node(op, { inputs: [x], attributes, dims: () => float32(x) });
  }

  #binary(op: OpType, a: Value, b: Value, dtype: DType = a.dtype): Value {
    return this.node(op, {
      inputs: [a, b],
      dtype,
      dims: () => {
        requireDType(b, a.dtype);
        return shapes.broadcastShape(a.dims, b.dims);
      },
    });
  }

  #reduce(op: OpType, x: Value, axis: number): Value {
    return this.node(op, {
      inputs: [x, this.#int64s([axis])],
      attributes: { keepdims: integer(0) },
      dims: () => shapes.reduceShape(float32(x), axis),
    });
  }

  #int64s(values: readonly number[]): Value {
    return this.constant(BigInt64Array.from(values, BigInt));
  }
}

/** As an end in Slice: the end of the axis, in a number that 32-bit index arithmetic can hold. */
const INT32_MAX = 2 ** 31 - 1;

function requireDType(value: Value, dtype: DType): void {
  if (value.dtype !== dtype) throw new ShapeError(`${value.name} is ${value.dtype}, not ${dtype}`);
}

/** The shape of a value that must be float32. */
function float32(value: Value): Shape {
  requireDType(value, 'float32');
  return value.dims;
}
