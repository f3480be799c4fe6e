import type { DeviceReport, Precision } from '../../protocol/device.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { chunkAttention } from '../graph/chunk-attention.ts';
import { forCpu } from '../graph/cpu-graph.ts';
import { encodeModel } from '../graph/encode-model.ts';
import type { Graph } from '../graph/graph.ts';
import { planWeights, type WeightPlan } from '../graph/weight-plan.ts';
import { SCORE_LIMIT } from './attention.ts';
import { withHalfNetworks } from './half-networks.ts';
import { imageEncoderParts } from './image-encoder-parts.ts';
import {
  buildMemoryAttentionSegments,
  type MemoryAttentionSegments,
  segmentGraphs,
} from './memory-attention-segments.ts';
import { type ModelConfig, recognizeModel } from './model-config.ts';
import { buildGraph, GRAPH_NAMES, type GraphName, type ModelSetup } from './model-graphs.ts';
import { buildObjectGraphs, objectGraphList, type ObjectGraphs } from './object-graphs.ts';

/** All graphs of a checkpoint at one image size, and where their weights lie. */
export interface Sam2Model {
  readonly config: ModelConfig;
  /** S */
  readonly imageSize: number;
  readonly precision: Precision;
  readonly graphs: ReadonlyMap<GraphName, Graph>;
  /** The image encoder in parts, in place of the whole graph; whole on a CPU. */
  readonly encoderParts: readonly Graph[];
  /** Memory attention for a kernel between graphs, in place of the whole graph. */
  readonly segments: MemoryAttentionSegments;
  /** The graphs that track B objects of a frame at once; the same ones each time. */
  objectGraphs(objects: number): ObjectGraphs;
  /** Of all graphs, the segments too, which need no weight that the others do not. */
  readonly weights: WeightPlan;
  /** ONNX `ModelProto` of a graph or a segment. */
  encode(graph: GraphName | Graph): Uint8Array<ArrayBuffer>;
}

/** How a model's graphs are built. */
export interface ModelOptions {
  /** Of the feed-forward networks, everything else is float32; `fp32` unless given. */
  readonly precision?: Precision;
  /** What runs them; `wasm` unless given, which is any CPU. */
  readonly backend?: DeviceReport['backend'];
}

/**
 * Recognises the checkpoint and builds its graphs; takes milliseconds and reads no weights.
 * @param imageSize S, a multiple of 32
 * @throws StudioError `checkpoint-unsupported` or `graph-invalid`
 */
export function buildSam2Model(
  checkpoint: Checkpoint,
  imageSize: number,
  { precision = 'fp32', backend = 'wasm' }: ModelOptions = {},
): Sam2Model {
  const config = recognizeModel(checkpoint.tensors);
  const precise = precision === 'fp16' ? withHalfNetworks : (graph: Graph) => graph;
  const build = (name: GraphName) => precise(buildGraph(name, { config, imageSize }));
  const graphs = new Map(GRAPH_NAMES.map((name) => [name, build(name)] as const));
  const { layers, ...banks } = buildMemoryAttentionSegments({ config, imageSize });
  const segments = { ...banks, layers: layers.map(precise) };
  const objectGraphs = objectGraphsOf({ config, imageSize }, { segments, precise });
  const encoder = graphs.get('imageEncoder') ?? build('imageEncoder');
  const planned = [...graphs.values(), ...segmentGraphs(segments)];
  const weights = planWeights([...planned, ...objectGraphList(objectGraphs(1))], checkpoint);
  return {
    config,
    imageSize,
    precision,
    graphs,
    // Parts share buffers where they are recorded; each has memory of its own on a CPU.
    encoderParts: backend === 'webgpu' ? imageEncoderParts(encoder, config) : [encoder],
    segments,
    objectGraphs,
    weights,
    encode: (wanted) => {
      const graph = typeof wanted === 'string' ? (graphs.get(wanted) ?? build(wanted)) : wanted;
      // A CPU's attention keeps all its scores, a GPU's none.
      const fitting = backend === 'webgpu' ? graph : chunkAttention(forCpu(graph), SCORE_LIMIT);
      return encodeModel(fitting, (initializer) => weights.placeOf(initializer));
    },
  };
}

/** Builds the graphs for a number of objects once; those of memory attention for one are segments. */
function objectGraphsOf(
  setup: ModelSetup,
  {
    segments,
    precise,
  }: {
    readonly segments: MemoryAttentionSegments;
    readonly precise: (graph: Graph) => Graph;
  },
): Sam2Model['objectGraphs'] {
  const built = new Map<number, ObjectGraphs>();
  return (objects) => {
    const known = built.get(objects);
    if (known !== undefined) return known;
    const { attention, maskDecoder, memoryEncoder } = buildObjectGraphs(setup, objects);
    const graphs = {
      objects,
      attention: objects === 1 ? segments.layers.slice(1) : attention.map(precise),
      maskDecoder: precise(maskDecoder),
      memoryEncoder: precise(memoryEncoder),
    };
    built.set(objects, graphs);
    return graphs;
  };
}
