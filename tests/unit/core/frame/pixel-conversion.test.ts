import { describe, expect, it } from 'vitest';
import {
  convertToRgba,
  orientRgba,
  uprightRows,
} from '../../../../src/core/frame/pixel-conversion.ts';
import type { PixelFormat } from '../../../../src/core/frame/pixel-format.ts';
import {
  turnedSize,
  UPRIGHT,
  type Orientation,
  type StoredPicture,
} from '../../../../src/core/frame/stored-picture.ts';
import { seededPicture } from '../../../helpers/seeded-pictures.ts';

interface FrameParts {
  readonly format: PixelFormat;
  readonly width: number;
  readonly height: number;
  readonly data: ArrayLike<number>;
  readonly planes: StoredPicture['planes'];
  readonly colour?: StoredPicture['colour'];
}

function frameOf({ format, width, height, data, planes, colour }: FrameParts): StoredPicture {
  return {
    format,
    stored: { width, height },
    orientation: UPRIGHT,
    colour: colour ?? { matrix: 'bt709', isFullRange: false },
    data: Uint8Array.from(data),
    planes,
  };
}

/** One pixel of 4:4:4, so that a conversion is one triple. */
function convertTriple(y: number, u: number, v: number, colour: StoredPicture['colour']): number[] {
  const planes = [0, 1, 2].map((offset) => ({ offset, stride: 1 }));
  const frame = frameOf({ format: 'I444', width: 1, height: 1, data: [y, u, v], planes, colour });
  return [...convertToRgba(frame)];
}

/** The definition of ITU-R BT.601, 709 and 2020, in floating point. */
function byDefinition(y: number, u: number, v: number, colour: StoredPicture['colour']): number[] {
  const [kr, kb] = { bt601: [0.299, 0.114], bt709: [0.2126, 0.0722], bt2020: [0.2627, 0.0593] }[
    colour.matrix
  ] as [number, number];
  const luma = colour.isFullRange ? y / 255 : (y - 16) / 219;
  const [cb, cr] = [u, v].map((c) => (c - 128) / (colour.isFullRange ? 255 : 224)) as [
    number,
    number,
  ];
  const red = luma + 2 * (1 - kr) * cr;
  const blue = luma + 2 * (1 - kb) * cb;
  const green = (luma - kr * red - kb * blue) / (1 - kr - kb);
  return [red, green, blue].map((value) => Math.min(Math.max(value * 255, 0), 255));
}

const SAMPLES = 4096;

