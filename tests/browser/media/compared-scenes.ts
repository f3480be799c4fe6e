import { expect } from 'vitest';
import type { Size } from '../../../src/core/geometry.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import type { ComparedMasks, Comparison } from '../../../src/media/stage/paint-comparison.ts';
import type { CompareView, StageStyle } from '../../../src/protocol/media-api.ts';
import {
  buildStyle,
  GREY,
  maskOf,
  paint,
  VIDEO,
  type Colour,
  type StagePixels,
} from './stage-scenes.ts';

/** Rows of an error map without errors. */
export const EMPTY = ['........', '........', '........', '........', '........', '........'];
/** A square on the left of a clip of 8 × 6 pixels. */
export const LEFT = maskOf('........', '.####...', '.####...', '.####...', '........', '........');
/** One that overlaps it, farther down on the right. */
export const RIGHT = maskOf('........', '........', '...####.', '...####.', '...####.', '........');
/** `RIGHT` at half the size would need half pixels; this is columns 2 to 5, rows 2 and 3. */
export const HALF_SIZE = maskOf('....', '.##.', '....');
/** `HALF_SIZE` over all of the clip. */
export const AT_FULL_SIZE = maskOf(
  '........',
  '........',
  '..####..',
  '..####..',
  '........',
  '........',
);

/** A video pixel is a device pixel. */
export const PLAIN = { scale: 1, offsetX: 0, offsetY: 0 };
/** Edges of video pixels lie between device pixels. */
export const FRACTIONAL = { scale: 2.3, offsetX: 0.37, offsetY: 1.61 };

/** For a canvas of 24 × 20 device pixels. */
export function styleAt(
  viewport: StageStyle['viewport'],
  fields: Partial<StageStyle> = {},
): StageStyle {
  return buildStyle({ viewport, size: { width: 24, height: 20 }, ...fields });
}

interface PairFields {
  readonly truth?: MaskRle;
  readonly mask?: MaskRle;
  readonly color?: string;
  readonly isSelected?: boolean;
}

/** An object as it is and as it should be. */
export function buildPair(fields: PairFields): ComparedMasks {
  const { truth, mask, color = '#ff0000', isSelected = false } = fields;
  return { truth, mask, object: { color, isSelected } };
}

/** What the stage is told to compare. */
export function comparisonOf(
  view: CompareView,
  pairs: readonly ComparedMasks[],
  wipe = 0,
): Comparison {
  return { view, wipe, pairs };
}

/** The compared objects' own masks, as the stage draws them without a comparison. */
export function masksOf(pairs: readonly ComparedMasks[]) {
  return pairs.flatMap(({ object, mask }) => (mask === undefined ? [] : [{ object, mask }]));
}

/** The frame with the objects compared. */
export function paintView(
  view: CompareView,
  pairs: readonly ComparedMasks[],
  style: StageStyle,
): StagePixels {
  return paint({ style, masks: masksOf(pairs), comparison: comparisonOf(view, pairs) });
}

/** All of the frame. */
export function fullMask({ width, height }: Size): MaskRle {
  return encodeRle({ width, height, data: new Uint8Array(width * height).fill(1) });
}

/** A frame of one colour. */
export function everyPixel(colour: Colour): readonly Colour[] {
  return Array.from({ length: VIDEO.width * VIDEO.height }, () => colour);
}

/** Of `#rrggbb`. */
export function colourOf(hex: string): Colour {
  const at = (i: number) => Number.parseInt(hex.slice(i, i + 2), 16);
  return [at(1), at(3), at(5)];
}

/** A colour over the grey frame, opaque. */
export function blend(over: Colour, opacity: number): number[] {
  return [...over.map((value, i) => value * opacity + (GREY[i] ?? 0) * (1 - opacity)), 255];
}

/** Expects two colours to be the same but for rounding. */
export function expectNear(actual: readonly number[], expected: readonly number[], where: string) {
  const text = `${where}: ${actual.join()} for ${expected.join()}`;
  expect(worstDifference(actual, expected), text).toBeLessThanOrEqual(2);
}

/** The most that a channel differs by. */
export function worstDifference(actual: readonly number[], expected: readonly number[]): number {
  return Math.max(...actual.map((value, i) => Math.abs(value - (expected[i] ?? Infinity))));
}
