import type { Size } from '../../core/geometry.ts';
import type { Precision } from '../../protocol/device.ts';
import type { Graph } from '../graph/graph.ts';
import {
  bufferBytes,
  type GraphMemory,
  graphMemory,
  sharedBuffers,
} from '../graph/graph-memory.ts';
import { recordedBytes } from '../graph/recorded-memory.ts';
import type { SymbolBindings } from '../graph/shape.ts';
import { mostSplits, STATISTICS } from '../kernels/cross-attention/attention-plan.ts';
import { LARGEST_QUERY_TILE, VALUE_WIDTH } from '../kernels/cross-attention/attention-variant.ts';
import { withHalfNetworks } from '../sam2/half-networks.ts';
import { imageEncoderParts } from '../sam2/image-encoder-parts.ts';
import { buildMemoryAttentionSegments } from '../sam2/memory-attention-segments.ts';
import {
  BACKBONE_STRIDE,
  buildGraph,
  type GraphName,
  LOGITS_STRIDE,
  type ModelSetup,
} from '../sam2/model-graphs.ts';
import { buildObjectGraphs } from '../sam2/object-graphs.ts';
import { groupSizes } from '../sam2/object-groups.ts';
import { NUM_MASK_MEMORIES } from '../sam2/state-dict.ts';

/** What a model would run on, and how. */
export interface MemoryRequest extends ModelSetup {
  readonly backend: 'webgpu' | 'wasm';
  /** How the bank is attended to. */
  readonly bankAttention: 'kernel' | 'graph';
  /** Whether the graphs that every tracked frame runs are recorded; each then keeps its buffers. */
  readonly isRecorded: boolean;
  /** Objects that are computed together at most. */
  readonly objectsTogether: number;
  /** Objects that are tracked. */
  readonly objects: number;
  readonly precision: Precision;
  /** Full HD unless given, as before a clip is open. */
  readonly video?: Size;
  /** Graphs that need not be counted again; those that are counted are added. */
  readonly counted?: Map<string, readonly GraphMemory[]>;
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
  /** What the next frame needs of its objects: memories and logits. */
  readonly objectBytes: number;
  /** What is kept of one more tracked frame of one object. */
  readonly stateBytes: number;
  /** The largest single buffer. */
  readonly largestBytes: number;
}

/** The bank at its fullest, and the points of a click. */
const FULL_BANK: SymbolBindings = { N: NUM_MASK_MEMORIES, K: 16, P: 2 };
const FLOAT_BYTES = 4;
const PROMPTED: readonly GraphName[] = [
  'maskDecoder',
  'maskCandidates',
  'maskPromptEncoder',
  'maskAsOutput',
  'memoryEncoder',
];
const FULL_HD: Size = { width: 1920, height: 1080 };

/**
 * Plans a model's memory; takes some tens of milliseconds and reads no weights.
 * @throws StudioError `graph-invalid` for an image size that is not a multiple of 32
 */
export function planModelMemory(request: MemoryRequest): ModelMemory {
  const { steady, others } = loadedGraphs(request);
  const graphs = [...steady, ...others];
  return {
    weightBytes: sum(graphs.map(({ weightBytes }) => weightBytes)),
    activationBytes: activationBytes(request, { steady, others }),
    kernelBytes: kernelBytes(request),
    ...trackedBytes(request),
    largestBytes: Math.max(...graphs.map(({ largestBytes }) => largestBytes)),
  };
}

function activationBytes(
  { backend, isRecorded }: MemoryRequest,
  { steady, others }: LoadedGraphs,
): number {
  const graphs = [...steady, ...others];
  if (backend === 'wasm') return sum(graphs.map(({ peakBytes }) => peakBytes));
  const pooled = sharedBuffers((isRecorded ? others : graphs).map(({ buffers }) => buffers));
  return bufferBytes(pooled) + recordedBytes(isRecorded ? steady : []);
}

