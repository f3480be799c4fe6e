/**
 * An extent that is known only when the graph runs, as a linear form `constant + Σ factor·symbol`:
 * with N memories of 256 tokens and K pointers of 4, the bank holds `256·N + 4·K` tokens.
 */
export interface SymbolicDim {
  readonly constant: number;
  /** Factor of each symbol; none is 0, and there is at least one. */
  readonly terms: Readonly<Record<string, number>>;
}

/** One extent of a tensor. */
export type Dim = number | SymbolicDim;

/** Extents from the outermost axis to the innermost; empty for a scalar. */
export type Shape = readonly Dim[];

/** Values of the symbols for which a graph is costed. */
export type SymbolBindings = Readonly<Record<string, number>>;

/** A wrong shape. The builder adds the node's name and rethrows it as a `StudioError`. */
export class ShapeError extends Error {}

/** The extent called `name`. */
export function symbol(name: string): SymbolicDim {
  return { constant: 0, terms: { [name]: 1 } };
}

/** `a + b` */
export function addDims(a: Dim, b: Dim): Dim {
  const [left, right] = [linear(a), linear(b)];
  const terms: Record<string, number> = { ...left.terms };
  for (const [name, factor] of Object.entries(right.terms)) {
    terms[name] = (terms[name] ?? 0) + factor;
  }
  return simplify({ constant: left.constant + right.constant, terms });
}

/** @throws ShapeError when both are symbolic: the product would not be linear */
export function multiplyDims(a: Dim, b: Dim): Dim {
  if (typeof a === 'number') return scaleDim(b, a);
  if (typeof b === 'number') return scaleDim(a, b);
  throw new ShapeError(`the product of ${formatDim(a)} and ${formatDim(b)} is not linear`);
}

/** `dim / divisor`, or nothing where it is not whole for every value of the symbols. */
export function divideDim(dim: Dim, divisor: number): Dim | undefined {
  const { constant, terms } = linear(dim);
  const parts = [constant, ...Object.values(terms)];
  if (divisor === 0 || parts.some((part) => part % divisor !== 0)) return undefined;
  // Not times 1 / divisor, which is not exact: 196 · (1 / 196) falls short of 1.
  return simplify({
    constant: constant / divisor,
    terms: Object.fromEntries(
      Object.entries(terms).map(([name, factor]) => [name, factor / divisor]),
    ),
  });
}

/** Whether the extents are equal for every value of the symbols. */
export function isSameDim(a: Dim, b: Dim): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b;
  return formatDim(a) === formatDim(b);
}

/** Whether all extents are, and there are as many. */
export function isSameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, axis) => isSameDim(dim, b[axis] ?? -1));
}

/** Number of elements. @throws ShapeError when two extents are symbolic */
export function elementCount(shape: Shape): Dim {
  return shape.reduce<Dim>(multiplyDims, 1);
}

/** @throws ShapeError for a symbol without a value */
export function evaluateDim(dim: Dim, bindings: SymbolBindings): number {
  const { constant, terms } = linear(dim);
  let value = constant;
  for (const [name, factor] of Object.entries(terms)) {
    const bound = bindings[name];
    if (bound === undefined) throw new ShapeError(`no value is given for the extent "${name}"`);
    value += factor * bound;
  }
  return value;
}

/** The extent when all symbols are 0, which no symbol is below. */
export function leastExtent(dim: Dim): number {
  return linear(dim).constant;
}

/** As it stands in messages and in ONNX's `dim_param`: `256*N+4*K+1`. */
export function formatDim(dim: Dim): string {
  const { constant, terms } = linear(dim);
  const parts = Object.keys(terms)
    .toSorted()
    .map((name) => (terms[name] === 1 ? name : `${terms[name]}*${name}`));
  if (constant !== 0 || parts.length === 0) parts.push(String(constant));
  return parts.join('+');
}

/** As it stands in messages: `[256*N,64]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.map(formatDim).join(',')}]`;
}

/** The extents as numbers. @throws ShapeError when one is symbolic */
export function staticShape(shape: Shape): number[] {
  return shape.map((dim) => {
    if (typeof dim !== 'number') throw new ShapeError(`${formatShape(shape)} is not static`);
    return dim;
  });
}

function scaleDim(dim: Dim, factor: number): Dim {
  const { constant, terms } = linear(dim);
  const scaled = Object.entries(terms).map(([name, term]) => [name, term * factor]);
  return simplify({ constant: constant * factor, terms: Object.fromEntries(scaled) });
}

function linear(dim: Dim): SymbolicDim {
  return typeof dim === 'number' ? { constant: dim, terms: {} } : dim;
}

function simplify(dim: SymbolicDim): Dim {
  const terms = Object.entries(dim.terms).filter(([, factor]) => factor !== 0);
  return terms.length === 0
    ? dim.constant
    : { constant: dim.constant, terms: Object.fromEntries(terms) };
}
