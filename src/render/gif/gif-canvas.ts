import { applyPalette, quantize } from 'gifenc';
import type { Size } from '../../core/geometry.ts';
import { dithered } from './dither.ts';

/** A picture in colours of its own. */
export interface IndexedPicture {
  /** Row-major, one of `palette` a pixel. */
  readonly indices: Uint8Array;
  /** At most 256 of red, green, blue. */
  readonly palette: readonly (readonly number[])[];
  /** Of `palette`: pixels that show what was there before, or nothing. */
  readonly clearIndex: number;
}

/** One index is for pixels that are left clear. */
const MAX_COLORS = 255;
/**
 * A pixel stays as it is while each of its channels is this near to what is shown, 0..255: the noise
 * of a still camera. So a background neither flickers nor costs bytes.
 */
const UNSEEN = 8;
const OPAQUE_FROM = 128;

/**
 * What is on screen while a GIF plays. Each picture gets a palette of its own, made for the pixels
 * that change with it.
 */
export class GifCanvas {
  readonly #width: number;
  readonly #isTransparent: boolean;
  /** What is on screen, RGBA; alpha 0 where nothing was painted yet. */
  readonly #shown: Uint8ClampedArray;

  /** @param isTransparent pictures that replace the one before whole, and may be see-through */
  constructor({ width, height }: Size, isTransparent: boolean) {
    this.#width = width;
    this.#isTransparent = isTransparent;
    this.#shown = new Uint8ClampedArray(width * height * 4);
  }

  /** @param rgba as large as the canvas */
  next(rgba: Uint8ClampedArray): IndexedPicture {
    const pixels = this.#isTransparent ? opaquePixels(rgba) : this.#changedPixels(rgba);
    const indices = new Uint8Array(rgba.length / 4);
    if (pixels.length === 0) return { indices, palette: [[0, 0, 0]], clearIndex: 0 };
    const colors = colorsOf(rgba, pixels);
    const palette: (readonly number[])[] = quantize(colors, MAX_COLORS);
    const nearest = applyPalette(dithered(colors, pixels, this.#width), palette);
    const clearIndex = palette.length;
    indices.fill(clearIndex);
    for (let i = 0; i < pixels.length; i++) {
      const [pixel = 0, index = 0] = [pixels[i], nearest[i]];
      indices[pixel] = index;
      this.#show(pixel, palette[index] ?? []);
    }
    return { indices, palette: [...palette, [0, 0, 0]], clearIndex };
  }

  #show(pixel: number, [red = 0, green = 0, blue = 0]: readonly number[]): void {
    const at = pixel * 4;
    this.#shown[at] = red;
    this.#shown[at + 1] = green;
    this.#shown[at + 2] = blue;
    this.#shown[at + 3] = 255;
  }

  #changedPixels(rgba: Uint8ClampedArray): Uint32Array {
    return pixelsWhere(rgba, (at) => {
      if (this.#shown[at + 3] === 0) return true;
      for (let channel = at; channel < at + 3; channel++) {
        const difference = (rgba[channel] ?? 0) - (this.#shown[channel] ?? 0);
        if (difference > UNSEEN || difference < -UNSEEN) return true;
      }
      return false;
    });
  }
}

function opaquePixels(rgba: Uint8ClampedArray): Uint32Array {
  return pixelsWhere(rgba, (at) => (rgba[at + 3] ?? 0) >= OPAQUE_FROM);
}

/** @param isWanted is given where a pixel's four bytes begin */
function pixelsWhere(rgba: Uint8ClampedArray, isWanted: (at: number) => boolean): Uint32Array {
  const pixels = new Uint32Array(rgba.length / 4);
  let count = 0;
  for (let at = 0; at < rgba.length; at += 4) if (isWanted(at)) pixels[count++] = at / 4;
  return pixels.subarray(0, count);
}

/** The pixels' colours in a buffer of their own, which gifenc reads whole. */
function colorsOf(rgba: Uint8ClampedArray, pixels: Uint32Array): Uint8ClampedArray {
  const source = new Uint32Array(rgba.buffer, rgba.byteOffset, rgba.length / 4);
  const colors = new Uint32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) colors[i] = source[pixels[i] ?? 0] ?? 0;
  return new Uint8ClampedArray(colors.buffer);
}
