import { type Cost, graphCost, type NodeCost, sumCosts } from '../graph/graph-cost.ts';
import { planCrossAttention } from '../kernels/cross-attention/attention-plan.ts';
import { ATTENTION_SCOPE } from './attention.ts';
import { CROSS_ATTENTION } from './memory-attention-layer.ts';
import { BACKBONE_STRIDE, buildGraph, type GraphName, type ModelSetup } from './model-graphs.ts';

/** How full the memory bank is. */
export interface BankExtents {
  /** 1 to 7 */
  readonly memories: number;
  /** Object pointers, 1 to 16. */
  readonly pointers: number;
}

/** Which frame is counted. */
export interface TrackedFrame extends ModelSetup {
  readonly bank: BankExtents;
  /** Objects tracked; the image is encoded once for all of them. */
  readonly objects: number;
}

/** Name of a network as tables give it. */
export type PartName = 'image encoder' | 'memory attention' | 'mask decoder' | 'memory encoder';

/** One network of a tracked frame. */
export interface FramePart {
  readonly name: PartName;
  /** Times that the frame runs it. */
  readonly runs: number;
  /** Of one run. */
  readonly nodes: readonly NodeCost[];
}

const PARTS: readonly { readonly name: PartName; readonly graph: GraphName }[] = [
  { name: 'image encoder', graph: 'imageEncoder' },
  { name: 'memory attention', graph: 'memoryAttention' },
  { name: 'mask decoder', graph: 'maskDecoder' },
  { name: 'memory encoder', graph: 'memoryEncoder' },
];

/**
 * What tracking one frame costs, network by network, counted from the graphs that run. Reading the
 * frame, the hole fill and the mask's way to the video's size are not in it.
 * @throws StudioError `graph-invalid` for an image size that is not a multiple of 32
 */
export function trackedFrameCost({ bank, objects, ...setup }: TrackedFrame): FramePart[] {
  // Tracking decodes with one padding point.
  const bindings = { N: bank.memories, K: bank.pointers, P: 1 };
  return PARTS.map(({ name, graph }) => ({
    name,
    runs: graph === 'imageEncoder' ? 1 : objects,
    nodes: graphCost(buildGraph(graph, setup), bindings),
  }));
}

/** What a node of a network is for. */
export type WorkKind =
  | 'attention to the bank'
  | 'attention'
  | 'linear layers'
  | 'convolutions'
  | 'the rest';

/** All kinds, in the order of tables. */
export const WORK_KINDS: readonly WorkKind[] = [
  'attention to the bank',
  'attention',
  'linear layers',
  'convolutions',
  'the rest',
];

/** Sorts a node by its scopes and its op; both attentions are without their projections. */
export function workKind({ name, op }: Pick<NodeCost, 'name' | 'op'>): WorkKind {
  if (name.includes(`${CROSS_ATTENTION}/${ATTENTION_SCOPE}/`)) return 'attention to the bank';
  if (name.includes(`${ATTENTION_SCOPE}/`)) return 'attention';
  if (op === 'Gemm' || op === 'MatMul') return 'linear layers';
  return op === 'Conv' ? 'convolutions' : 'the rest';
}

/** The attention to the bank in all layers, as the graph does it and as the kernel would. */
export interface BankAttentionCost {
  readonly graph: Cost;
  readonly kernel: Cost;
  /** Bytes that the kernel's tiles ask of the caches; what ONNX Runtime's ask is not known. */
  readonly kernelRequestedBytes: number;
  /** Bytes that no way of doing it can avoid. */
  readonly leastBytes: number;
}

/** Compares the graph's chunks of a matrix of scores with `GpuCrossAttention`, for one object. */
export function bankAttentionCost(frame: TrackedFrame): BankAttentionCost {
  const { config, imageSize, bank } = frame;
  const attention = trackedFrameCost(frame).find(({ name }) => name === 'memory attention');
  const nodes = attention?.nodes.filter((node) => workKind(node) === 'attention to the bank') ?? [];
  const queries = (imageSize / BACKBONE_STRIDE) ** 2;
  const pointerTokens = bank.pointers * (config.width / config.memoryWidth);
  const keys = bank.memories * queries + pointerTokens;
  const plan = planCrossAttention({ queries, keys, keyWidth: config.width });
  const layers = config.memoryAttentionLayers;
  return {
    graph: sumCosts(nodes),
    kernel: {
      flop: layers * plan.flop,
      bytes: layers * plan.bytes,
      dispatches: layers * plan.dispatches,
    },
    kernelRequestedBytes: layers * plan.requestedBytes,
    leastBytes: layers * plan.leastBytes,
  };
}