describe('convertToRgba', () => {
  it('gives black, white and grey of both ranges exactly', () => {
    for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
      const limited = { matrix, isFullRange: false };
      expect(convertTriple(16, 128, 128, limited)).toEqual([0, 0, 0, 255]);
      expect(convertTriple(235, 128, 128, limited)).toEqual([255, 255, 255, 255]);
      expect(convertTriple(77, 128, 128, { matrix, isFullRange: true })).toEqual([77, 77, 77, 255]);
    }
  });

  it('is the standard rounded to nearest, for every matrix and range', () => {
    for (const matrix of ['bt601', 'bt709', 'bt2020'] as const) {
      for (const isFullRange of [false, true]) {
        const colour = { matrix, isFullRange };
        const sample = (factor: number) =>
          Array.from({ length: SAMPLES }, (_, i) => (i * factor) % 256);
        const [y, u, v] = [sample(37), sample(91), sample(53)];
        const planes = [0, 1, 2].map((plane) => ({ offset: plane * SAMPLES, stride: SAMPLES }));
        const data = [...y, ...u, ...v];
        const parts = { format: 'I444', width: SAMPLES, height: 1, data, planes, colour } as const;
        const rgba = convertToRgba(frameOf(parts));
        for (let i = 0; i < SAMPLES; i++) {
          const expected = byDefinition(y[i] ?? 0, u[i] ?? 0, v[i] ?? 0, colour);
          const error = expected.map((value, channel) => (rgba[i * 4 + channel] ?? 0) - value);
          expect(Math.max(...error.map(Math.abs))).toBeLessThan(0.501);
        }
      }
    }
  });

  it('repeats chroma over 2 × 2 pixels, in odd sizes too', () => {
    const luma = [100, 100, 100, 100, 100, 100, 100, 100, 100];
    const planes = [
      { offset: 0, stride: 3 },
      { offset: 9, stride: 2 },
      { offset: 13, stride: 2 },
    ];
    const data = [...luma, 128, 240, 128, 128, 128, 128, 128, 128];
    const rgba = convertToRgba(frameOf({ format: 'I420', width: 3, height: 3, data, planes }));
    const blue = Array.from({ length: 9 }, (_, i) => (rgba[i * 4 + 2] ?? 0) > 200);
    expect(blue).toEqual([false, false, true, false, false, true, false, false, false]);
  });

  it('reads the same picture from planar and interleaved chroma, and through strides', () => {
    const planar = frameOf({
      format: 'I420',
      width: 2,
      height: 2,
      data: [90, 110, 130, 150, 100, 180],
      planes: [
        { offset: 0, stride: 2 },
        { offset: 4, stride: 1 },
        { offset: 5, stride: 1 },
      ],
    });
    const interleaved = frameOf({
      format: 'NV12',
      width: 2,
      height: 2,
      data: [90, 110, 0, 0, 130, 150, 0, 0, 100, 180],
      planes: [
        { offset: 0, stride: 4 },
        { offset: 8, stride: 2 },
      ],
    });
    expect(convertToRgba(interleaved)).toEqual(convertToRgba(planar));
  });

  it('reads ten-bit samples as little-endian pairs', () => {
    const ten = [100, 90, 200].flatMap((sample) => [(sample * 4) & 255, (sample * 4) >> 8]);
    const planes = [0, 2, 4].map((offset) => ({ offset, stride: 2 }));
    const frame = frameOf({ format: 'I444P10', width: 1, height: 1, data: ten, planes });
    expect([...convertToRgba(frame)]).toEqual(
      convertTriple(100, 90, 200, { matrix: 'bt709', isFullRange: false }),
    );
  });

  it('puts RGB in order and drops alpha', () => {
    const planes = [{ offset: 0, stride: 4 }];
    const data = [1, 2, 3, 77];
    const convert = (format: PixelFormat) => [
      ...convertToRgba(frameOf({ format, width: 1, height: 1, data, planes })),
    ];
    expect(convert('RGBA')).toEqual([1, 2, 3, 255]);
    expect(convert('BGRX')).toEqual([3, 2, 1, 255]);
  });
});

describe('orientRgba', () => {
  /** A picture of 3 × 2 whose red channel numbers its pixels from 1. */
  const picture = () =>
    Uint8ClampedArray.from({ length: 24 }, (_, i) => (i % 4 === 0 ? i / 4 + 1 : 255));
  const numbers = (orientation: Orientation) => {
    const turned = orientRgba(picture(), { width: 3, height: 2 }, orientation);
    return Array.from({ length: 6 }, (_, i) => turned[i * 4]);
  };

  it.each([
    [0, false, [1, 2, 3, 4, 5, 6]],
    [90, false, [4, 1, 5, 2, 6, 3]],
    [180, false, [6, 5, 4, 3, 2, 1]],
    [270, false, [3, 6, 2, 5, 1, 4]],
    [0, true, [3, 2, 1, 6, 5, 4]],
    [90, true, [1, 4, 2, 5, 3, 6]],
  ] as const)('turns by %i°, mirrored: %s', (rotation, isMirrored, expected) => {
    expect(numbers({ rotation, isMirrored })).toEqual(expected);
  });
});

describe('uprightRows', () => {
  const FORMATS: readonly PixelFormat[] = ['I420', 'NV12', 'I422P10', 'BGRA', 'I420A'];

  it.each(FORMATS)('%s: gives row by row what converting all at once gives', (format) => {
    for (const rotation of [0, 90, 180, 270] as const) {
      for (const isMirrored of [false, true]) {
        const orientation = { rotation, isMirrored };
        const picture = seededPicture({ format, stored: { width: 7, height: 5 }, orientation });
        const rows = uprightRows(picture);
        expect(rows).toMatchObject(turnedSize(picture.stored, orientation));
        const whole = orientRgba(convertToRgba(picture), picture.stored, orientation);
        // Longer than a row: what lies behind it is not touched.
        const row = new Uint8ClampedArray(rows.width * 4 + 4).fill(9);
        for (let y = rows.height - 1; y >= 0; y--) {
          rows.readRow(y, row);
          const expected = whole.subarray(y * rows.width * 4, (y + 1) * rows.width * 4);
          expect([...row]).toEqual([...expected, 9, 9, 9, 9]);
        }
      }
    }
  });
});
