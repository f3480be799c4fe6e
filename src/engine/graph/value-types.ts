import type { DType, Value } from './graph.ts';
import { type Shape, ShapeError } from './shape.ts';

/** @throws ShapeError for a value of another type */
export function requireDType(value: Value, dtype: DType): void {
  if (value.dtype !== dtype) throw new ShapeError(`${value.name} is ${value.dtype}, not ${dtype}`);
}

/** The shape of a value that must be float32. @throws ShapeError for one of another type */
export function float32(value: Value): Shape {
  requireDType(value, 'float32');
  return value.dims;
}
