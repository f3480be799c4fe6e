import { colourTables, FRACTION_BITS } from './colour-tables.ts';
import type { Size } from '../geometry.ts';
import { PIXEL_LAYOUTS, type RgbLayout, type YuvLayout } from './pixel-format.ts';
import {
  planeOf,
  turnedSize,
  type Orientation,
  type RgbaPicture,
  type StoredPicture,
} from './stored-picture.ts';
import { turnOf } from './turn.ts';

type Rgba = Uint8ClampedArray<ArrayBuffer>;

/** Writes a stored row as opaque RGBA to where it is told, in bytes. */
type RowConverter = (row: number, target: Rgba, to: number) => void;

/** An upright picture that is made one row at a time. */
export interface PictureRows extends Size {
  /** Writes row `y`, `width · 4` bytes, opaque, to the start of `target`. */
  readonly readRow: (y: number, target: Rgba) => void;
}

/**
 * The picture's stored pixels as opaque RGBA, `stored.width · stored.height · 4` bytes, not turned.
 *
 * Done here rather than by `VideoFrame.copyTo({format: 'RGBA'})` so that every browser gives the
 * model the same numbers: the matrix of the standard, rounded to nearest, each chroma sample
 * repeated over its pixels (as swscale and libyuv do by default). Chromium's own conversion is one
 * level too blue on average. Transfer curves are left alone, as every reference loader does.
 */
export function convertToRgba(picture: StoredPicture): Rgba {
  const { width, height } = picture.stored;
  const rgba = new Uint8ClampedArray(width * height * 4);
  const convert = rowConverter(picture);
  for (let y = 0; y < height; y++) convert(y, rgba, y * width * 4);
  return rgba;
}

/** The picture as opaque RGBA, upright. The pixels are the caller's. */
export function convertUpright(picture: StoredPicture): RgbaPicture & { readonly rgba: Rgba } {
  const { stored, orientation } = picture;
  const rgba = orientRgba(convertToRgba(picture), stored, orientation);
  return { ...turnedSize(stored, orientation), rgba };
}

/**
 * The picture upright, each row converted as it is asked for, so that the whole is never in memory;
 * one that is turned is converted at once.
 */
export function uprightRows(picture: StoredPicture): PictureRows {
  const { stored, orientation } = picture;
  if (orientation.rotation === 0 && !orientation.isMirrored) {
    const convert = rowConverter(picture);
    return { ...stored, readRow: (y, target) => convert(y, target, 0) };
  }
  const { rgba, width, height } = convertUpright(picture);
  const rowBytes = width * 4;
  return {
    width,
    height,
    readRow: (y, target) => target.set(rgba.subarray(y * rowBytes, (y + 1) * rowBytes)),
  };
}

function rowConverter(picture: StoredPicture): RowConverter {
  const layout = PIXEL_LAYOUTS[picture.format];
  return layout.kind === 'rgb' ? rgbRows(picture, layout) : yuvRows(picture, layout);
}

function rgbRows(picture: StoredPicture, layout: RgbLayout): RowConverter {
  const { data, stored } = picture;
  const plane = planeOf(picture, 0);
  return (y, target, start) => {
    let from = plane.offset + y * plane.stride;
    const end = start + stored.width * 4;
    for (let to = start; to < end; from += 4, to += 4) {
      target[to] = data[from + layout.red] ?? 0;
      target[to + 1] = data[from + 1] ?? 0;
      target[to + 2] = data[from + layout.blue] ?? 0;
      target[to + 3] = 255;
    }
  };
}

function yuvRows(picture: StoredPicture, layout: YuvLayout): RowConverter {
  const { width } = picture.stored;
  const { shiftX, shiftY } = layout;
  const samples = layout.bits > 8 ? asUint16(picture.data) : picture.data;
  const { luma, u, v, chromaStep } = samplePlanes(picture, layout);
  const tables = colourTables(picture.colour, layout.bits);
  const { lumaPart, redOfV, greenOfU, greenOfV, blueOfU } = tables;
  return (y, target, start) => {
    const chromaRow = y >> shiftY;
    let lumaFrom = luma.offset + y * luma.stride;
    const [uFrom, vFrom] = [u.offset + chromaRow * u.stride, v.offset + chromaRow * v.stride];
    for (let x = 0, to = start; x < width; x++, to += 4) {
      const chroma = (x >> shiftX) * chromaStep;
      const uSample = samples[uFrom + chroma] ?? 0;
      const vSample = samples[vFrom + chroma] ?? 0;
      const grey = lumaPart[samples[lumaFrom++] ?? 0] ?? 0;
      const green = (greenOfU[uSample] ?? 0) + (greenOfV[vSample] ?? 0);
      target[to] = (grey + (redOfV[vSample] ?? 0)) >> FRACTION_BITS;
      target[to + 1] = (grey + green) >> FRACTION_BITS;
      target[to + 2] = (grey + (blueOfU[uSample] ?? 0)) >> FRACTION_BITS;
      target[to + 3] = 255;
    }
  };
}

/** Where a YUV picture's luma and chroma lie in its data, counted in samples of 1 or 2 bytes. */
export function samplePlanes(picture: StoredPicture, layout: YuvLayout) {
  const bytesPerSample = layout.bits > 8 ? 2 : 1;
  const at = (index: number) => {
    const { offset, stride } = planeOf(picture, index);
    return { offset: offset / bytesPerSample, stride: stride / bytesPerSample };
  };
  const [luma, u] = [at(0), at(1)];
  const v = layout.isInterleaved ? { ...u, offset: u.offset + 1 } : at(2);
  return { luma, u, v, chromaStep: layout.isInterleaved ? 2 : 1 };
}

function asUint16(data: Uint8Array<ArrayBuffer>): Uint16Array {
  return new Uint16Array(data.buffer, data.byteOffset, data.byteLength >> 1);
}

/** Turns RGBA pixels upright: clockwise by `rotation`, then mirrored left to right. */
export function orientRgba(rgba: Rgba, stored: Size, orientation: Orientation): Rgba {
  const { rotation, isMirrored } = orientation;
  if (rotation === 0 && !isMirrored) return rgba;
  const { width, height } = turnedSize(stored, orientation);
  const { origin, right, down } = turnOf(stored, orientation);
  const from = new Uint32Array(rgba.buffer, rgba.byteOffset, width * height);
  const to = new Uint32Array(width * height);
  const step = right.y * stored.width + right.x;
  for (let y = 0, at = 0; y < height; y++) {
    let place = (origin.y + y * down.y) * stored.width + origin.x + y * down.x;
    for (let x = 0; x < width; x++, place += step) to[at++] = from[place] ?? 0;
  }
  return new Uint8ClampedArray(to.buffer);
}
