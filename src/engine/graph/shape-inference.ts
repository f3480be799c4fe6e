import type { Value } from './graph.ts';
import {
  addDims,
  type Dim,
  divideDim,
  elementCount,
  formatDim,
  formatShape,
  isSameDim,
  isSameShape,
  leastExtent,
  multiplyDims,
  type Shape,
  ShapeError,
  staticShape,
} from './shape.ts';

/** Refuses the node with a message about shapes. */
function check(condition: boolean, message: () => string): asserts condition {
  if (!condition) throw new ShapeError(message());
}

function dimAt(shape: Shape, axis: number): Dim {
  const dim = shape.at(axis);
  check(dim !== undefined, () => `${formatShape(shape)} has no axis ${axis}`);
  return dim;
}

/** The axis counted from the front. @throws ShapeError when the tensor has no such axis */
function normalizeAxis(shape: Shape, axis: number): number {
  const positive = axis < 0 ? axis + shape.length : axis;
  check(
    Number.isInteger(axis) && positive >= 0 && positive < shape.length,
    () => `${formatShape(shape)} has no axis ${axis}`,
  );
  return positive;
}

/** Numpy broadcasting: axes are aligned at the end, and 1 stretches. */
export function broadcastShape(...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, axis) => {
    const dims = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1);
    const extent = dims.find((dim) => dim !== 1) ?? 1;
    check(
      dims.every((dim) => dim === 1 || isSameDim(dim, extent)),
      () => `${shapes.map(formatShape).join(' and ')} do not broadcast`,
    );
    return extent;
  });
}

/** `[…, M, K] × […, K, N]` with broadcast batch axes. */
export function matMulShape(a: Shape, b: Shape): Shape {
  check(
    a.length >= 2 && b.length >= 2,
    () => `matrices have rank 2 or more, got ${formatShape(a)} and ${formatShape(b)}`,
  );
  check(
    isSameDim(dimAt(a, -1), dimAt(b, -2)),
    () => `${formatShape(a)} cannot be multiplied by ${formatShape(b)}`,
  );
  const batch = broadcastShape(a.slice(0, -2), b.slice(0, -2));
  return [...batch, dimAt(a, -2), dimAt(b, -1)];
}

/** `A' B' + C`, A' and B' of rank 2 after their transposition, C stretching to the product. */
export function gemmShape(a: Shape, b: Shape, c: Shape | undefined): Shape {
  check(
    a.length === 2 && b.length === 2,
    () => `Gemm takes matrices, got ${formatShape(a)} and ${formatShape(b)}`,
  );
  const product = matMulShape(a, b);
  check(
    c === undefined || isSameShape(broadcastShape(c, product), product),
    () => `bias ${formatShape(c ?? [])} does not fit ${formatShape(product)}`,
  );
  return product;
}

/** How a convolution steps over its input, the same on both axes. */
export interface ConvGeometry {
  readonly stride: number;
  /** Zero padding on all four sides, in pixels. */
  readonly padding: number;
  readonly groups: number;
}

/** `[n,c,h,w]` under a kernel `[o, c/groups, kh, kw]`. */
export function convShape(x: Shape, weight: Shape, bias: Shape, geometry: ConvGeometry): Shape {
  const { stride, padding, groups } = geometry;
  check(
    x.length === 4 && weight.length === 4,
    () => `Conv takes [n,c,h,w] and [o,c,h,w], got ${formatShape(x)} and ${formatShape(weight)}`,
  );
  const [batch = 0, channels = 0, height = 0, width = 0] = staticShape(x);
  const [outChannels = 0, groupChannels = 0, kernelY = 0, kernelX = 0] = staticShape(weight);
  check(
    groupChannels * groups === channels && outChannels % groups === 0,
    () => `kernel ${formatShape(weight)} in ${groups} groups does not fit ${formatShape(x)}`,
  );
  check(
    isSameShape(bias, [outChannels]),
    () => `bias ${formatShape(bias)} does not fit ${outChannels} channels`,
  );
  const extent = (size: number, kernel: number) =>
    Math.floor((size + 2 * padding - kernel) / stride) + 1;
  return [batch, outChannels, extent(height, kernelY), extent(width, kernelX)];
}

/** LayerNormalization over the last axis. */
export function layerNormShape(x: Shape, scale: Shape, bias: Shape): Shape {
  const width = dimAt(x, -1);
  check(
    isSameShape(scale, [width]) && isSameShape(bias, [width]),
    () => `scale ${formatShape(scale)} and bias ${formatShape(bias)} do not fit ${formatShape(x)}`,
  );
  return x;
}

/** The tokens that a sum with as many has, `[L,c]` or `[n,L,c]`, each of the n with the same `[L,c]` or its own. */
export function skipShape(x: Shape, skip: Shape): Shape {
  check(
    (x.length === 2 || x.length === 3) && (isSameShape(x, skip) || isSameShape(x.slice(1), skip)),
    () => `${formatShape(skip)} is not added to tokens ${formatShape(x)}`,
  );
  return x;
}

