import type { Graph } from '../graph/graph.ts';
import { type Cost, graphCost, type NodeCost, sumCosts } from '../graph/graph-cost.ts';
import {
  type AttentionPlan,
  planCrossAttention,
} from '../kernels/cross-attention/attention-plan.ts';
import { ATTENTION_SCOPE } from './attention.ts';
import { bankRoom } from './bank-room.ts';
import { CROSS_ATTENTION } from './memory-attention-layer.ts';
import { buildMemoryAttentionSegments } from './memory-attention-segments.ts';
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
  /** How the bank is attended to; by the graph unless given. */
  readonly bankAttention?: 'kernel' | 'graph';
}

/** Name of a network as tables give it. */
export type PartName = 'image encoder' | 'memory attention' | 'mask decoder' | 'memory encoder';

/** What a node of a graph, or a run of a kernel between graphs, costs. */
export interface FrameNode extends Omit<NodeCost, 'op'> {
  readonly op: NodeCost['op'] | 'kernel';
}

/** One network of a tracked frame. */
export interface FramePart {
  readonly name: PartName;
  /** Times that the frame runs it. */
  readonly runs: number;
  /** Of one run. */
  readonly nodes: readonly FrameNode[];
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
export function trackedFrameCost(frame: TrackedFrame): FramePart[] {
  const { objects, bankAttention } = frame;
  return PARTS.map(({ name, graph }) => ({
    name,
    runs: graph === 'imageEncoder' ? 1 : objects,
    nodes:
      graph === 'memoryAttention' && bankAttention === 'kernel'
        ? segmentedCost(frame)
        : graphCost(buildGraph(graph, frame), bindingsOf(frame)),
  }));
}

/** Tracking decodes with one padding point. */
function bindingsOf({ bank }: TrackedFrame) {
  return { N: bank.memories, K: bank.pointers, P: 1 };
}

/** Memory attention as segments with the kernel between them. */
function segmentedCost(frame: TrackedFrame): FrameNode[] {
  const { largeBank, layers } = buildMemoryAttentionSegments(frame);
  const costOf = (graph: Graph) => graphCost(graph, bindingsOf(frame));
  const { flop, bytes, dispatches } = bankPlan(frame);
  // The keys of the whole room are computed, whatever it holds.
  const room = bankRoom(frame.bank);
  return [
    ...graphCost(largeBank, { N: room.memories, K: room.pointers }),
    ...layers.flatMap((graph, gap) => {
      if (gap === 0) return costOf(graph);
      const name = `layers.${gap - 1}/${CROSS_ATTENTION}/${ATTENTION_SCOPE}/kernel`;
      return [{ name, op: 'kernel' as const, flop, bytes, dispatches }, ...costOf(graph)];
    }),
  ];
}

/** Of one layer. */
function bankPlan({ config, imageSize, bank }: TrackedFrame): AttentionPlan {
  const queries = (imageSize / BACKBONE_STRIDE) ** 2;
  const pointerTokens = bank.pointers * (config.width / config.memoryWidth);
  const keys = bank.memories * queries + pointerTokens;
  return planCrossAttention({ queries, keys, keyWidth: config.width });
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
export function workKind({ name, op }: Pick<FrameNode, 'name' | 'op'>): WorkKind {
  if (name.includes(`${CROSS_ATTENTION}/${ATTENTION_SCOPE}/`)) return 'attention to the bank';
  if (name.includes(`${ATTENTION_SCOPE}/`)) return 'attention';
  if (op === 'Gemm' || op === 'MatMul') return 'linear layers';
  return op === 'Conv' ? 'convolutions' : 'the rest';
}

/** The attention to the bank in all layers, as the graph does it and as the kernel does. */
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
  const costOf = (bankAttention: 'kernel' | 'graph') => {
    const parts = trackedFrameCost({ ...frame, bankAttention });
    const attention = parts.find(({ name }) => name === 'memory attention');
    return sumCosts(
      attention?.nodes.filter((node) => workKind(node) === 'attention to the bank') ?? [],
    );
  };
  const plan = bankPlan(frame);
  const layers = frame.config.memoryAttentionLayers;
  return {
    graph: costOf('graph'),
    kernel: costOf('kernel'),
    kernelRequestedBytes: layers * plan.requestedBytes,
    leastBytes: layers * plan.leastBytes,
  };
}
