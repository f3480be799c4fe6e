import { invariant } from './assert.ts';
import { StudioError } from './errors.ts';

/**
 * A binary mask as COCO run lengths: column-major, the first run counts background and may be 0.
 * Invariants: the counts sum to `width·height`; no run but the first is 0. Immutable once made.
 * Source: cocoapi `common/maskApi.c`.
 */
export interface MaskRle {
  readonly width: number;
  readonly height: number;
  readonly counts: Uint32Array;
}

/** A binary mask, row-major, one byte a pixel: 0 background, anything else object. */
export interface BinaryMask {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** `maskApi.c: rleEncode`, reading a row-major mask in column-major order. */
export function encodeRle(mask: BinaryMask): MaskRle {
  const { width, height, data } = mask;
  invariant(data.length === width * height, 'mask data does not fill width × height');
  const counts: number[] = [];
  let value = 0;
  let run = 0;
  for (let x = 0; x < width; x++) {
    for (let y = 0, at = x; y < height; y++, at += width) {
      const pixel = data[at] === 0 ? 0 : 1;
      if (pixel !== value) {
        counts.push(run);
        run = 0;
        value = pixel;
      }
      run++;
    }
  }
  counts.push(run);
  return { width, height, counts: Uint32Array.from(counts) };
}

/**
 * Run lengths from the positions at which the column-major mask changes value, the pixel before
 * the first one being background.
 * @param transitions ascending positions in `0 … width·height − 1`
 */
export function rleFromTransitions(
  width: number,
  height: number,
  transitions: ArrayLike<number>,
): MaskRle {
  const counts = new Uint32Array(transitions.length + 1);
  let previous = 0;
  for (let i = 0; i < transitions.length; i++) {
    const position = transitions[i] ?? 0;
    counts[i] = position - previous;
    previous = position;
  }
  counts[transitions.length] = width * height - previous;
  return { width, height, counts };
}

/** The row-major mask of 0 and 1. The caller owns the result. */
export function decodeRle(rle: MaskRle): BinaryMask {
  const { width, height } = rle;
  const data = new Uint8Array(width * height);
  paintRle(data, rle, 1);
  return { width, height, data };
}

/**
 * Writes `value` to the object's pixels of a plane of the mask's size and leaves the others.
 * @param plane row-major, `width·height`
 */
export function paintRle(plane: Uint8Array, rle: MaskRle, value: number): void {
  const { width, height } = rle;
  invariant(plane.length === width * height, 'the plane does not have the mask’s size');
  forEachObjectRun(rle, (start, end) => {
    let x = Math.floor(start / height);
    let y = start - x * height;
    for (let position = start; position < end; position++) {
      plane[y * width + x] = value;
      if (++y === height) {
        y = 0;
        x++;
      }
    }
  });
}

/** Calls `visit` with each run of object pixels as column-major positions `[start, end)`. */
export function forEachObjectRun(rle: MaskRle, visit: (start: number, end: number) => void): void {
  let position = 0;
  for (let i = 0; i < rle.counts.length; i++) {
    const run = rle.counts[i] ?? 0;
    if (i % 2 === 1 && run > 0) visit(position, position + run);
    position += run;
  }
}

/** A mask without any object pixel. */
export function emptyRle(width: number, height: number): MaskRle {
  return { width, height, counts: Uint32Array.of(width * height) };
}

/** Number of object pixels. */
export function rleArea(rle: MaskRle): number {
  let area = 0;
  for (let i = 1; i < rle.counts.length; i += 2) area += rle.counts[i] ?? 0;
  return area;
}

/** Smallest box around the object in pixels, `maskApi.c: rleToBbox`; absent for an empty mask. */
export function rleBounds(
  rle: MaskRle,
): { x: number; y: number; width: number; height: number } | undefined {
  const { height } = rle;
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -1, -1];
  forEachObjectRun(rle, (start, end) => {
    const [first, last] = [Math.floor(start / height), Math.floor((end - 1) / height)];
    const spansColumns = last > first;
    minX = Math.min(minX, first);
    maxX = Math.max(maxX, last);
    minY = Math.min(minY, spansColumns ? 0 : start - first * height);
    maxY = Math.max(maxY, spansColumns ? height - 1 : end - 1 - first * height);
  });
  if (maxX < 0) return undefined;
  return { x: minX, y: minY, width: maxX - minX + 1, height: maxY - minY + 1 };
}

/** Object pixels that two masks of one size share. */
export function rleIntersection(a: MaskRle, b: MaskRle): number {
  invariant(a.width === b.width && a.height === b.height, 'masks differ in size');
  const total = a.width * a.height;
  let [i, j, position, shared] = [0, 0, 0, 0];
  let [endA, endB] = [a.counts[0] ?? 0, b.counts[0] ?? 0];
  while (position < total) {
    const end = Math.min(endA, endB);
    if (i % 2 === 1 && j % 2 === 1) shared += end - position;
    position = end;
    while (endA === position && i + 1 < a.counts.length) endA += a.counts[++i] ?? 0;
    while (endB === position && j + 1 < b.counts.length) endB += b.counts[++j] ?? 0;
  }
  return shared;
}

/** Intersection over union; two empty masks agree fully (1). */
export function rleIou(a: MaskRle, b: MaskRle): number {
  const shared = rleIntersection(a, b);
  const union = rleArea(a) + rleArea(b) - shared;
  return union === 0 ? 1 : shared / union;
}

/** COCO's compressed text form, `maskApi.c: rleToString`. */
export function rleToString(rle: MaskRle): string {
  const codes: number[] = [];
  for (let i = 0; i < rle.counts.length; i++) {
    let value = rle.counts[i] ?? 0;
    if (i > 2) value -= rle.counts[i - 2] ?? 0;
    for (let more = true; more;) {
      let code = value & 0x1f;
      value >>= 5;
      more = (code & 0x10) !== 0 ? value !== -1 : value !== 0;
      if (more) code |= 0x20;
      codes.push(code + 48);
    }
  }
  return codes.map((code) => String.fromCharCode(code)).join('');
}

/**
 * Reads COCO's compressed text form, `maskApi.c: rleFrString`.
 * @throws StudioError `file-invalid` when the text does not describe `width·height` pixels
 */
export function rleFromString(text: string, width: number, height: number): MaskRle {
  const counts: number[] = [];
  let total = 0;
  for (let at = 0; at < text.length;) {
    let [value, shift, code] = [0, 0, 0x20];
    while ((code & 0x20) !== 0) {
      code = text.charCodeAt(at++) - 48;
      if (!(code >= 0 && code < 64) || shift > 30) throw malformedRle(width, height);
      value |= (code & 0x1f) << shift;
      shift += 5;
    }
    if ((code & 0x10) !== 0 && shift < 32) value |= -1 << shift;
    if (counts.length > 2) value += counts[counts.length - 2] ?? 0;
    if (value < 0) throw malformedRle(width, height);
    counts.push(value);
    total += value;
  }
  if (total !== width * height) throw malformedRle(width, height);
  return { width, height, counts: Uint32Array.from(counts) };
}

function malformedRle(width: number, height: number): StudioError {
  return new StudioError(
    'file-invalid',
    `A run-length mask does not describe ${width} × ${height} pixels.`,
    { hint: 'The file is damaged or its size field is wrong; export it again from its source.' },
  );
}
