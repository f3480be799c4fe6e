import { integer, ONNX_DTYPES, text } from './attributes.ts';
import type { Attributes, DType, OpType, Value } from './graph.ts';
import { GraphDraft } from './graph-draft.ts';
import * as shapes from './shape-inference.ts';
import { float32, requireDType } from './value-types.ts';

/** The ops that make each element from the elements at its place. */
export class ElementwiseBuilder extends GraphDraft {
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
}
