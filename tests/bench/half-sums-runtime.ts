import type { Checkpoint } from '../../src/engine/checkpoint/checkpoint.ts';
import type { DeviceTensor } from '../../src/engine/device-tensor.ts';
import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import {
  type Graph,
  type GraphNode,
  type OpType,
  resultsOf,
  type Value,
} from '../../src/engine/graph/graph.ts';
import type { GraphRuntime, HostData, ModelGraph } from '../../src/engine/graph-runtime.ts';
import type { Sam2Model } from '../../src/engine/sam2/sam2-model.ts';
import { type NodeGraphRuntime, readFloat32 } from '../helpers/onnx-node.ts';
import { halfGelu, halfGemm, roundedHalf } from './half-sums.ts';

/** Consecutive nodes, all with float16 in them or none. */
interface Stage {
  readonly isHalf: boolean;
  readonly nodes: GraphNode[];
}

type Tensors = Map<Value, DeviceTensor>;

/**
 * Runs a model's graphs on the CPU with their float16 nodes computed step by step in float16, sums
 * included, and the rest by ONNX Runtime.
 */
export class HalfSumsRuntime implements GraphRuntime {
  readonly #runtime: NodeGraphRuntime;
  readonly #model: Sam2Model;
  readonly #checkpoint: Checkpoint;

  constructor(runtime: NodeGraphRuntime, model: Sam2Model, checkpoint: Checkpoint) {
    this.#runtime = runtime;
    this.#model = model;
    this.#checkpoint = checkpoint;
  }

  async load(name: string, bytes: Uint8Array): Promise<ModelGraph> {
    const graph = new Map<string, Graph>(this.#model.graphs).get(name);
    if (!graph?.nodes.some(isHalfNode)) {
      return await this.#runtime.load(name, bytes);
    }
    const stages = stagesOf(graph.nodes);
    const steps: ((tensors: Tensors) => Promise<void>)[] = [];
    for (const [i, stage] of stages.entries()) {
      const later = stages.slice(i + 1).flatMap(({ nodes }) => nodes);
      steps.push(
        stage.isHalf
          ? await this.#halfStep(stage, graph)
          : await this.#fullStep(partOf(graph, stage, { later, name: `${name}-${i}` })),
      );
    }
    return {
      run: async (inputs, outputs) => {
        const entries = graph.inputs.map((value) => [value, required(inputs[value.name])] as const);
        const tensors: Tensors = new Map(entries);
        for (const step of steps) await step(tensors);
        const results = outputs.map((output) => {
          const value = graph.outputs.get(output);
          return [output, required(value && tensors.get(value))] as const;
        });
        // The names are exactly those asked for.
        return Object.fromEntries(results) as Record<(typeof outputs)[number], DeviceTensor>;
      },
      [Symbol.dispose]: () => undefined,
    };
  }

  tensor(dims: readonly number[], host: HostData): DeviceTensor {
    return this.#runtime.tensor(dims, host);
  }

  concat(tensors: readonly DeviceTensor[], rows?: number): DeviceTensor {
    return this.#runtime.concat(tensors, rows);
  }

  split(tensor: DeviceTensor, count: number): readonly DeviceTensor[] {
    return this.#runtime.split(tensor, count);
  }

  async #fullStep(part: Graph) {
    const bytes = encodeModel(part, (one) => this.#model.weights.placeOf(one));
    const loaded = await this.#runtime.load(part.name, bytes);
    const outputs = [...part.outputs];
    return async (tensors: Tensors) => {
      const given = part.inputs.map((value) => [value.name, required(tensors.get(value))] as const);
      const results = await loaded.run(Object.fromEntries(given), [...part.outputs.keys()]);
      for (const [name, value] of outputs) tensors.set(value, required(results[name]));
    };
  }

  async #halfStep({ nodes }: Stage, graph: Graph) {
    const weights = new Map<Value, Float32Array>();
    for (const { value, source } of graph.initializers) {
      const isTaken = nodes.some(({ inputs }) => inputs.includes(value));
      if (!isTaken) continue;
      if (source.kind !== 'stored') throw new Error(`${value.name} is no stored weight`);
      const all = await this.#checkpoint.readFloat32(source.tensor);
      weights.set(value, roundedHalf(all));
    }
    const arrayOf = (tensors: Tensors, value: Value | undefined) =>
      (value && weights.get(value)) ?? readFloat32(required(value && tensors.get(value)));
    return (tensors: Tensors) => {
      for (const node of nodes) {
        const [x, w, bias] = node.inputs;
        const input = arrayOf(tensors, x);
        const data =
          node.op === 'Gemm'
            ? halfGemm({
                a: input,
                b: arrayOf(tensors, w),
                bias: arrayOf(tensors, bias),
                depth: Number(x?.dims[1]),
              })
            : required(ELEMENTWISE[node.op])(input);
        const rows = required(x && tensors.get(x)).dims[0] ?? 0;
        const dims = [rows, data.length / rows];
        tensors.set(node.outputs[0], this.#runtime.tensor(dims, { dtype: 'float32', data }));
      }
      return Promise.resolve();
    };
  }
}

const ELEMENTWISE: Partial<Record<OpType, (input: Float32Array) => Float32Array>> = {
  Cast: roundedHalf,
  Gelu: halfGelu,
  Relu: (input) => input.map((value) => Math.max(value, 0)),
};

/** A stage's nodes as a graph of their own, from what it takes to what later nodes and callers take. */
function partOf(
  graph: Graph,
  { nodes }: Stage,
  { later, name }: { readonly later: readonly GraphNode[]; readonly name: string },
): Graph {
  const made = new Set(nodes.flatMap(resultsOf));
  const taken = new Set(
    nodes.flatMap(({ inputs }) => inputs.filter((input) => input !== undefined)),
  );
  const initializers = graph.initializers.filter(({ value }) => taken.has(value));
  const held = new Set(initializers.map(({ value }) => value));
  const wanted = new Set([...later.flatMap(({ inputs }) => inputs), ...graph.outputs.values()]);
  const outputs = [...made].filter((value) => wanted.has(value));
  return {
    name,
    inputs: [...taken].filter((value) => !made.has(value) && !held.has(value)),
    outputs: new Map(outputs.map((value) => [value.name, value])),
    nodes,
    initializers,
  };
}

function isHalfNode({ inputs, outputs }: GraphNode): boolean {
  return [...inputs, ...outputs].some((value) => value?.dtype === 'float16');
}

function stagesOf(nodes: readonly GraphNode[]): Stage[] {
  const stages: Stage[] = [];
  for (const node of nodes) {
    const isHalf = isHalfNode(node);
    const last = stages.at(-1);
    if (last?.isHalf === isHalf) last.nodes.push(node);
    else stages.push({ isHalf, nodes: [node] });
  }
  return stages;
}

function required<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('a value is missing');
  return value;
}