/** Attention of `[n,Lq,w]` to `[n,Lk,w]`, whose channels are as many heads'. */
export function multiHeadShape(
  queries: Shape,
  { keys, values, heads }: { readonly keys: Shape; readonly values: Shape; readonly heads: number },
): Shape {
  check(
    queries.length === 3 &&
      isSameShape(keys, values) &&
      isSameShape(queries.with(1, dimAt(keys, 1)), keys) &&
      divideDim(dimAt(queries, 2), heads) !== undefined,
    () =>
      `${heads} heads of ${formatShape(queries)} cannot attend to ${formatShape(keys)} and ${formatShape(values)}`,
  );
  return queries;
}

/** `[n,L,w]` turned by angles `[L,w/2]`, or `[R,w/2]` of which `rows` `[n,L]` says the row. */
export function rotaryShape(
  x: Shape,
  {
    cos,
    sin,
    rows,
  }: { readonly cos: Shape; readonly sin: Shape; readonly rows: Value | undefined },
): Shape {
  const isRowed =
    rows === undefined
      ? isSameDim(dimAt(x, 1), dimAt(cos, 0))
      : rows.dtype === 'int64' && isSameShape(rows.dims, x.slice(0, 2));
  check(
    x.length === 3 &&
      cos.length === 2 &&
      isSameShape(cos, sin) &&
      isRowed &&
      isSameDim(dimAt(x, 2), multiplyDims(dimAt(cos, 1), 2)),
    () => `${formatShape(x)} cannot be turned by ${formatShape(cos)} and ${formatShape(sin)}`,
  );
  return x;
}

/** The same elements in the same order; at most one extent may be symbolic. */
export function reshapeShape(x: Shape, dims: Shape): Shape {
  check(
    dims.filter((dim) => typeof dim !== 'number').length <= 1,
    () => `${formatShape(dims)} has more than one extent that is not static`,
  );
  check(
    isSameDim(elementCount(x), elementCount(dims)),
    () => `${formatShape(x)} does not hold as many elements as ${formatShape(dims)}`,
  );
  return dims;
}

/** @param order for each axis of the result, the axis of `x` it comes from */
export function transposeShape(x: Shape, order: readonly number[]): Shape {
  check(
    order.length === x.length && x.every((_, axis) => order.includes(axis)),
    () => `[${order.join(',')}] is not an order of the axes of ${formatShape(x)}`,
  );
  return order.map((axis) => dimAt(x, axis));
}

/** All extents but the joined one agree. */
export function concatShape(shapes: readonly Shape[], axis: number): Shape {
  const [first = []] = shapes;
  const joined = shapes.map((shape) => dimAt(shape, axis)).reduce(addDims, 0);
  const result = first.with(normalizeAxis(first, axis), joined);
  for (const shape of shapes) {
    check(
      shape.length === first.length &&
        isSameShape(shape.with(normalizeAxis(shape, axis), joined), result),
      () => `${shapes.map(formatShape).join(' and ')} cannot be joined along axis ${axis}`,
    );
  }
  return result;
}

/** A run of `[start, end)` along one axis. */
export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  /** Inside the axis whatever the symbols are; symbolic only as the whole rest of the axis. */
  readonly end: Dim;
}

/** The axis is shortened to the run. */
export function sliceShape(x: Shape, { axis, start, end }: SliceRange): Shape {
  const extent = dimAt(x, axis);
  const isInside =
    start >= 0 &&
    (isSameDim(end, extent) ||
      (typeof end === 'number' && end > start && end <= leastExtent(extent)));
  check(
    isInside,
    () => `[${start},${formatDim(end)}) does not lie in axis ${axis} of ${formatShape(x)}`,
  );
  return x.with(normalizeAxis(x, axis), addDims(end, -start));
}

/** Rows of `table` for `indices`: the first extent of the table is replaced by those of the indices. */
export function gatherShape(table: Shape, indices: Value): Shape {
  check(indices.dtype === 'int32', () => `indices are int32, got ${indices.dtype}`);
  check(table.length > 0, () => 'a scalar has no rows');
  return [...indices.dims, ...table.slice(1)];
}

/** @param after how many elements are put behind the end of each axis */
export function padShape(x: Shape, after: readonly number[]): Shape {
  check(
    after.length === x.length && after.every((count) => count >= 0),
    () => `padding [${after.join(',')}] does not fit ${formatShape(x)}`,
  );
  return x.map((dim, axis) => addDims(dim, after[axis] ?? 0));
}

/** `[n,c,h,w]` with height and width multiplied. */
export function resizeShape(x: Shape, factor: number): Shape {
  const [batch = 0, channels = 0, height = 0, width = 0] = staticShape(x);
  check(
    x.length === 4 && Number.isInteger(factor) && factor > 1,
    () => `${formatShape(x)} cannot be enlarged ${factor} times`,
  );
  return [batch, channels, height * factor, width * factor];
}

/** Drops the axis. */
export function reduceShape(x: Shape, axis: number): Shape {
  return x.toSpliced(normalizeAxis(x, axis), 1);
}
