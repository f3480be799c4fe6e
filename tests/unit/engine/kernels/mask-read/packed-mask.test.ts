import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRle, type BinaryMask } from '../../../../../src/core/rle.ts';
import {
  packedMaskWords,
  rleFromPackedMask,
} from '../../../../../src/engine/kernels/mask-read/packed-mask.ts';

const masks = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      data: fc.uint8Array({ minLength: width * height, maxLength: width * height, max: 1 }),
    }),
  );

function pack({ width, height, data }: BinaryMask, fillerBit: 0 | 1): Uint32Array {
  const words = new Uint32Array(packedMaskWords({ width, height }));
  for (let position = 0; position < words.length * 32; position++) {
    const [x, y] = [Math.floor(position / height), position % height];
    const bit = position < width * height ? (data[y * width + x] ?? 0) : fillerBit;
    words[position >>> 5] = ((words[position >>> 5] ?? 0) | (bit << (position & 31))) >>> 0;
  }
  return words;
}

describe('rleFromPackedMask', () => {
  test('equals the run lengths of the mask, whatever follows its last pixel', () => {
    fc.assert(
      fc.property(masks, fc.constantFrom<0 | 1>(0, 1), (mask, fillerBit) => {
        expect(rleFromPackedMask(pack(mask, fillerBit), mask)).toEqual(encodeRle(mask));
      }),
      { numRuns: 300 },
    );
  });

  test('carries a run over words, and starts one at the top bit', () => {
    const words = Uint32Array.of(0x80000000, 0xffffffff, 0x00000001);
    expect([...rleFromPackedMask(words, { width: 3, height: 32 }).counts]).toEqual([31, 34, 31]);
  });

  test('refuses words that do not fit the size', () => {
    expect(() => rleFromPackedMask(new Uint32Array(2), { width: 32, height: 1 })).toThrow(
      'Invariant',
    );
  });
});
