import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type { DecodedFrame, FrameColour, Orientation } from './decoded-frame.ts';
import { PIXEL_LAYOUTS, type RgbLayout, type YuvLayout } from './pixel-format.ts';

/** Kr and Kb of ITU-R BT.601, BT.709 and BT.2020; Kg is the rest. */
const LUMA_WEIGHTS = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;

const FRACTION_BITS = 16;
const HALF = 1 << (FRACTION_BITS - 1);

type Rgba = Uint8ClampedArray<ArrayBuffer>;

/**
 * The frame's stored pixels as opaque RGBA, `stored.width · stored.height · 4` bytes, not turned.
 *
 * Done here rather than by `VideoFrame.copyTo({format: 'RGBA'})` so that every browser gives the
 * model the same numbers: the matrix of the standard, rounded to nearest, each chroma sample
 * repeated over its pixels (as swscale and libyuv do by default). Chromium's own conversion is one
 * level too blue on average. Transfer curves are left alone, as every reference loader does.
 */
export function convertToRgba(frame: DecodedFrame): Rgba {
  const layout = PIXEL_LAYOUTS[frame.format];
  return layout.kind === 'rgb' ? reorderChannels(frame, layout) : convertYuv(frame, layout);
}

function reorderChannels(frame: DecodedFrame, layout: RgbLayout): Rgba {
  const { width, height } = frame.stored;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const plane = planeAt(frame, 0);
  for (let y = 0, to = 0; y < height; y++) {
    let from = plane.offset + y * plane.stride;
    for (let x = 0; x < width; x++, from += 4, to += 4) {
      rgba[to] = frame.data[from + layout.red] ?? 0;
      rgba[to + 1] = frame.data[from + 1] ?? 0;
      rgba[to + 2] = frame.data[from + layout.blue] ?? 0;
      rgba[to + 3] = 255;
    }
  }
  return rgba;
}

function convertYuv(frame: DecodedFrame, layout: YuvLayout): Rgba {
  const { width, height } = frame.stored;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const bytesPerSample = layout.bits > 8 ? 2 : 1;
  const samples = layout.bits > 8 ? asUint16(frame.data) : frame.data;
  const at = (index: number) => {
    const { offset, stride } = planeAt(frame, index);
    return { offset: offset / bytesPerSample, stride: stride / bytesPerSample };
  };
  const [luma, u] = [at(0), at(1)];
  const v = layout.isInterleaved ? { ...u, offset: u.offset + 1 } : at(2);
  const step = layout.isInterleaved ? 2 : 1;
  const tables = colourTables(frame.colour, layout.bits);
  const { lumaPart, redOfV, greenOfU, greenOfV, blueOfU } = tables;
  for (let y = 0, to = 0; y < height; y++) {
    const chromaRow = y >> layout.shiftY;
    let lumaFrom = luma.offset + y * luma.stride;
    const [uFrom, vFrom] = [u.offset + chromaRow * u.stride, v.offset + chromaRow * v.stride];
    for (let x = 0; x < width; x++, to += 4) {
      const chroma = (x >> layout.shiftX) * step;
      const uSample = samples[uFrom + chroma] ?? 0;
      const vSample = samples[vFrom + chroma] ?? 0;
      const grey = lumaPart[samples[lumaFrom++] ?? 0] ?? 0;
      rgba[to] = (grey + (redOfV[vSample] ?? 0)) >> FRACTION_BITS;
      rgba[to + 1] = (grey + (greenOfU[uSample] ?? 0) + (greenOfV[vSample] ?? 0)) >> FRACTION_BITS;
      rgba[to + 2] = (grey + (blueOfU[uSample] ?? 0)) >> FRACTION_BITS;
      rgba[to + 3] = 255;
    }
  }
  return rgba;
}

/** What each sample value adds to R, G and B, as fixed point of `FRACTION_BITS`. */
function colourTables(colour: FrameColour, bits: YuvLayout['bits']) {
  const { red, blue } = LUMA_WEIGHTS[colour.matrix];
  const green = 1 - red - blue;
  const unit = 2 ** (bits - 8);
  const peak = 2 ** bits - 1;
  const lumaZero = colour.isFullRange ? 0 : 16 * unit;
  const lumaSpan = colour.isFullRange ? peak : 219 * unit;
  const chromaSpan = colour.isFullRange ? peak : 224 * unit;
  const table = (zero: number, span: number, gain: number, offset = 0) =>
    Int32Array.from({ length: peak + 1 }, (_, sample) =>
      Math.round((((sample - zero) * gain * 255) / span) * 2 ** FRACTION_BITS + offset),
    );
  const chroma = (gain: number) => table(128 * unit, chromaSpan, gain);
  return {
    lumaPart: table(lumaZero, lumaSpan, 1, HALF),
    redOfV: chroma(2 * (1 - red)),
    greenOfU: chroma((-2 * blue * (1 - blue)) / green),
    greenOfV: chroma((-2 * red * (1 - red)) / green),
    blueOfU: chroma(2 * (1 - blue)),
  };
}

function asUint16(data: Uint8Array<ArrayBuffer>): Uint16Array {
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength >> 1);
}

function planeAt(frame: DecodedFrame, index: number) {
  const plane = frame.planes[index];
  invariant(plane !== undefined, `a ${frame.format} frame lacks plane ${index}`);
  return plane;
}

/** Turns RGBA pixels upright: clockwise by `rotation`, then mirrored left to right. */
export function orientRgba(rgba: Rgba, stored: Size, orientation: Orientation): Rgba {
  const { rotation, isMirrored } = orientation;
  if (rotation === 0 && !isMirrored) return rgba;
  const { width, height } = stored;
  const isSideways = rotation === 90 || rotation === 270;
  const outWidth = isSideways ? height : width;
  const outHeight = isSideways ? width : height;
  const from = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  for (let y = 0, at = 0; y < outHeight; y++) {
    for (let column = 0; column < outWidth; column++) {
      const x = isMirrored ? outWidth - 1 - column : column;
      to[at++] = from[storedPosition(x, y, stored, rotation)] ?? 0;
    }
  }
  return new Uint8ClampedArray(to.buffer);
}

/** Where the pixel (x, y) of the turned picture lies in the stored one. */
function storedPosition(x: number, y: number, stored: Size, rotation: Orientation['rotation']) {
  const { width, height } = stored;
  switch (rotation) {
    case 0:
      return y * width + x;
    case 90:
      return (height - 1 - x) * width + y;
    case 180:
      return (height - 1 - y) * width + (width - 1 - x);
    case 270:
      return x * width + (width - 1 - y);
  }
}
