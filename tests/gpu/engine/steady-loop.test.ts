import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { FramePrompts } from '../../../src/core/prompts.ts';
import { CallQueue } from '../../../src/engine/runtime/call-queue.ts';
import { SegmentationSession } from '../../../src/engine/session/segmentation-session.ts';
import { warmUp } from '../../../src/engine/session/warm-up.ts';
import { benchCheckpoint } from '../../bench/bench-models.ts';
import {
  type BrowserEngine,
  openBrowserDevice,
  openBrowserEngine,
} from '../../helpers/browser-engine.ts';
import { DiscClip } from '../../helpers/disc-clip.ts';
import { type GpuLedger, keepLedger } from '../../helpers/gpu-ledger.ts';
import { idle, type IdleGpu } from '../../helpers/idle-gpu.ts';

const IMAGE_SIZE = 128;
/** Pointers and scores are kept for 64 frames, and a bank's room fills in 16. */
const WARM_FRAMES = 90;
const STEADY_FRAMES = 24;
/** A software GPU copies whole frames slowly. */
const CLIP_SCALE = 0.25;

/** Of a tracked frame, as `docs/benchmarks.md` has it. */
const DISPATCHES = [
  { objects: 1, expected: 328 },
  { objects: 2, expected: 347 },
];

/** What stood when a frame's masks came out. */
interface Sample {
  readonly buffersMade: number;
  readonly liveBytes: number;
}

describe('a session on a GPU that counts and does not compute', () => {
  let device: GPUDevice;
  let gpu: IdleGpu;
  let ledger: GpuLedger;
  let engine: BrowserEngine;
  /** When parts of the warm-up began. */
  const heldAt = new Map<string, number>();

  beforeAll(async () => {
    const opened = await openBrowserDevice({
      backend: 'webgpu',
      bankAttention: 'kernel',
      graphCapture: true,
    });
    if (opened.plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
    ({ device } = opened.plan);
    gpu = idle(device);
    ledger = keepLedger(device);
    engine = await openBrowserEngine(opened, benchCheckpoint('nano'), IMAGE_SIZE);
    await warmUp(engine.graphs, engine.kernels, {
      compiles: true,
      onPart: (part) => heldAt.set(part, ledger.liveBytes),
    });
  }, 300_000);
  afterAll(() => {
    engine[Symbol.dispose]();
    device.destroy();
  });

  function openSession(frameCount: number, onFrame: () => void = () => {}) {
    const clip = new DiscClip({ scale: CLIP_SCALE, onMasks: onFrame });
    const { graphs, kernels } = engine;
    const session = new SegmentationSession({
      graphs,
      kernels,
      media: clip,
      video: { ...clip.size, frameCount },
      queue: new CallQueue(),
      corrections: 'keep',
      budgets: { featureBytes: 0, recentStateBytes: 0 },
    });
    const prompt = (id: number, prompts: FramePrompts) =>
      session.setPrompts({ objectId: objectId(id), frame: frameIndex(0), prompts });
    const click = (id: number) =>
      prompt(id, {
        kind: 'clicks',
        points: [{ ...clip.discCentre(id, 0), label: 'positive' }],
      });
    const track = async () => {
      const [start, end] = [frameIndex(0), frameIndex(frameCount - 1)];
      const run = session.propagate({ start, end, direction: 'forward' });
      for (let state = 'running'; state === 'running';) ({ state } = await run.nextBatch(1000));
    };
    return { clip, session, prompt, click, track };
  }

  /** Started from the first tracked frame until the last mask was read. */
  async function programsOf(objects: number, frameCount: number): Promise<number> {
    const { session, click, track } = openSession(frameCount);
    for (let id = 1; id <= objects; id++) await click(id);
    const before = ledger.dispatches;
    await track();
    await session.close();
    return ledger.dispatches - before;
  }

  test('every program that a click and a tracked frame need is compiled when the model is loaded', async () => {
    const compiled = gpu.pipelines;
    expect(compiled).toBeGreaterThan(50);
    const { clip, session, prompt, click, track } = openSession(4);
    await click(1);
    const points = [1, 2].map((id) => ({ ...clip.discCentre(id, 0), label: 'positive' as const }));
    await prompt(1, { kind: 'clicks', points });
    await session.candidates(objectId(1), frameIndex(0));
    const { width, height } = clip.size;
    const counts = Uint32Array.of(100, 50, width * height - 150);
    const mask = { width, height, counts };
    await prompt(1, { kind: 'mask', mask });
    await track();
    await session.close();
    expect(gpu.pipelines - compiled, 'programs compiled after the load').toBe(0);
  });

  test('nothing is compiled when several objects are first tracked, nor was much held for that', async () => {
    const compiled = gpu.pipelines;
    for (const objects of [2, 3, 4]) {
      const { session, click, track } = openSession(3);
      for (let id = 1; id <= objects; id++) await click(id);
      const before = ledger.dispatches;
      await track();
      await session.close();
      expect(ledger.dispatches - before).toBeGreaterThan(objects);
      expect(gpu.pipelines - compiled, `programs compiled for ${objects} objects`).toBe(0);
    }
    const [before = NaN, after = NaN] = ['several objects', 'masks as prompts'].map((part) =>
      heldAt.get(part),
    );
    expect(after - before, 'bytes held once their programs were compiled').toBeLessThan(500_000);
  });

  test.each(DISPATCHES)(
    '$objects tracked: no buffer is made once warm, and a frame starts $expected programs',
    async ({ objects, expected }) => {
      const samples: Sample[] = [];
      const { session, click, track } = openSession(WARM_FRAMES + STEADY_FRAMES, () => {
        const { buffersMade, liveBytes } = ledger;
        samples.push({ buffersMade, liveBytes });
      });
      for (let id = 1; id <= objects; id++) await click(id);
      samples.length = 0;
      await track();
      await session.close();
      expect(samples).toHaveLength(WARM_FRAMES + STEADY_FRAMES);
      const steady = samples.slice(WARM_FRAMES - 1);
      const none = Array.from({ length: STEADY_FRAMES }, () => 0);
      expect(differences(steady.map((sample) => sample.buffersMade))).toEqual(none);
      expect(differences(steady.map((sample) => sample.liveBytes))).toEqual(none);
      const longer = await programsOf(objects, WARM_FRAMES + STEADY_FRAMES);
      const shorter = await programsOf(objects, WARM_FRAMES);
      expect((longer - shorter) / STEADY_FRAMES, 'programs of a frame').toBe(expected);
      expect(engine.runtime.refusedCaptures).toEqual([]);
    },
    300_000,
  );
});

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - (values[i] ?? NaN));
}
