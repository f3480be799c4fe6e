import { frameIndex, objectId } from '../../src/core/ids.ts';
import { CallQueue } from '../../src/engine/runtime/call-queue.ts';
import type { EngineGraphs } from '../../src/engine/sam2/engine-graphs.ts';
import { SegmentationSession } from '../../src/engine/session/segmentation-session.ts';
import type { TensorKernels } from '../../src/engine/session/tensor-kernels.ts';
import type { MediaPort } from '../../src/protocol/media-api.ts';

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

const VIDEO = { width: 640, height: 360 };
/** The bank is full after 16 frames. */
const WARM_FRAMES = 16;

/** Tracks discs that move over a gradient, for each number of objects. */
export async function benchTrack(options: TrackBenchOptions): Promise<TrackTime[]> {
  const { graphs, kernels, objects, frames = WARM_FRAMES + 9 } = options;
  const times: TrackTime[] = [];
  for (const count of objects) {
    const arrivals: number[] = [];
    const session = new SegmentationSession({
      graphs,
      kernels,
      media: syntheticMedia(() => arrivals.push(performance.now())),
      video: { ...VIDEO, frameCount: frames },
      queue: new CallQueue(),
      corrections: 'keep',
    });
    for (let id = 1; id <= count; id++) {
      const points = [{ ...discCentre(id, 0), label: 'positive' as const }];
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

function syntheticMedia(onMasks: () => void): MediaPort {
  return {
    framePixels: async (frame) => ({ ...VIDEO, frame, rgba: paint(frame) }),
    putMasks: async () => onMasks(),
    masksOfFrames: async () => [],
    maskOf: async () => undefined,
  };
}

function discCentre(id: number, frame: number): { x: number; y: number } {
  return { x: 60 + id * 60 + frame, y: 60 + id * 25 };
}

function paint(frame: number): Uint8ClampedArray<ArrayBuffer> {
  const { width, height } = VIDEO;
  const rgba = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rgba.set([x / 3, y / 2, 90, 255], (y * width + x) * 4);
  }
  for (let id = 1; id <= 8; id++) {
    const centre = discCentre(id, frame);
    for (let y = -22; y <= 22; y++) {
      for (let x = -22; x <= 22; x++) {
        const [column, row] = [Math.round(centre.x + x), Math.round(centre.y + y)];
        if (x * x + y * y > 480 || column < 0 || row < 0 || column >= width || row >= height)
          continue;
        rgba.set([250 - id * 25, 40 + id * 25, id * 30, 255], (row * width + column) * 4);
      }
    }
  }
  return rgba;
}
