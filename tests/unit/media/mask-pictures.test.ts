import { describe, expect, test } from 'vitest';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { squareAround } from '../../../src/media/mask-pictures.ts';

const VIDEO = { width: 160, height: 90 };

function block(x0: number, y0: number, width: number, height: number, scale = 1): MaskRle {
  const size = { width: VIDEO.width * scale, height: VIDEO.height * scale };
  const data = new Uint8Array(size.width * size.height);
  for (let y = y0; y < y0 + height; y++) {
    data.fill(1, y * size.width + x0, y * size.width + x0 + width);
  }
  return encodeRle({ ...size, data });
}

describe('the part of the frame around a mask', () => {
  test('is half as large again as the mask, about its middle', () => {
    expect(squareAround(block(60, 30, 40, 20), VIDEO)).toEqual({ x: 50, y: 10, side: 60 });
  });

  test('stays in the frame', () => {
    expect(squareAround(block(0, 0, 40, 20), VIDEO)).toEqual({ x: 0, y: 0, side: 60 });
    expect(squareAround(block(120, 70, 40, 20), VIDEO)).toEqual({ x: 100, y: 30, side: 60 });
  });

  test('is not so small that it could be anywhere', () => {
    expect(squareAround(block(80, 45, 1, 1), VIDEO).side).toBe(22.5);
  });

  test('is as wide as the frame at most, and then reaches beyond it above and below', () => {
    expect(squareAround(block(0, 0, 160, 90), VIDEO)).toEqual({ x: 0, y: -35, side: 160 });
  });

  test('is the whole frame without a mask, or with an empty one', () => {
    const whole = { x: 0, y: -35, side: 160 };
    expect(squareAround(undefined, VIDEO)).toEqual(whole);
    expect(squareAround(block(0, 0, 0, 0), VIDEO)).toEqual(whole);
  });

  test('is in pixels of the video, whatever size the mask has', () => {
    expect(squareAround(block(120, 60, 80, 40, 2), VIDEO)).toEqual({ x: 50, y: 10, side: 60 });
  });
});
