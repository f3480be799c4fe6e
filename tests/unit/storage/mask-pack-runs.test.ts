import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteReader, ByteWriter, PackDamage } from '../../../src/storage/mask-pack-bytes.ts';
import { readRuns, writeRuns } from '../../../src/storage/mask-pack-runs.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { anyMask } from '../../helpers/mask-actions.ts';

const SIZE = { width: 13, height: 11 };

function bytesOf(mask: MaskRle): Uint8Array {
  const writer = new ByteWriter();
  writeRuns(mask, writer);
  return writer.written;
}

describe('run lengths', () => {
  test('of any mask are read as they were written', () => {
    fc.assert(
      fc.property(anyMask(SIZE), (mask) => {
        expect(readRuns(bytesOf(mask), SIZE)).toEqual(mask);
      }),
    );
  });

  test('as long as 32 bits allow are read as they were written', () => {
    const size = { width: 0xffff, height: 0x10001 };
    const pixels = 0xffffffff;
    for (const counts of [[pixels], [0, pixels], [0, 1, pixels - 2, 1], [1, 1, 1, pixels - 3]]) {
      const mask = { ...size, counts: Uint32Array.from(counts) };
      expect(readRuns(bytesOf(mask), size)).toEqual(mask);
    }
  });

  test('take a quarter of their memory or less where neighbouring columns are alike', () => {
    const [width, height] = [854, 480];
    const data = Uint8Array.from({ length: width * height }, (_, i) =>
      Math.hypot((i % width) - 400, Math.floor(i / width) - 240) < 120 ? 1 : 0,
    );
    const mask = encodeRle({ width, height, data });
    expect(bytesOf(mask).length).toBeLessThan(mask.counts.byteLength / 3.9);
  });

  test.each([
    ['too few pixels', [2, 4, 6]],
    ['too many pixels', [0, 0x80, 0x80, 0x80, 0x80, 0x10]],
    ['a number that does not end', [0, 0x9e, 0x82]],
    ['nothing', []],
    ['a run below zero', [2, 2, 2, 5]],
  ])('are refused with %s', (_what, bytes) => {
    expect(() => readRuns(Uint8Array.from(bytes), SIZE)).toThrow(PackDamage);
  });

  test('from any bytes are a mask of the size or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 30 }), (bytes) => {
        try {
          const { counts } = readRuns(bytes, SIZE);
          expect(counts.reduce((sum, run) => sum + run, 0)).toBe(SIZE.width * SIZE.height);
        } catch (error) {
          expect(error).toBeInstanceOf(PackDamage);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('numbers', () => {
  /** More than the writer has room for at first. */
  const many = <T>(value: fc.Arbitrary<T>) => fc.array(value, { maxLength: 1000, size: 'max' });

  test('of any kind are read as they were written', () => {
    fc.assert(
      fc.property(many(fc.maxSafeNat()), many(fc.double()), (whole, real) => {
        const writer = new ByteWriter();
        for (const value of whole) writer.varint(value);
        for (const value of real) writer.f64(value);
        const reader = new ByteReader(writer.written);
        expect(whole.map(() => reader.varint())).toEqual(whole);
        expect(real.map(() => reader.f64())).toEqual(real);
        expect(reader.isAtEnd).toBe(true);
      }),
    );
  });

  test('past the end, and without an end, are damage', () => {
    expect(() => new ByteReader(Uint8Array.of(0x80)).varint()).toThrow(PackDamage);
    expect(() => new ByteReader(new Uint8Array(7)).f64()).toThrow(PackDamage);
    expect(() => new ByteReader(new Uint8Array(12).fill(0x80)).varint()).toThrow(PackDamage);
  });
});
