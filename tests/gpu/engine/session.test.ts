import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rleFromString, rleIntersection, rleIou, type MaskRle } from '../../../src/core/rle.ts';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import { startSessionLab } from '../../helpers/session-lab.ts';
import type { FrameSample } from '../../helpers/session-lab.worker.ts';

/** The smallest at which the bundled model was trained: this GPU may be a software one. */
const IMAGE_SIZE = 128;
/** Of the lab's clip. */
const VIDEO = { width: 160, height: 90 };
/** All memories and pointers are there; every buffer that tracking needs has been made. */
const WARM_FRAMES = 16;
const STEADY_FRAMES = 12;
/** For all objects of a frame. */
const MOST_BYTES_READ = 64_000;
/** A pointer and two scores, which every tracked frame keeps. */
const KEPT_TENSORS = 3;
const MOST_HELD_BYTES = 2048;
const LEAST_IOU = 0.995;

type Lab = Awaited<ReturnType<typeof startSessionLab>>;

describe('a session on WebGPU', () => {
  let started: Lab;
  let samples: readonly FrameSample[];

  beforeAll(async () => {
    started = await startSessionLab({ backend: 'webgpu', imageSize: IMAGE_SIZE });
    samples = await started.lab.track(WARM_FRAMES + STEADY_FRAMES + 1, 1);
  }, 600_000);
  afterAll(() => started.terminate());

  test('passes the self-test of the device', async () => {
    const deviation = await started.lab.checkDevice();
    console.log(`device check: off by ${deviation.toExponential(2)} of the largest logit`);
    expect(deviation).toBeLessThan(2e-4);
  });

  test('reads back at most 64 kB for a frame', () => {
    const read = differences(samples.map(({ bytesRead }) => bytesRead));
    console.log(`read back for a frame: at most ${Math.max(...read)} bytes`);
    expect(read).toHaveLength(WARM_FRAMES + STEADY_FRAMES);
    expect(Math.min(...read), 'a mask was read for every frame').toBeGreaterThan(0);
    expect(Math.max(...read)).toBeLessThanOrEqual(MOST_BYTES_READ);
  });

  test('attends to the bank by the kernel, once for each layer', () => {
    const steady = samples.slice(WARM_FRAMES);
    const total = (countOf: (sample: FrameSample) => number) => {
      const [first, last] = [steady[0], steady.at(-1)];
      if (first === undefined || last === undefined) throw new Error('there are steady frames');
      return countOf(last) - countOf(first);
    };
    const { memoryAttentionLayers } = modelConfig('nano', '2.1');
    const dispatches = total((sample) => sample.dispatches) / STEADY_FRAMES;
    const made = total((sample) => sample.buffersMade) / STEADY_FRAMES;
    console.log(
      `a tracked frame: ${dispatches.toFixed(1)} dispatches, ${made.toFixed(1)} buffers made, ` +
        'ONNX Runtime’s too',
    );
    // A mask may come out when the next frame has begun, so one of the frames may count too much.
    const runs = total(({ attentionRuns }) => attentionRuns);
    const expected = STEADY_FRAMES * memoryAttentionLayers;
    expect(Math.abs(runs - expected)).toBeLessThanOrEqual(memoryAttentionLayers);
  });

  // `steady-loop.test.ts` tracks until older frames are let go of; then there is none of any kind.
  test('makes no buffer but for what it keeps of a frame, and no kernel allocation', () => {
    const steady = samples.slice(WARM_FRAMES);
    expect(steady).toHaveLength(STEADY_FRAMES + 1);
    const [first] = steady;
    expect(first?.poolBuffers).toBeGreaterThan(0);
    expect(first?.kernelAllocations).toBeGreaterThan(0);
    for (const { frame, kernelAllocations } of steady) {
      expect(kernelAllocations, `allocations on frame ${frame}`).toBe(first?.kernelAllocations);
    }
    const made = differences(steady.map(({ poolBuffers }) => poolBuffers));
    expect(Math.max(...made), 'pooled buffers made for a frame').toBeLessThanOrEqual(KEPT_TENSORS);
    const held = differences(steady.map(({ liveBytes }) => liveBytes));
    console.log(
      `warm: ${first?.poolBuffers} pooled buffers, ${first?.kernelAllocations} of kernels, ` +
        `${first?.liveBuffers} in all of ${first?.liveBytes} bytes; ` +
        `then at most ${Math.max(...held)} bytes more a frame`,
    );
    expect(Math.max(...held)).toBeLessThanOrEqual(MOST_HELD_BYTES);
  });

  test('gives the masks that WASM gives', async () => {
    const wasm = await startSessionLab({ backend: 'wasm', imageSize: IMAGE_SIZE });
    try {
      const expected = await wasm.lab.track(samples.length, 1);
      compareMasks('one object', samples, expected);
      const three = await started.lab.track(4, 3);
      compareMasks('three objects', three, await wasm.lab.track(4, 3));
      const read = differences(three.map(({ bytesRead }) => bytesRead));
      console.log(`three objects: at most ${Math.max(...read)} bytes read back for a frame`);
      expect(Math.max(...read)).toBeLessThanOrEqual(MOST_BYTES_READ);
    } finally {
      wasm.terminate();
    }
  }, 300_000);

  test('keeps objects from overlapping as WASM does, and makes no buffer for it once warm', async () => {
    const wasm = await startSessionLab({ backend: 'wasm', imageSize: IMAGE_SIZE });
    try {
      const [overlap, frames, objects] = ['highest-logit-wins', 3, 2] as const;
      const actual = await started.lab.track(frames, objects, overlap);
      const expected = await wasm.lab.track(frames, objects, overlap);
      compareMasks('two objects, not overlapping', actual, expected);
      expect(sharedPixels(actual), 'pixels of two objects').toBe(0);
      const kept = sharedPixels(await wasm.lab.track(frames, objects));
      console.log(`pixels of two objects where overlaps are kept: ${kept}`);
      expect(kept).toBeGreaterThan(0);
      expect(new Set(actual.map(({ kernelAllocations }) => kernelAllocations)).size).toBe(1);
      const read = differences(actual.map(({ bytesRead }) => bytesRead));
      expect(Math.max(...read)).toBeLessThanOrEqual(MOST_BYTES_READ);
    } finally {
      wasm.terminate();
    }
  });

  test('looks ahead and chooses candidates as WASM does', async () => {
    const wasm = await startSessionLab({ backend: 'wasm', imageSize: IMAGE_SIZE });
    try {
      const [actual, expected] = [await started.lab.lookAhead(), await wasm.lab.lookAhead()];
      expect(Object.keys(expected)).toHaveLength(7);
      for (const [key, counts] of Object.entries(expected)) {
        const iou = rleIou(maskOf(actual[key] ?? ''), maskOf(counts));
        expect(iou, key).toBeGreaterThanOrEqual(LEAST_IOU);
      }
      // A candidate that is chosen is the one that was shown.
      for (const candidate of [0, 1, 2]) {
        expect(actual[`chosen ${candidate}`]).toBe(actual[`candidate ${candidate} of 1 on 0`]);
      }
    } finally {
      wasm.terminate();
    }
  });

  // The last: nothing runs on this device afterwards.
  test('a lost device ends the run, after the frames that were done', async () => {
    const outcome = await started.lab.loseDevice(3);
    console.log(
      `lost device: rejected ${outcome.waitedMs.toFixed(0)} ms later, ${outcome.message}`,
    );
    expect(outcome.code).toBe('device-lost');
    expect(outcome.framesPut).toEqual([0, 1, 2]);
    expect(outcome.framesDelivered).toEqual(outcome.framesPut);
    expect(outcome.codeOfNextPrompt).toBe('device-lost');
    expect(outcome.waitedMs).toBeLessThan(5000);
  });
});

