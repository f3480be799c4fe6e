import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelFrame } from '../../../src/core/frame/model-frame.ts';
import { frameIndex } from '../../../src/core/ids.ts';
import { repeatSteps, shortfalls, worstOf } from '../../helpers/track-steps.ts';
import { StudioWorkers } from '../../helpers/studio-workers.ts';
import { fetchFrames, fetchPreprocess, fetchTrack, type NanoPreprocess } from './nano-clips.ts';

const LEAST_IOU = 0.99;
/** Of 255; the browser's decoders against Pillow's, after the resize. */
const MOST_PIXEL_DIFFERENCE = 2;

/** By image size, since the model is loaded once for each. */
const CLIPS = [
  { imageSize: 256, clips: ['bike', 'blackswan', 'coffee', 'cups', 'dough'] },
  { imageSize: 512, clips: ['dough'] },
] as const;

describe.each(CLIPS)('the studio’s workers at $imageSize', ({ imageSize, clips }) => {
  let studio: StudioWorkers;

  beforeAll(async () => {
    studio = new StudioWorkers();
    await studio.loadModel({ backend: 'wasm', imageSize });
    // The reference forgets corrections of tracked frames, which the studio does only when asked.
    await studio.inference.setCorrectionMode('reference');
  }, 120_000);
  afterAll(() => studio[Symbol.dispose]());

  test.for(clips)('%s: the masks of the reference predictor', async (clip, context) => {
    const name = `${clip}-${imageSize}`;
    const [track, preprocess] = [await fetchTrack(name), await fetchPreprocess(name)];
    if (track === undefined || preprocess === undefined) {
      return context.skip(`the reference’s ${name} is not beside the repository`);
    }
    const [height, width] = track.size;
    const info = await studio.openFrames(clip, await fetchFrames(track));
    expect(info).toMatchObject({ width, height, frameCount: track.origin.frames.length });
    const form = { kind: 'resized', side: imageSize } as const;
    const frame = await studio.masks.modelFrame(frameIndex(0), form);
    const difference = pixelDifference(frame, preprocess);
    const started = performance.now();
    const agreements = await repeatSteps(studio.stepTarget(info), track.steps, info);
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    const worst = worstOf(agreements);
    const mean = agreements.reduce((sum, { iou }) => sum + iou, 0) / agreements.length;
    console.log(
      `${name} (${info.codec}): ${agreements.length} masks in ${seconds} s, ` +
        `mean IoU ${mean.toFixed(5)}, least ${worst.iou.toFixed(5)} at ${worst.where}; ` +
        `first frame off by at most ${difference} of 255`,
    );
    expect(difference).toBeLessThanOrEqual(MOST_PIXEL_DIFFERENCE);
    expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
  });
});

/** The largest difference of a resized frame from the reference's, in levels of 255. */
function pixelDifference(frame: ModelFrame, { size, step, values }: NanoPreprocess): number {
  if (frame.kind !== 'resized') throw new Error('a frame in a form that nobody asked for');
  expect(frame.rgb).toHaveLength(3 * size * size);
  expect(values).toHaveLength(Math.ceil(frame.rgb.length / step));
  let most = 0;
  for (const [i, expected] of values.entries()) {
    most = Math.max(most, Math.abs((frame.rgb[i * step] ?? NaN) - expected));
  }
  return most;
}
