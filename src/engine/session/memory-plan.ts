import type { Size } from '../../core/geometry.ts';
import type { Graph } from '../graph/graph.ts';
import { bufferBytes, graphMemory, sharedBuffers } from '../graph/graph-memory.ts';
import type { SymbolBindings } from '../graph/shape.ts';
import { mostSplits, STATISTICS, VALUE_WIDTH } from '../kernels/cross-attention/attention-plan.ts';
import { buildMemoryAttentionSegments, segmentGraphs } from '../sam2/memory-attention-segments.ts';
import {
  BACKBONE_STRIDE,
  buildGraph,
  GRAPH_NAMES,
  LOGITS_STRIDE,
  type ModelSetup,
} from '../sam2/model-graphs.ts';
import { NUM_MASK_MEMORIES } from '../sam2/state-dict.ts';

/** What a model would run on, and how. */
export interface MemoryRequest extends ModelSetup {
  readonly backend: 'webgpu' | 'wasm';
  /** How the bank is attended to. */
  readonly bankAttention: 'kernel' | 'graph';
  /** Full HD unless given, as before a clip is open. */
  readonly video?: Size;
}

/**
 * What a model at an image size holds on its device, in bytes, by what it is for. An estimate, from the
 * shapes of its graphs: neither the browser nor ONNX Runtime says beforehand.
 */
export interface ModelMemory {
  /** Each graph has its own copy of what it needs. */
  readonly weightBytes: number;
  /** Results between the nodes of graphs, which are kept for the next frame. */
  readonly activationBytes: number;
  /** Of the kernels beside the graphs. */
  readonly kernelBytes: number;
  /** Features of one frame. */
  readonly frameBytes: number;
  /** What the next frame needs of one object: memories and logits. */
  readonly objectBytes: number;
  /** What is kept of one more tracked frame of one object. */
  readonly stateBytes: number;
  /** The largest single buffer. */
  readonly largestBytes: number;
}

/** The bank at its fullest, and the points of a click. */
const FULL_BANK: SymbolBindings = { N: NUM_MASK_MEMORIES, K: 16, P: 2 };
const FLOAT_BYTES = 4;
const FULL_HD: Size = { width: 1920, height: 1080 };

/**
 * Plans a model's memory; takes some tens of milliseconds and reads no weights.
 * @throws StudioError `graph-invalid` for an image size that is not a multiple of 32
 */
export function planModelMemory(request: MemoryRequest): ModelMemory {
  const graphs = graphsOf(request).map((graph) => graphMemory(graph, FULL_BANK));
  const sumOf = (bytesOf: (graph: (typeof graphs)[number]) => number) =>
    graphs.reduce((sum, graph) => sum + bytesOf(graph), 0);
  return {
    weightBytes: sumOf(({ weightBytes }) => weightBytes),
    activationBytes:
      request.backend === 'webgpu'
        ? bufferBytes(sharedBuffers(graphs.map(({ buffers }) => buffers)))
        : sumOf(({ peakBytes }) => peakBytes),
    kernelBytes: kernelBytes(request),
    ...trackedBytes(request),
    largestBytes: Math.max(...graphs.map(({ largestBytes }) => largestBytes)),
  };
}

/** What is needed to track so many objects, with nothing kept for later. */
export function neededBytes(memory: ModelMemory, objects: number): number {
  const { weightBytes, activationBytes, kernelBytes, frameBytes, objectBytes } = memory;
  return weightBytes + activationBytes + kernelBytes + frameBytes + objects * objectBytes;
}

/** All graphs that a session may load, those that a prompt loads when it first needs them too. */
function graphsOf(request: MemoryRequest): readonly Graph[] {
  const hasKernel = request.bankAttention === 'kernel';
  const whole = GRAPH_NAMES.filter((name) => !hasKernel || !name.startsWith('memoryAttention'));
  return [
    ...whole.map((name) => buildGraph(name, request)),
    ...(hasKernel ? segmentGraphs(buildMemoryAttentionSegments(request)) : []),
  ];
}

function trackedBytes({
  config,
  imageSize,
}: ModelSetup): Pick<ModelMemory, 'frameBytes' | 'objectBytes' | 'stateBytes'> {
  const { width, memoryWidth } = config;
  const memoryFloats = (imageSize / BACKBONE_STRIDE) ** 2 * memoryWidth;
  const logitFloats = (imageSize / LOGITS_STRIDE) ** 2;
  const stateBytes = FLOAT_BYTES * (memoryFloats + logitFloats);
  // Three grids, each with twice the channels of the one with four times its tokens.
  const featureFloats = logitFloats * (width / 8 + width / 16 + width / 16);
  return {
    frameBytes: FLOAT_BYTES * featureFloats,
    objectBytes: NUM_MASK_MEMORIES * stateBytes,
    stateBytes,
  };
}

/** The encoder's input and the bank on either backend; the rest is WebGPU's. */
function kernelBytes(request: MemoryRequest): number {
  const { config, imageSize, backend, bankAttention, video = FULL_HD } = request;
  const queries = (imageSize / BACKBONE_STRIDE) ** 2;
  const inputFloats = 3 * imageSize ** 2 + NUM_MASK_MEMORIES * queries * config.memoryWidth;
  if (backend === 'wasm') return FLOAT_BYTES * inputFloats;
  const frameFloats = video.height * (video.width + imageSize);
  const logitFloats = (imageSize / LOGITS_STRIDE) ** 2;
  const scratchFloats =
    bankAttention === 'kernel' ? mostSplits(queries) * queries * (VALUE_WIDTH + STATISTICS) : 0;
  return FLOAT_BYTES * (inputFloats + frameFloats + logitFloats + scratchFloats);
}
