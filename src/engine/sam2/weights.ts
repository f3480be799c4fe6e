import { invariant } from '../../core/assert.ts';
import type { Value } from '../graph/graph.ts';
import type { GraphBuilder } from '../graph/graph-builder.ts';

/** How a folded or reordered weight is computed from tensors of the checkpoint. */
export interface Derivation {
  /** What is done, unique among derivations of the same tensors. */
  readonly operation: string;
  /** Names under the same prefix, in the order of `compute`'s arguments. */
  readonly names: readonly string[];
  readonly dims: readonly number[];
  readonly compute: (...inputs: Float32Array[]) => Float32Array;
}

/**
 * The checkpoint's tensors under a prefix, as values of one graph. Nothing is read: each value is a
 * reference that is resolved when the weights are laid out.
 */
export class Weights {
  readonly #g: GraphBuilder;
  readonly #shapes: ReadonlyMap<string, readonly number[]>;
  readonly #prefix: string;

  /** @param shapes of all tensors, by full name */
  constructor(g: GraphBuilder, shapes: ReadonlyMap<string, readonly number[]>, prefix = '') {
    this.#g = g;
    this.#shapes = shapes;
    this.#prefix = prefix;
  }

  /** The tensors of a module inside this one: `weights.within('attn.proj')`. */
  within(module: string): Weights {
    return new Weights(this.#g, this.#shapes, `${this.#prefix}${module}.`);
  }

  has(name: string): boolean {
    return this.#shapes.has(this.#prefix + name);
  }

  shape(name: string): readonly number[] {
    const shape = this.#shapes.get(this.#prefix + name);
    invariant(shape !== undefined, `the model has no tensor "${this.#prefix}${name}"`);
    return shape;
  }

  /** A tensor where it lies in the file, in its own shape or another with as many elements. */
  get(name: string, dims = this.shape(name)): Value {
    return this.run(name, dims, 0);
  }

  /** Consecutive elements of a tensor, row-major, from `elementOffset` on. */
  run(name: string, dims: readonly number[], elementOffset: number): Value {
    const elements = product(this.shape(name));
    invariant(
      elementOffset + product(dims) <= elements,
      `[${dims.join()}] at ${elementOffset} does not lie in "${this.#prefix}${name}"`,
    );
    return this.#g.stored(this.#prefix + name, dims, elementOffset);
  }

  /** A tensor computed from others before the graph runs. */
  derive({ operation, names, dims, compute }: Derivation): Value {
    const inputs = names.map((name) => {
      this.shape(name);
      return this.#prefix + name;
    });
    const key = `${operation}(${inputs.join(', ')})`;
    return this.#g.derived({ key, inputs, compute: (data) => compute(...data) }, dims);
  }
}

function product(dims: readonly number[]): number {
  return dims.reduce((total, dim) => total * dim, 1);
}
