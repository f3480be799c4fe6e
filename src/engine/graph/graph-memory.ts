import { type Graph, type GraphNode, resultsOf, type Value } from './graph.ts';
import { nodeDispatches, valueBytes } from './graph-cost.ts';
import { formatShape, type SymbolBindings } from './shape.ts';

/** Buffers by their size in bytes. */
export type BufferCounts = ReadonlyMap<number, number>;

/** What a loaded graph needs of the device's memory, its inputs not counted. */
export interface GraphMemory {
  /** Of the initializers, which every session uploads for itself. */
  readonly weightBytes: number;
  /** The buffers that a run takes from the pool that all sessions share, its outputs among them. */
  readonly buffers: BufferCounts;
  /** What a recorded run asks for, in bytes; see `recordedBytes`. */
  readonly recorded: {
    /** Its inputs' and those that ONNX Runtime makes. */
    readonly requests: readonly number[];
    readonly results: readonly number[];
  };
  /** Of the results that are alive at once, at most: what a run needs whatever holds them. */
  readonly peakBytes: number;
  /** Of the largest single tensor: weight, input or result. */
  readonly largestBytes: number;
}

/**
 * Programs that ONNX Runtime's WebGPU provider collects before it submits them. A buffer that is let go
 * of can be taken again only after that (`buffer_manager.cc: SimpleCacheManager`).
 */
const PROGRAMS_OF_A_SUBMIT = 16;
/** `buffer_manager.cc: NormalizeBufferSize` */
const ALIGNMENT_BYTES = 16;
/** Sizes to which buffers of recorded runs are rounded up, `buffer_manager.cc: BucketCacheManager`. */
const BUCKETS_BYTES = [
  64, 128, 256, 512, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144, 524288, 1048576,
  2097152, 4194304, 8388608, 12582912, 16777216, 26214400, 33554432, 44236800, 58982400, 67108864,
  134217728, 167772160,
];

/**
 * Counts from the shapes alone, by following a run: which results are alive at once, and which freed
 * buffers of the same size are there to be used again.
 * @param bindings a value for each symbolic extent
 */
export function graphMemory(graph: Graph, bindings: SymbolBindings = {}): GraphMemory {
  const bytesOf = (value: Value) => valueBytes(value, bindings);
  const weights = graph.initializers.map(({ value }) => bytesOf(value));
  const tensors = [...graph.inputs, ...graph.nodes.flatMap(resultsOf)].map(bytesOf);
  const deaths = lastUsesOf(graph);
  const slots = slotsOf(graph.nodes, deaths);
  const inputs = graph.inputs.map((value) => aligned(bytesOf(value)));
  const made = followRun(graph.nodes, { slots, sizeOf: (value) => bucket(bytesOf(value)) });
  return {
    weightBytes: weights.reduce((sum, bytes) => sum + aligned(bytes), 0),
    buffers: followRun(graph.nodes, { slots, sizeOf: (value) => aligned(bytesOf(value)) }),
    recorded: {
      requests: [...inputs, ...[...made].flatMap(([bytes, n]) => Array<number>(n).fill(bytes))],
      results: [...graph.outputs.values()].map((value) => bucket(bytesOf(value))),
    },
    peakBytes: peakOf(graph.nodes, { deaths, bytesOf }),
    largestBytes: Math.max(0, ...weights, ...tensors),
  };
}

/** The buffers of a pool from which graphs run one after another, the first of a size for all. */
export function sharedBuffers(graphs: Iterable<BufferCounts>): BufferCounts {
  const shared = new Map<number, number>();
  for (const counts of graphs) {
    for (const [bytes, count] of counts) {
      shared.set(bytes, Math.max(shared.get(bytes) ?? 0, count));
    }
  }
  return shared;
}

/** Bytes of all of them. */
export function bufferBytes(counts: BufferCounts): number {
  let sum = 0;
  for (const [bytes, count] of counts) sum += bytes * count;
  return sum;
}

type BytesOf = (value: Value) => number;
/** For each node, values that are not needed after it. */
type Ends = ReadonlyMap<GraphNode, readonly Value[]>;

function peakOf(
  nodes: readonly GraphNode[],
  { deaths, bytesOf }: { readonly deaths: Ends; readonly bytesOf: BytesOf },
): number {
  let [alive, most] = [0, 0];
  for (const node of nodes) {
    for (const value of ownResults(node)) alive += bytesOf(value);
    most = Math.max(most, alive);
    for (const value of deaths.get(node) ?? []) alive -= bytesOf(value);
  }
  return most;
}

