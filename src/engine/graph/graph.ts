import type { Shape } from './shape.ts';

/** Element types of tensors; float16 only where `half-precision.ts` has put it. */
export type DType = 'float32' | 'float16' | 'int32' | 'int64' | 'bool';

/** Data of a constant, with the element type its array implies. */
export type ConstantData = Float32Array | Int32Array | BigInt64Array;

/** Whether every input has the same shape on every run. */
export function hasStaticInputs({ inputs }: Pick<Graph, 'inputs'>): boolean {
  return inputs.every(({ dims }) => dims.every((dim) => typeof dim === 'number'));
}

/** One tensor of a graph: an input, an initializer or what a node makes. */
export interface Value {
  /** Unique in its graph. */
  readonly name: string;
  readonly dtype: DType;
  readonly dims: Shape;
}

/**
 * Where an initializer's numbers come from. Only constants are data; the others are resolved by
 * `weight-plan.ts` to a range of a file.
 */
export type TensorSource =
  | { readonly kind: 'constant'; readonly data: ConstantData }
  | {
      /** A row-major run of a checkpoint tensor, in the type of the value. */
      readonly kind: 'stored';
      readonly tensor: string;
      /** First element of the run. */
      readonly elementOffset: number;
    }
  | DerivedSource;

/** A tensor computed once in float32 from checkpoint tensors (folded, transposed) or from nothing (a table). */
export interface DerivedSource {
  readonly kind: 'derived';
  /** Says what it is computed from and how; equal keys mean equal contents. */
  readonly key: string;
  /** Checkpoint tensors, in the order in which `compute` takes them. */
  readonly inputs: readonly string[];
  /** Pure. Inputs are row-major float32 and may not be changed. */
  readonly compute: (inputs: readonly Float32Array[]) => Float32Array;
}

/** A tensor that is there before the graph runs. */
export interface Initializer {
  readonly value: Value;
  readonly source: TensorSource;
}

/** A parameter of a node, by its ONNX type. */
export type Attribute =
  | { readonly kind: 'int'; readonly value: number }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'ints'; readonly value: readonly number[] }
  | { readonly kind: 'string'; readonly value: string };

/** Parameters of a node by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** ONNX operators a graph may use: those that are correct on WASM and on the native WebGPU EP. */
export type OpType =
  | 'Add'
  | 'Cast'
  | 'Clip'
  | 'Concat'
  | 'Conv'
  | 'Cos'
  | 'Div'
  | 'Equal'
  | 'Floor'
  | 'Gather'
  | 'Gelu'
  | 'Gemm'
  | 'Greater'
  | 'LayerNormalization'
  | 'MatMul'
  | 'Mul'
  | 'MultiHeadAttention'
  | 'Pad'
  | 'ReduceMax'
  | 'ReduceSum'
  | 'Relu'
  | 'Reshape'
  | 'Resize'
  | 'RotaryEmbedding'
  | 'Sigmoid'
  | 'Sin'
  | 'SkipLayerNormalization'
  | 'Slice'
  | 'Softmax'
  | 'Sub'
  | 'Transpose'
  | 'Where';

/** Those of them that are ONNX Runtime's own, of the domain `com.microsoft`. */
export const CONTRIB_OPS: ReadonlySet<OpType> = new Set([
  'MultiHeadAttention',
  'RotaryEmbedding',
  'SkipLayerNormalization',
]);

/**
 * What a node makes, in the op's order. The first is always there; the others are optional, and undefined
 * where they are left out.
 */
export type NodeOutputs = readonly [Value, ...(Value | undefined)[]];

/** One operation. Every op of the builder is pure. */
export interface GraphNode {
  /** Unique in its graph: the scopes it was built in, its op and a number. */
  readonly name: string;
  readonly op: OpType;
  /** An optional input that is left out is undefined. */
  readonly inputs: readonly (Value | undefined)[];
  readonly outputs: NodeOutputs;
  readonly attributes: Attributes;
}

/** The tensors that a node makes. */
export function resultsOf({ outputs }: Pick<GraphNode, 'outputs'>): readonly Value[] {
  return outputs.filter((value) => value !== undefined);
}

/** A finished graph; nodes are in an order in which they can run. */
export interface Graph {
  readonly name: string;
  readonly inputs: readonly Value[];
  /** By the name under which callers fetch them. */
  readonly outputs: ReadonlyMap<string, Value>;
  readonly nodes: readonly GraphNode[];
  readonly initializers: readonly Initializer[];
}
