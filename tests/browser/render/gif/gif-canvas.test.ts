import { describe, expect, it } from 'vitest';
import { GifCanvas, type IndexedPicture } from '../../../../src/render/gif/gif-canvas.ts';
import { GifWriter } from '../../../../src/render/gif/gif-writer.ts';
import { seededBytes } from '../../../helpers/seeded-random.ts';
import { readGif } from './read-gif.ts';

const SIZE = { width: 61, height: 37 };
const PIXELS = SIZE.width * SIZE.height;

/** Opaque pixels by their place. */
function picture(colorAt: (x: number, y: number) => readonly number[]): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(PIXELS * 4);
  for (let i = 0; i < PIXELS; i++) {
    const [red = 0, green = 0, blue = 0, alpha = 255] = colorAt(
      i % SIZE.width,
      Math.floor(i / SIZE.width),
    );
    rgba.set([red, green, blue, alpha], i * 4);
  }
  return rgba;
}

function noise(seed: number): Uint8ClampedArray {
  const rgba = new Uint8ClampedArray(seededBytes(seed, PIXELS * 4));
  for (let at = 3; at < rgba.length; at += 4) rgba[at] = 255;
  return rgba;
}

async function written(pictures: readonly IndexedPicture[], isReplacing = false) {
  const writer = new GifWriter({ size: SIZE, isReplacing });
  const chunks = pictures.map((one, i) => new Uint8Array(writer.picture(one, 7 + i)));
  return readGif(new Blob([...chunks, new Uint8Array(writer.end())]));
}

/** Largest difference of a colour channel. */
function worstError(a: Uint8ClampedArray, b: Uint8ClampedArray): number {
  return a.reduce((worst, value, i) => Math.max(worst, Math.abs(value - (b[i] ?? 0))), 0);
}

const clearPixels = ({ indices, clearIndex }: IndexedPicture) =>
  indices.filter((index) => index === clearIndex).length;

describe('pictures of a GIF', () => {
  it('of few colours are exact, each with its delay, and repeat for ever', async () => {
    const colors = [
      [255, 0, 0],
      [0, 128, 64],
      [8, 16, 250],
    ];
    const frames = [0, 1, 2].map((shift) => picture((x) => colors[(x + shift) % 3] ?? []));
    const canvas = new GifCanvas(SIZE, false);
    const { pictures, repetitions } = await written(frames.map((rgba) => canvas.next(rgba)));
    expect(repetitions).toBe(Infinity);
    expect(pictures.map(({ durationMs }) => durationMs)).toEqual([70, 80, 90]);
    for (const [i, { rgba }] of pictures.entries()) {
      expect(worstError(rgba, frames[i] ?? rgba)).toBe(0);
    }
  });

  it.each([1, 2, 3])('of noise are read back as what was indexed (%i)', async (seed) => {
    const canvas = new GifCanvas(SIZE, false);
    const indexed = [noise(seed), noise(seed + 10)].map((rgba) => canvas.next(rgba));
    const { pictures } = await written(indexed);
    const shown = new Uint8ClampedArray(PIXELS * 4);
    for (const [i, { indices, palette, clearIndex }] of indexed.entries()) {
      expect(palette.length).toBeLessThanOrEqual(256);
      indices.forEach((index, pixel) => {
        if (index !== clearIndex) shown.set([...(palette[index] ?? []), 255], pixel * 4);
      });
      expect(worstError(pictures[i]?.rgba ?? shown, shown)).toBe(0);
    }
  });

  it('have shades between those of the palette, as a grain that stays in its place', () => {
    const shade = (x: number) => 60 + x * 2.5;
    const ramp = picture((x) => [shade(x), shade(x), 255 - shade(x)]);
    const busy = noise(5);
    // The ramp gets the few shades that the noise leaves it.
    for (let i = 0; i < PIXELS; i++) {
      if (Math.floor(i / SIZE.width) < 20) ramp.set(busy.subarray(i * 4, i * 4 + 4), i * 4);
    }
    const { indices, palette } = new GifCanvas(SIZE, false).next(ramp);
    const columns = Array.from({ length: SIZE.width }, (_, x) =>
      Array.from({ length: 16 }, (_row, y) => {
        const color = palette[indices[(20 + y) * SIZE.width + x] ?? 0] ?? [];
        return (color[0] ?? 0) - shade(x);
      }),
    );
    expect(columns.some((errors) => new Set(errors).size > 1)).toBe(true);
    const means = columns.map((errors) => errors.reduce((sum, error) => sum + error, 0) / 16);
    const bias = means.reduce((sum, mean) => sum + mean, 0) / means.length;
    expect(Math.abs(bias)).toBeLessThan(3);
  });

  it('leave alone what does not change but for a camera’s noise', () => {
    const canvas = new GifCanvas(SIZE, false);
    canvas.next(picture(() => [100, 120, 140]));
    const noisy = canvas.next(picture((x, y) => [100 + ((x + y) % 5), 120, 138]));
    expect(clearPixels(noisy)).toBe(PIXELS);
    expect(noisy.palette).toHaveLength(1);
    const moved = canvas.next(picture((x) => (x < 3 ? [0, 0, 0] : [100, 120, 140])));
    expect(clearPixels(moved)).toBe(PIXELS - 3 * SIZE.height);
  });

  it('follow a slow change, never further behind than noise is', () => {
    const canvas = new GifCanvas(SIZE, false);
    let shown = -1;
    const repainted: number[] = [];
    for (let red = 100; red <= 160; red++) {
      const { indices, palette, clearIndex } = canvas.next(picture(() => [red, 120, 140]));
      const [index = clearIndex] = indices;
      if (index !== clearIndex) {
        shown = palette[index]?.[0] ?? -1;
        repainted.push(red);
      }
      expect(Math.abs(shown - red)).toBeLessThanOrEqual(8);
    }
    expect(repainted.length).toBeGreaterThan(5);
    expect(repainted.length).toBeLessThan(10);
  });

  it('that are see-through replace the one before', async () => {
    const square = (from: number) =>
      picture((x) => (x >= from && x < from + 9 ? [10, 200, 30] : [0, 0, 0, 0]));
    const frames = [square(0), square(30), picture(() => [0, 0, 0, 0])];
    const canvas = new GifCanvas(SIZE, true);
    const { pictures } = await written(
      frames.map((rgba) => canvas.next(rgba)),
      true,
    );
    for (const [i, { rgba }] of pictures.entries()) {
      expect(worstError(rgba, frames[i] ?? rgba), `picture ${i}`).toBe(0);
    }
  });
});