function followRun(
  nodes: readonly GraphNode[],
  { slots, sizeOf }: { readonly slots: Slots; readonly sizeOf: BytesOf },
): BufferCounts {
  const made = new Map<number, number>();
  const free = new Map<number, number>();
  let released: number[] = [];
  let programs = 0;
  for (const node of nodes) {
    for (const slot of slots.firstUses.get(node) ?? []) takeBuffer(sizeOf(slot), { made, free });
    released.push(...(slots.ends.get(node) ?? []).map(sizeOf));
    programs += nodeDispatches(node);
    if (programs < PROGRAMS_OF_A_SUBMIT) continue;
    for (const bytes of released) free.set(bytes, (free.get(bytes) ?? 0) + 1);
    released = [];
    programs %= PROGRAMS_OF_A_SUBMIT;
  }
  return made;
}

function takeBuffer(
  bytes: number,
  { made, free }: Readonly<Record<'made' | 'free', Map<number, number>>>,
): void {
  const left = free.get(bytes) ?? 0;
  if (left > 0) free.set(bytes, left - 1);
  else made.set(bytes, (made.get(bytes) ?? 0) + 1);
}

/** Where the session's plan begins and ends to use a buffer; each is named by its first value. */
interface Slots {
  readonly firstUses: ReadonlyMap<GraphNode, readonly Value[]>;
  readonly ends: Ends;
}

/**
 * A session plans its buffers when it is made: a result that nothing needs any more gives its place to
 * the next result of the same shape (`allocation_planner.cc: FindReusableTensor`).
 */
function slotsOf(nodes: readonly GraphNode[], deaths: Ends): Slots {
  const idle = new Map<string, Value[]>();
  const slots = new Map<Value, Value>();
  const firstUses = new Map<GraphNode, Value[]>();
  const endOf = new Map<Value, GraphNode>();
  for (const node of nodes) {
    for (const result of ownResults(node)) {
      const reused = idle.get(shapeKey(result))?.pop();
      const slot = reused ?? result;
      if (reused === undefined) append(firstUses, node, slot);
      slots.set(result, slot);
      endOf.delete(slot);
    }
    for (const dead of deaths.get(node) ?? []) {
      const slot = slots.get(dead);
      if (slot === undefined) continue;
      endOf.set(slot, node);
      append(idle, shapeKey(dead), slot);
    }
  }
  const ends = new Map<GraphNode, Value[]>();
  for (const [slot, node] of endOf) append(ends, node, slot);
  return { firstUses, ends };
}

/**
 * For each node, the results that nothing needs after it. A reshape is another name for what it
 * reshapes; outputs of the graph are needed to the end.
 */
function lastUsesOf({ nodes, outputs }: Graph): Ends {
  const roots = new Map<Value, Value>();
  const lastUse = new Map<Value, GraphNode>();
  for (const node of nodes) {
    for (const [result, root] of rootsOf(node, roots)) roots.set(result, root);
    for (const value of [...node.inputs, ...node.outputs]) {
      const root = value && roots.get(value);
      if (root !== undefined) lastUse.set(root, node);
    }
  }
  for (const output of outputs.values()) {
    const root = roots.get(output);
    if (root !== undefined) lastUse.delete(root);
  }
  const byNode = new Map<GraphNode, Value[]>();
  for (const [value, node] of lastUse) append(byNode, node, value);
  return byNode;
}

/** The tensors that hold a node's results: its own, or what it gives another name. */
function rootsOf(
  node: GraphNode,
  roots: ReadonlyMap<Value, Value>,
): readonly (readonly [result: Value, root: Value])[] {
  if (!isAlias(node)) return resultsOf(node).map((result) => [result, result]);
  const [named] = node.inputs;
  const root = named && roots.get(named);
  return root === undefined ? [] : [[node.outputs[0], root]];
}

/** Those that need a place of their own. */
function ownResults(node: GraphNode): readonly Value[] {
  return isAlias(node) ? [] : resultsOf(node);
}

function append<Key, Value>(lists: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}

function shapeKey({ dtype, dims }: Value): string {
  return `${dtype}${formatShape(dims)}`;
}

function isAlias({ op }: GraphNode): boolean {
  return op === 'Reshape';
}

function bucket(bytes: number): number {
  return BUCKETS_BYTES.find((size) => size >= bytes) ?? aligned(bytes);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT_BYTES) * ALIGNMENT_BYTES;
}