/** What is needed to track the objects, with nothing kept for later. */
export function neededBytes(memory: ModelMemory): number {
  const { weightBytes, activationBytes, kernelBytes, frameBytes, objectBytes } = memory;
  return weightBytes + activationBytes + kernelBytes + frameBytes + objectBytes;
}

interface LoadedGraphs {
  /**
   * Those that tracked frames run and that may be recorded, in the order in which they first run; those of groups
   * of objects are loaded when there first are so many.
   */
  readonly steady: readonly GraphMemory[];
  /** Those of prompts. */
  readonly others: readonly GraphMemory[];
}

/** As `Sam2Graphs` loads them. */
function loadedGraphs(request: MemoryRequest): LoadedGraphs {
  const { backend, bankAttention, objects, objectsTogether } = request;
  const named = (names: readonly GraphName[]) =>
    names.flatMap((name) => countOnce(request, name, () => [buildGraph(name, request)]));
  const groups = new Set(groupSizes(objects, objectsTogether).filter((size) => size > 1));
  const encoder =
    backend === 'webgpu'
      ? countOnce(request, 'imageEncoder in parts', () =>
          imageEncoderParts(buildGraph('imageEncoder', request), request.config),
        )
      : named(['imageEncoder']);
  const tracked = [1, ...groups].flatMap((size) => groupMemory(request, size));
  const others = named(PROMPTED);
  if (bankAttention === 'graph') {
    return { steady: [...encoder, ...tracked], others: [...others, ...named(['memoryAttention'])] };
  }
  const beginning = countOnce(request, 'beginning of memory attention', () => {
    const { bank, layers } = buildMemoryAttentionSegments(request);
    return [...layers.slice(0, 1), bank];
  });
  return { steady: [...encoder, ...beginning, ...tracked], others };
}

/** The graphs for so many objects together. */
function groupMemory(request: MemoryRequest, objects: number): readonly GraphMemory[] {
  const { bankAttention } = request;
  return countOnce(request, `${objects} by the ${bankAttention}`, () => {
    const { maskDecoder, memoryEncoder, attention } = buildObjectGraphs(request, objects);
    return [...(bankAttention === 'kernel' ? attention : []), maskDecoder, memoryEncoder];
  });
}

/** Published models differ in the image encoder alone. */
function countOnce(
  { config, imageSize, precision, counted }: MemoryRequest,
  what: string,
  build: () => readonly Graph[],
): readonly GraphMemory[] {
  const model = what.startsWith('imageEncoder') ? config.size : config.width;
  const key = [what, model, config.version, imageSize, precision].join();
  const known = counted?.get(key);
  if (known !== undefined) return known;
  const precise = (graph: Graph) => (precision === 'fp16' ? withHalfNetworks(graph) : graph);
  const memories = build().map((graph) => graphMemory(precise(graph), FULL_BANK));
  counted?.set(key, memories);
  return memories;
}

function trackedBytes({
  config,
  imageSize,
  objects,
}: MemoryRequest): Pick<ModelMemory, 'frameBytes' | 'objectBytes' | 'stateBytes'> {
  const { width, memoryWidth } = config;
  const memoryFloats = (imageSize / BACKBONE_STRIDE) ** 2 * memoryWidth;
  const logitFloats = (imageSize / LOGITS_STRIDE) ** 2;
  const stateBytes = FLOAT_BYTES * (memoryFloats + logitFloats);
  // Three grids, each with twice the channels of the one with four times its tokens.
  const featureFloats = logitFloats * (width / 8 + width / 16 + width / 16);
  return {
    frameBytes: FLOAT_BYTES * featureFloats,
    objectBytes: objects * NUM_MASK_MEMORIES * stateBytes,
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
  // The largest that the kernel may take: which variant runs is chosen on the device.
  const splits = bankAttention === 'kernel' ? mostSplits(queries, LARGEST_QUERY_TILE) : 0;
  const scratchFloats = splits * queries * (VALUE_WIDTH + STATISTICS);
  return FLOAT_BYTES * (inputFloats + frameFloats + logitFloats + scratchFloats);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
