import type { Graph } from '../graph/graph.ts';
import { type Cost, graphCost, type NodeCost, sumCosts } from '../graph/graph-cost.ts';
import {
  type AttentionPlan,
  planCrossAttention,
} from '../kernels/cross-attention/attention-plan.ts';
import type { AttentionVariant } from '../kernels/cross-attention/attention-variant.ts';
import { ATTENTION_SCOPE } from './attention.ts';
import { type BankCounts, bankRoom, USUAL_BANK } from './bank-room.ts';
import { CROSS_ATTENTION } from './memory-attention-layer.ts';
import { buildMemoryAttentionSegments } from './memory-attention-segments.ts';
import { BACKBONE_STRIDE, buildGraph, type ModelSetup } from './model-graphs.ts';
import { buildObjectGraphs, type ObjectGraphs } from './object-graphs.ts';
import { groupSizes, MOST_TOGETHER } from './object-groups.ts';

/** Which frame is counted. */
export interface TrackedFrame extends ModelSetup {
  /** How full the memory bank is. */
  readonly bank: BankCounts;
  /** Objects tracked; the image is encoded once for all of them. */
  readonly objects: number;
  /** How the bank is attended to; by the graph unless given. */
  readonly bankAttention?: 'kernel' | 'graph';
  /** Objects computed together at most; as `Sam2GraphsOptions` has it unless given. */
  readonly objectsTogether?: number;
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
  /** All that the frame runs of it, for all objects. */
  readonly nodes: readonly FrameNode[];
}

/**
 * What tracking one frame costs, network by network, counted from the graphs that run. Reading the
 * frame, the hole fill and the mask's way to the video's size are not in it.
 * @throws StudioError `graph-invalid` for an image size that is not a multiple of 32
 */
export function trackedFrameCost(frame: TrackedFrame): FramePart[] {
  const isKernel = frame.bankAttention === 'kernel';
  const { objects, objectsTogether = isKernel ? MOST_TOGETHER : 1 } = frame;
  const sizes = groupSizes(objects, objectsTogether);
  const bySize = new Map(
    [...new Set(sizes)].map((size) => [size, buildObjectGraphs(frame, size)] as const),
  );
  const groups = sizes.flatMap((size) => bySize.get(size) ?? []);
  const encoder = buildGraph('imageEncoder', frame);
  return [
    { name: 'image encoder', nodes: runCost(encoder, frame) },
    { name: 'memory attention', nodes: attentionCost(frame, groups) },
    {
      name: 'mask decoder',
      nodes: groups.flatMap(({ maskDecoder }) => runCost(maskDecoder, frame)),
    },
    {
      name: 'memory encoder',
      nodes: groups.flatMap(({ memoryEncoder }) => runCost(memoryEncoder, frame)),
    },
  ];
}

function runCost(graph: Graph, { bank }: TrackedFrame): FrameNode[] {
  return graphCost(graph, { N: bank.memories, K: bank.pointers });
}

/** The frame's own part once, then each group's. */
function attentionCost(frame: TrackedFrame, groups: readonly ObjectGraphs[]): FrameNode[] {
  const { bank, largeBank, layers } = buildMemoryAttentionSegments(frame);
  const beginnings = layers.slice(0, 1).flatMap((graph) => runCost(graph, frame));
  if (frame.bankAttention === 'kernel') {
    // The keys of the whole room are computed, whatever it holds.
    const room = bankRoom(frame.bank);
    const isUsual = room.memories === USUAL_BANK.memories && room.pointers === USUAL_BANK.pointers;
    const ofBank = runCost(isUsual ? bank : largeBank, { ...frame, bank: room });
    return [...beginnings, ...groups.flatMap((group) => segmentedCost(frame, group, ofBank))];
  }
  const whole = runCost(buildGraph('memoryAttention', frame), frame);
  return [...beginnings, ...groups.flatMap(({ objects }) => repeat(whole, objects))];
}

/** Segments of a group with the kernel between them, which runs once for each object. */
function segmentedCost(
  frame: TrackedFrame,
  { objects, attention }: ObjectGraphs,
  ofBank: readonly FrameNode[],
): FrameNode[] {
  const { flop, bytes, dispatches } = bankPlan(frame);
  return [
    ...repeat(ofBank, objects),
    ...attention.flatMap((graph, layer) => {
      const name = `layers.${layer}/${CROSS_ATTENTION}/${ATTENTION_SCOPE}/kernel`;
      const kernel = { name, op: 'kernel' as const, flop, bytes, dispatches };
      return [...repeat([kernel], objects), ...runCost(graph, frame)];
    }),
  ];
}

function repeat(nodes: readonly FrameNode[], times: number): FrameNode[] {
  return Array.from({ length: times }, () => nodes).flat();
}

/**
 * One layer's attention to the bank by the kernel, for one object.
 * @param variant the plain one unless given
 */
export function bankPlan(
  { config, imageSize, bank }: TrackedFrame,
  variant?: AttentionVariant,
): AttentionPlan {
  const queries = (imageSize / BACKBONE_STRIDE) ** 2;
  const pointerTokens = bank.pointers * (config.width / config.memoryWidth);
  const keys = bank.memories * queries + pointerTokens;
  return planCrossAttention({ queries, keys, keyWidth: config.width }, variant);
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
