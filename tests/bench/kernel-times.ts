import { groupBy } from '../../src/core/group-by.ts';

/** What the kernels of one of ONNX Runtime's nodes took in a run. */
export interface KernelTime {
  /** The node's, as it is after ONNX Runtime's optimiser. */
  readonly name: string;
  readonly op: string;
  /** The least of the runs, as the rates that it is held against are the best of some. */
  readonly ms: number;
}

/** Where the time of a graph went. */
export interface GraphProfile {
  readonly kernels: readonly KernelTime[];
  /** Of a whole run by the processor's clock, what lies between kernels too; the least. */
  readonly runMs: number;
}

interface TraceEvent {
  readonly cat: string;
  readonly name: string;
  /** Microseconds, as `ts` is. */
  readonly dur: number;
  readonly ts: number;
  readonly args: Readonly<Record<string, unknown>>;
}

const CPU_PROVIDER = 'CPUExecutionProvider';
const KERNEL_SUFFIX = '_kernel_time';

/**
 * Reads a profile of ONNX Runtime, a Chrome trace of one session's runs, all on the same shapes. A node
 * on the CPU has one event in a run, a node on a GPU one for each of its programs,
 * `node&op&program`; what the processor does to start those is not counted.
 * @param warmRuns first runs that are left out, and with them what ran in those only
 * @throws Error for what is no such trace, or has no runs besides
 */
export function readProfile(trace: string, warmRuns: number): GraphProfile {
  const parsed: unknown = JSON.parse(trace);
  if (!Array.isArray(parsed) || !parsed.every(isTraceEvent)) throw new Error('not a trace');
  const events = parsed.toSorted((a, b) => a.ts - b.ts);
  const runs = events.filter(({ cat, name }) => cat === 'Session' && name === 'model_run');
  if (runs.length <= warmRuns)
    throw new Error(`${runs.length} runs, of which ${warmRuns} are warm`);
  const byNode = groupBy(events.filter(isKernel), nodeName);
  const kernels = [...byNode].flatMap(([name, own]) => {
    const perRun = Math.floor(own.length / runs.length);
    if (perRun === 0) return [];
    const kept = own.slice(own.length - perRun * (runs.length - warmRuns));
    const sums = Array.from({ length: runs.length - warmRuns }, (_, run) =>
      sumMs(kept.slice(run * perRun, (run + 1) * perRun)),
    );
    return own.slice(0, 1).map((first) => ({ name, op: opName(first), ms: Math.min(...sums) }));
  });
  return { kernels, runMs: Math.min(...runs.slice(warmRuns).map((run) => sumMs([run]))) };
}

/** Times of kernels by the nodes of the graph that they come from. */
export interface PlacedTimes {
  /** Milliseconds by the name of a node. */
  readonly ms: ReadonlyMap<string, number>;
  /** What comes from no node of the graph. */
  readonly notPlaced: readonly KernelTime[];
}

/**
 * Gives each kernel's time to the node whose name it has: ONNX Runtime puts something before or behind
 * the name of a node that it fuses, lays out otherwise or that was cut into chunks.
 */
export function placeKernels(
  kernels: readonly KernelTime[],
  nodes: ReadonlySet<string>,
): PlacedTimes {
  const ms = new Map<string, number>();
  const notPlaced: KernelTime[] = [];
  for (const kernel of kernels) {
    const node = originalNode(kernel.name, nodes);
    if (node === undefined) notPlaced.push(kernel);
    else ms.set(node, (ms.get(node) ?? 0) + kernel.ms);
  }
  return { ms, notPlaced };
}

function originalNode(name: string, nodes: ReadonlySet<string>): string | undefined {
  for (let own = name.replace(/^fused /, ''); own !== ''; own = parentScope(own)) {
    if (nodes.has(own)) return own;
    const plain = own.replace(/_(nchwc|new_reshape|token_\d+)$/, '');
    if (nodes.has(plain)) return plain;
  }
  return undefined;
}

function parentScope(name: string): string {
  return name.slice(0, Math.max(name.lastIndexOf('/'), 0));
}

function isKernel({ cat, name, args }: TraceEvent): boolean {
  if (cat === 'Api') return name.includes('&');
  return cat === 'Node' && name.endsWith(KERNEL_SUFFIX) && args['provider'] === CPU_PROVIDER;
}

function nodeName({ cat, name }: TraceEvent): string {
  return cat === 'Api' ? (name.split('&')[0] ?? '') : name.slice(0, -KERNEL_SUFFIX.length);
}

function opName({ cat, name, args }: TraceEvent): string {
  return cat === 'Api' ? (name.split('&')[1] ?? '') : String(args['op_name']);
}

function isTraceEvent(value: unknown): value is TraceEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { cat, name, dur, ts, args }: Partial<Record<keyof TraceEvent, unknown>> = value;
  const isNamed = typeof cat === 'string' && typeof name === 'string';
  return isNamed && typeof dur === 'number' && typeof ts === 'number' && typeof args === 'object';
}

function sumMs(events: readonly TraceEvent[]): number {
  return events.reduce((sum, { dur }) => sum + dur, 0) / 1000;
}
