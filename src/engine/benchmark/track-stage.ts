import type { FrameCounters, TrackTimes } from '../../core/benchmark.ts';
import { frameIndex } from '../../core/ids.ts';
import { sumCosts } from '../graph/graph-cost.ts';
import { heldBuffers } from '../runtime/gpu-buffer-ledger.ts';
import { trackedFrameCost } from '../sam2/frame-cost.ts';
import { modelConfig } from '../sam2/model-config.ts';
import type { SegmentationSession } from '../session/segmentation-session.ts';
import { BANK_FILLING_FRAMES } from './benchmark-plan.ts';
import { DispatchCounter } from './gpu-counters.ts';
import type { Measuring } from './measuring.ts';
import { clickOnObject, openSceneSession } from './scene-session.ts';
import { percentile, summarizeTimes } from './time-summary.ts';

/** Frames after the timed ones, on which programs are counted; the first begins before counting. */
const COUNTED_FRAMES = 5;

/** What to track. */
export interface TrackOptions {
  /** 1 to 8 */
  readonly objects: number;
  /** Whether more frames are tracked after the timed ones to count what a frame does on the GPU. */
  readonly isCounted: boolean;
  /** Told of each frame that is done, of so many. */
  readonly onFrame: (framesDone: number, framesTotal: number) => void;
}

/** What a track gave. */
export interface TrackResult {
  readonly times: TrackTimes;
  readonly counters?: FrameCounters;
}

/** Where the work stood when a frame's masks came. */
interface Arrival {
  readonly atMs: number;
  readonly dispatches: number;
  readonly bytesRead: number;
}

/**
 * Tracks the scene's objects in a session of its own, as the studio does, all but decoding.
 * @throws the signal's reason when it aborts; nothing uses the graphs then
 */
export async function measureTrack(
  measuring: Measuring,
  options: TrackOptions,
): Promise<TrackResult> {
  const { device, kernels } = measuring.model;
  const gpu = device.backend === 'webgpu' && options.isCounted ? device.device : undefined;
  const timedFrames = measuring.plan.trackFrames;
  const framesTotal = timedFrames + (gpu === undefined ? 0 : COUNTED_FRAMES);
  const arrivals: Arrival[] = [];
  let counter: DispatchCounter | undefined;
  const session = openSceneSession(measuring, framesTotal, () => {
    const { bytesRead } = kernels;
    arrivals.push({ atMs: performance.now(), dispatches: counter?.dispatches ?? 0, bytesRead });
    if (arrivals.length === timedFrames && gpu !== undefined) counter = new DispatchCounter(gpu);
    options.onFrame(arrivals.length, framesTotal);
  });
  try {
    await promptObjects(session, measuring, options.objects);
    arrivals.length = 0;
    await trackAll(session, measuring, framesTotal);
    const times = timesOf(arrivals.slice(0, timedFrames), measuring, options.objects);
    if (gpu === undefined) return { times };
    const counted = countersOf(arrivals.slice(timedFrames));
    return { times, counters: { ...counted, gpuBytesHeld: heldBuffers(gpu).bytes } };
  } finally {
    counter?.[Symbol.dispose]();
    await session.close();
  }
}

async function promptObjects(
  session: SegmentationSession,
  { scene, signal }: Measuring,
  objects: number,
): Promise<void> {
  for (let id = 1; id <= objects; id++) {
    signal.throwIfAborted();
    await session.setPrompts(clickOnObject(scene, frameIndex(0), { id, shape: id }));
  }
}

async function trackAll(
  session: SegmentationSession,
  { signal }: Measuring,
  frames: number,
): Promise<void> {
  signal.throwIfAborted();
  const [start, end] = [frameIndex(0), frameIndex(frames - 1)];
  const run = session.propagate({ start, end, direction: 'forward' });
  const cancel = () => void run.cancel();
  signal.addEventListener('abort', cancel);
  try {
    for (let state = 'running'; state === 'running';) ({ state } = await run.nextBatch(1000));
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  signal.throwIfAborted();
}

/** Frame 0 shows what was clicked and computes little. */
function timesOf(arrivals: readonly Arrival[], { model }: Measuring, objects: number): TrackTimes {
  const steady = differences(arrivals, ({ atMs }) => atMs).slice(BANK_FILLING_FRAMES);
  const totalMs = steady.reduce((sum, ms) => sum + ms, 0);
  const { size, version, imageSize, device } = model.report;
  const way = device.bankAttention?.way;
  const { numMaskMemories, maxObjectPointers } = model.graphs.config;
  const parts = trackedFrameCost({
    config: modelConfig(size, version),
    imageSize,
    bank: { memories: numMaskMemories, pointers: maxObjectPointers },
    objects,
    ...(way !== undefined && { bankAttention: way }),
  });
  return {
    objects,
    frames: arrivals.length,
    ...summarizeTimes(steady),
    framesPerSecond: (1000 * steady.length) / totalMs,
    gflopPerFrame: parts.reduce((sum, { nodes }) => sum + sumCosts(nodes).flop, 0) / 1e9,
  };
}

/** Medians, since the first frame was under way when counting began. */
function countersOf(
  arrivals: readonly Arrival[],
): Pick<FrameCounters, 'bytesReadPerFrame' | 'dispatchesPerFrame'> {
  return {
    bytesReadPerFrame: percentile(
      differences(arrivals, ({ bytesRead }) => bytesRead),
      0.5,
    ),
    dispatchesPerFrame: percentile(
      differences(arrivals, ({ dispatches }) => dispatches),
      0.5,
    ),
  };
}

function differences(
  arrivals: readonly Arrival[],
  valueOf: (arrival: Arrival) => number,
): readonly number[] {
  const values = arrivals.map(valueOf);
  return values.slice(1).map((value, at) => value - (values[at] ?? 0));
}
