import { frameIndex, objectId } from '../../src/core/ids.ts';
import { CallQueue } from '../../src/engine/runtime/call-queue.ts';
import type { EngineGraphs } from '../../src/engine/sam2/engine-graphs.ts';
import { SegmentationSession } from '../../src/engine/session/segmentation-session.ts';
import type { TensorKernels } from '../../src/engine/session/tensor-kernels.ts';
import { DiscClip } from '../helpers/disc-clip.ts';

/** The steady rate of a whole session, everything but decoding. */
export interface TrackTime {
  readonly objects: number;
  /** Median of the frames with a full bank. */
  readonly frameMs: number;
  readonly bytesReadPerFrame: number;
}

export interface TrackBenchOptions {
  readonly graphs: EngineGraphs;
  readonly kernels: TensorKernels;
  readonly objects: readonly number[];
  readonly frames?: number;
}

/** The bank is full after 16 frames. */
const WARM_FRAMES = 16;

/** Tracks discs that move over a gradient, for each number of objects. */
export async function benchTrack(options: TrackBenchOptions): Promise<TrackTime[]> {
  const { graphs, kernels, objects, frames = WARM_FRAMES + 9 } = options;
  const times: TrackTime[] = [];
  for (const count of objects) {
    const arrivals: number[] = [];
    const clip = new DiscClip({ onMasks: () => arrivals.push(performance.now()) });
    const session = new SegmentationSession({
      graphs,
      kernels,
      media: clip,
      video: { ...clip.size, frameCount: frames },
      queue: new CallQueue(),
      corrections: 'keep',
    });
    for (let id = 1; id <= count; id++) {
      const points = [{ ...clip.discCentre(id, 0), label: 'positive' as const }];
      await session.setPrompts({
        objectId: objectId(id),
        frame: frameIndex(0),
        prompts: { kind: 'clicks', points },
      });
    }
    arrivals.length = 0;
    const bytesBefore = kernels.bytesRead;
    const run = session.propagate({
      start: frameIndex(0),
      end: frameIndex(frames - 1),
      direction: 'forward',
    });
    for (let state = 'running'; state === 'running';) ({ state } = await run.nextBatch(1000));
    await session.close();
    const steady = arrivals
      .slice(1)
      .map((at, i) => at - (arrivals[i] ?? 0))
      .slice(WARM_FRAMES - 1);
    steady.sort((a, b) => a - b);
    times.push({
      objects: count,
      frameMs: steady[Math.floor(steady.length / 2)] ?? Number.NaN,
      bytesReadPerFrame: (kernels.bytesRead - bytesBefore) / frames,
    });
  }
  return times;
}
