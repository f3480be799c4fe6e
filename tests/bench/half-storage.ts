import type { Graph, GraphNode, NodeOutputs, Value } from '../../src/engine/graph/graph.ts';
import { encodeModel } from '../../src/engine/graph/encode-model.ts';
import { buildGraph } from '../../src/engine/sam2/model-graphs.ts';
import type { Sam2Model } from '../../src/engine/sam2/sam2-model.ts';

/** `onnx.proto: TensorProto.DataType` */
const TYPES = { float32: 1, float16: 10, bfloat16: 16 } as const;

/** What is stored; bfloat16 is what the reference's own predictor stores on a GPU, by autocast. */
export type StorageType = 'float16' | 'bfloat16';

/** Which nodes keep their weights and results as float16. */
export type IsHalf = (node: GraphNode) => boolean;

/**
 * The graph with weights and results of some nodes rounded to 16 bits, as if they were stored so; each
 * node still computes in float32. What ONNX Runtime's float16 programs lose by summing in float16 comes
 * on top.
 */
export function halfStorage(graph: Graph, isHalf: IsHalf, type: StorageType = 'float16'): Graph {
  const weights = new Set(
    graph.initializers.map(({ value }) => value).filter(({ dtype }) => dtype === 'float32'),
  );
  const rounded = new Map<Value, Value>();
  const nodes: GraphNode[] = [];
  const roundedWeight = (value: Value): Value => {
    const known = rounded.get(value);
    if (known !== undefined) return known;
    const copy: Value = { ...value, name: `${value.name}.rounded` };
    nodes.push(...roundTrip(value, copy, type));
    rounded.set(value, copy);
    return copy;
  };
  for (const node of graph.nodes) {
    const [result, ...others] = node.outputs;
    if (result.dtype !== 'float32' || !isHalf(node)) {
      nodes.push(node);
      continue;
    }
    const inputs = node.inputs.map((input) =>
      input !== undefined && weights.has(input) ? roundedWeight(input) : input,
    );
    const fullOf = (value: Value): Value => {
      const full = { ...value, name: `${value.name}.full` };
      trips.push(...roundTrip(full, value, type));
      return full;
    };
    const trips: GraphNode[] = [];
    const outputs: NodeOutputs = [fullOf(result), ...others.map((value) => value && fullOf(value))];
    nodes.push({ ...node, inputs, outputs }, ...trips);
  }
  return { ...graph, nodes };
}

/** The model with every graph rounded so. */
export function halfModel(model: Sam2Model, isHalf: IsHalf): Sam2Model {
  return {
    ...model,
    encode: (wanted) => {
      const graph = typeof wanted === 'string' ? buildGraph(wanted, model) : wanted;
      return encodeModel(halfStorage(graph, isHalf), (one) => model.weights.placeOf(one));
    },
  };
}

/** To 16 bits and back. The type of the value between is known to the encoder by the cast alone. */
function roundTrip(from: Value, to: Value, stored: StorageType): GraphNode[] {
  const half: Value = { ...to, name: `${to.name}.half` };
  const cast = (input: Value, output: Value, type: keyof typeof TYPES): GraphNode => ({
    name: `${output.name}/Cast`,
    op: 'Cast',
    inputs: [input],
    outputs: [output],
    attributes: { to: { kind: 'int', value: TYPES[type] } },
  });
  return [cast(from, half, stored), cast(half, to, 'float32')];
}
