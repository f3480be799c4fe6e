import { createMD5 } from 'hash-wasm';
import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import { uprightPixels } from '../../../src/media/upright-pixels.ts';
import { openVideo } from '../../../src/media/video/open-video.ts';
import { openFolder } from '../../../src/media/images/open-images.ts';
import SAMPLE_HASHES from '../../fixtures/media/sample-hashes.json';
import { coffeeFrames, sample } from './clips.ts';

// What ffmpeg decodes; see make-sample-hashes.mjs beside the file.
describe('real clips are decoded bit for bit as ffmpeg decodes them', () => {
  it.for(Object.entries(SAMPLE_HASHES))('%s', async ([name, expected], context) => {
    const { timesUs, step, digests } = expected;
    const file = await sample(name);
    if (file === undefined) return context.skip(`the sample ${name} is not beside the repository`);
    using clip = await openVideo(file);
    expect(clip.info.frameCount).toBe(timesUs.length);
    const late = clip.info.timestampsUs.findIndex(
      (us, i) => Math.abs(us - (timesUs[i] ?? Number.NaN)) > 1,
    );
    expect(late, 'first frame whose time differs').toBe(-1);
    const md5 = await createMD5();
    const actual: string[] = [];
    for (let index = 0; index < timesUs.length; index += step) {
      const frame = await clip.frame(frameIndex(index));
      expect(frame.format).toBe('I420');
      actual.push(md5.init().update(frame.data).digest('hex'));
    }
    expect(actual).toEqual(digests);
  });
});

/** The reference's frames are every third of the clip, scaled to this size by ffmpeg. */
const COFFEE = { width: 640, height: 360, step: 3 };

describe('colour', () => {
  it('is as near to the reference frames as their own scaling lets it be', async (context) => {
    const file = await sample('04_coffee.mp4');
    const references = await coffeeFrames();
    if (file === undefined || references.length === 0) {
      return context.skip('the coffee clip or its reference frames are not beside the repository');
    }
    using clip = await openVideo(file);
    using reference = await openFolder({ name: 'coffee', files: references });
    expect(reference.info).toMatchObject({ width: COFFEE.width, height: COFFEE.height });
    const means: number[] = [];
    for (let k = 0; k < references.length; k += 5) {
      const ours = await halved(
        uprightPixels(await clip.frame(frameIndex(k * COFFEE.step)), frameIndex(0)),
      );
      const theirs = uprightPixels(await reference.frame(frameIndex(k)), frameIndex(0)).rgba;
      means.push(...channelDifferences(ours, theirs));
    }
    // ffmpeg's fast scaler is up to two levels too dark; nothing else may differ.
    for (const mean of means) expect(Math.abs(mean)).toBeLessThan(3);
  });
});

async function halved(pixels: {
  rgba: Uint8ClampedArray<ArrayBuffer>;
  width: number;
  height: number;
}) {
  const bitmap = await createImageBitmap(new ImageData(pixels.rgba, pixels.width, pixels.height), {
    resizeWidth: COFFEE.width,
    resizeHeight: COFFEE.height,
    resizeQuality: 'high',
  });
  const context = new OffscreenCanvas(COFFEE.width, COFFEE.height).getContext('2d');
  if (context === null) throw new Error('no 2D context');
  context.drawImage(bitmap, 0, 0);
  return context.getImageData(0, 0, COFFEE.width, COFFEE.height).data;
}

/** Mean signed difference of each channel. */
function channelDifferences(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const sums = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (i % 4 < 3) sums[i % 4] = (sums[i % 4] ?? 0) + (a[i] ?? 0) - (b[i] ?? 0);
  }
  return sums.map((sum) => (sum * 4) / a.length);
}

describe('the clip that ships', () => {
  it('opens with every frame', async () => {
    const response = await fetch('/samples/coffee.mp4');
    using clip = await openVideo(new File([await response.blob()], 'coffee.mp4'));
    expect(clip.info).toMatchObject({ width: 640, height: 360, frameCount: 287, notices: [] });
    expect(clip.info.frameRate).toBeCloseTo(29.97, 2);
    expect(clip.info.bytes).toBeLessThan(1_500_000);
  });
});