function differences(values: readonly number[]): number[] {
  return values.slice(1).map((value, i) => value - (values[i] ?? NaN));
}

/** Of all frames together. */
function sharedPixels(samples: readonly FrameSample[]): number {
  let shared = 0;
  for (const { masks } of samples) {
    const rles = Object.values(masks).map((text) => rleFromString(text, VIDEO.width, VIDEO.height));
    for (const [i, one] of rles.entries()) {
      for (const other of rles.slice(i + 1)) shared += rleIntersection(one, other);
    }
  }
  return shared;
}

function compareMasks(
  what: string,
  actual: readonly FrameSample[],
  expected: readonly FrameSample[],
): void {
  const ious: number[] = [];
  let area = 0;
  for (const [i, { frame, masks }] of expected.entries()) {
    expect(actual[i]?.frame).toBe(frame);
    expect(Object.keys(actual[i]?.masks ?? {})).toEqual(Object.keys(masks));
    for (const [object, counts] of Object.entries(masks)) {
      const [a, b] = [actual[i]?.masks[object] ?? '', counts].map((text) =>
        rleFromString(text, VIDEO.width, VIDEO.height),
      );
      if (a === undefined || b === undefined) throw new Error('two texts make two masks');
      ious.push(rleIou(a, b));
      area += b.counts.length > 1 ? 1 : 0;
    }
  }
  const least = Math.min(...ious);
  console.log(`${what}: ${ious.length} masks, ${area} not empty, least IoU ${least.toFixed(5)}`);
  expect(area, 'masks that are not empty').toBeGreaterThan(ious.length / 2);
  expect(least).toBeGreaterThanOrEqual(LEAST_IOU);
}

function maskOf(counts: string): MaskRle {
  return rleFromString(counts, VIDEO.width, VIDEO.height);
}
