import type { Attribute, DType } from './graph.ts';

/** ONNX's numbers for element types, `onnx.proto: TensorProto.DataType`. */
export const ONNX_DTYPES: Readonly<Record<DType, number>> = {
  float32: 1,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
};

/** An ONNX attribute of this type. */
export function integer(value: number): Attribute {
  return { kind: 'int', value };
}

/** An ONNX attribute of this type. */
export function integers(value: readonly number[]): Attribute {
  return { kind: 'ints', value };
}

/** An ONNX attribute of this type. */
export function float(value: number): Attribute {
  return { kind: 'float', value };
}

/** An ONNX attribute of this type. */
export function text(value: string): Attribute {
  return { kind: 'string', value };
}
