import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import { playFrames } from '../../../src/media/playback.ts';

interface Setup {
  readonly timesMs: readonly number[];
  readonly to?: number;
  readonly from?: number;
  readonly rate?: number;
  readonly isLooping?: boolean;
  readonly isEveryFrameShown?: boolean;
  /** What showing a frame takes. */
  readonly showMs?: (frame: number) => number;
  /** Ends playing after this many frames. */
  readonly maxFrames?: number;
}

/** Plays on a clock that only goes on while playing waits; returns frames with their times. */
async function play(setup: Setup): Promise<[frame: number, atMs: number][]> {
  const { timesMs, rate = 1, isLooping = false, showMs = () => 0, maxFrames = 100 } = setup;
  const { isEveryFrameShown = false } = setup;
  const [from, to] = [setup.from ?? 0, setup.to ?? timesMs.length - 1];
  const stop = new AbortController();
  const shown: [number, number][] = [];
  let clockMs = 1000;
  const host = {
    info: { timestampsUs: Float64Array.from(timesMs, (ms) => ms * 1000), frameRate: 25 },
    now: () => clockMs,
    nextTick: async () => {
      clockMs += 4;
    },
    show: async (frame: number) => {
      clockMs += showMs(frame);
      shown.push([frame, clockMs - 1000]);
      if (shown.length >= maxFrames) stop.abort();
    },
  };
  const request = {
    from: frameIndex(from),
    to: frameIndex(to),
    rate,
    isLooping,
    isEveryFrameShown,
  };
  await playFrames(request, host, stop.signal);
  return [...shown, [-1, clockMs - 1000]];
}

describe('playFrames', () => {
  it('shows each frame at its own time, not at a rate', async () => {
    const shown = await play({ timesMs: [0, 40, 120, 160] });
    expect(shown).toEqual([
      [0, 0],
      [1, 40],
      [2, 120],
      [3, 160],
      [-1, 200],
    ]);
  });

  it('counts time from the first frame, wherever it stands', async () => {
    const shown = await play({ timesMs: [500, 540, 580, 620], from: 1, to: 2 });
    expect(shown).toEqual([
      [1, 0],
      [2, 40],
      [-1, 80],
    ]);
  });

  it('leaves out frames that are late, and shows the last one all the same', async () => {
    const timesMs = Array.from({ length: 10 }, (_, i) => i * 40);
    const shown = await play({ timesMs, showMs: () => 100 });
    const frames = shown.map(([frame]) => frame);
    expect(frames).toEqual([0, 1, 3, 6, 8, 9, -1]);
  });

  it('shows every frame where that is asked for, and does not hurry after a slow one', async () => {
    const timesMs = [0, 40, 120, 160, 200];
    const showMs = (frame: number) => (frame === 1 ? 300 : 0);
    const shown = await play({ timesMs, showMs, isEveryFrameShown: true });
    expect(shown.map(([frame]) => frame)).toEqual([0, 1, 2, 3, 4, -1]);
    const [t0, t1, t2, t3, t4, end] = shown.map(([, atMs]) => atMs);
    expect([t0, t1]).toEqual([0, 340]);
    // Frame 1 has its 80 ms but for a tick, the others their 40.
    expect(Math.abs((t2 ?? 0) - 420)).toBeLessThanOrEqual(17);
    expect((t3 ?? 0) - (t2 ?? 0)).toBe(40);
    expect((t4 ?? 0) - (t3 ?? 0)).toBe(40);
    expect((end ?? 0) - (t4 ?? 0)).toBe(40);
  });

  it('shows every frame again and again in a loop', async () => {
    const setup = { timesMs: [0, 40], isLooping: true, isEveryFrameShown: true, maxFrames: 5 };
    const shown = await play({ ...setup, showMs: () => 100 });
    expect(shown.slice(0, 5).map(([frame]) => frame)).toEqual([0, 1, 0, 1, 0]);
  });

  it('plays faster and slower', async () => {
    const [, second] = await play({ timesMs: [0, 40, 80], rate: 2 });
    expect(second).toEqual([1, 20]);
    const [, slow] = await play({ timesMs: [0, 40, 80], rate: 0.5 });
    expect(slow).toEqual([1, 80]);
  });

  it('starts again after the last frame had its time', async () => {
    const shown = await play({ timesMs: [0, 40, 80], isLooping: true, maxFrames: 5 });
    expect(shown.slice(0, 5)).toEqual([
      [0, 0],
      [1, 40],
      [2, 80],
      [0, 120],
      [1, 160],
    ]);
  });

  it('plays a single frame for its time', async () => {
    expect(await play({ timesMs: [0] })).toEqual([
      [0, 0],
      [-1, 40],
    ]);
  });
});
