import * as fc from 'fast-check';
import { decode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { BinaryPngWriter } from '../../../src/formats/png-writer.ts';
import { RgbaPngWriter } from '../../../src/formats/rgba-png-writer.ts';
import { seededBytes } from '../../helpers/seeded-random.ts';

describe('RGBA PNGs', () => {
  test('hold the pixels that went in, whatever filter each row got', async () => {
    const image = fc
      .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 12 }) })
      .chain(({ width, height }) =>
        fc.record({
          width: fc.constant(width),
          height: fc.constant(height),
          // Runs of one value and slopes are what filters are for; noise is what they are not for.
          step: fc.constantFrom(0, 1, 3, 4, 255),
          noise: fc.uint8Array({ minLength: width * height * 4, maxLength: width * height * 4 }),
          noisy: fc.boolean(),
        }),
      );
    await fc.assert(
      fc.asyncProperty(image, async ({ width, height, step, noise, noisy }) => {
        const rgba = noise.map((byte, i) => (noisy ? byte : i * step));
        const writer = new RgbaPngWriter({ width, height });
        for (let round = 0; round < 2; round++) {
          const png = decode(await writer.encode(rgba), { checkCrc: true });
          expect(png).toMatchObject({ width, height, channels: 4, depth: 8 });
          expect([...png.data]).toEqual([...rgba]);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('of slopes are far smaller than what they hold', async () => {
    const size = { width: 256, height: 128 };
    const rgba = Uint8Array.from({ length: 256 * 128 * 4 }, (_, i) => (i >> 2) + (i >> 10));
    const png = await new RgbaPngWriter(size).encode(rgba);
    expect(png.length).toBeLessThan(rgba.length / 50);
  });

  test('need a pixel for each place', async () => {
    const writer = new RgbaPngWriter({ width: 2, height: 2 });
    await expect(writer.encode(new Uint8Array(12))).rejects.toThrow('do not fill');
  });
});

test('binary PNGs are grey and hold 0 and 255', async () => {
  const size = { width: 13, height: 7 };
  const plane = seededBytes(9, 13 * 7).map((byte) => (byte > 127 ? 255 : 0));
  const png = decode(await new BinaryPngWriter(size).encode(plane), { checkCrc: true });
  expect(png).toMatchObject({ ...size, channels: 1, depth: 8 });
  expect([...png.data]).toEqual([...plane]);
});
