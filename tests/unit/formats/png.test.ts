import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import * as fc from 'fast-check';
import { decode, encode, type BitDepth } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { DAVIS_PALETTE } from '../../../src/formats/davis-palette.ts';
import { readPngHeader } from '../../../src/formats/png-chunks.ts';
import { readIndexPng } from '../../../src/formats/png-reader.ts';
import { IndexedPngWriter } from '../../../src/formats/png-writer.ts';
import { craftPng, headerChunk, pngChunk, pngOfScanlines } from '../../helpers/craft-png.ts';

const LIMITS = { maxPixels: 1_000_000 };

const idPlanes = fc
  .record({ width: fc.integer({ min: 1, max: 40 }), height: fc.integer({ min: 1, max: 40 }) })
  .chain(({ width, height }) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      ids: fc.uint8Array({ minLength: width * height, maxLength: width * height }),
    }),
  );

function sizeOf(bytes: Uint8Array<ArrayBuffer>) {
  return readPngHeader(bytes);
}

describe('writing', () => {
  test('round trip: ids and palette come back, and the file is known as the studio’s own', async () => {
    await fc.assert(
      fc.asyncProperty(idPlanes, async ({ width, height, ids }) => {
        const png = await new IndexedPngWriter({ width, height }).encode(ids);
        const image = await readIndexPng(Uint8Array.from(png), LIMITS);
        expect(image).toEqual({
          width,
          height,
          ids,
          bitDepth: 8,
          isOwn: true,
          palette: DAVIS_PALETTE,
        });
      }),
      { numRuns: 60 },
    );
  });

  test('another decoder reads the same ids and palette, with all checksums right', async () => {
    await fc.assert(
      fc.asyncProperty(idPlanes, async ({ width, height, ids }) => {
        const png = await new IndexedPngWriter({ width, height }).encode(ids);
        const image = decode(png, { checkCrc: true });
        expect({ ...image, data: [...image.data] }).toMatchObject({
          width,
          height,
          depth: 8,
          channels: 1,
          data: [...ids],
        });
        expect(image.palette?.flat()).toEqual([...DAVIS_PALETTE]);
      }),
      { numRuns: 40 },
    );
  });

  test('one writer encodes frame after frame without a trace of the one before', async () => {
    const size = { width: 9, height: 7 };
    const writer = new IndexedPngWriter(size);
    const planes = [7, 0, 255].map((id) => new Uint8Array(63).fill(id));
    for (const plane of planes) {
      const image = await readIndexPng(Uint8Array.from(await writer.encode(plane)), LIMITS);
      expect(image.ids).toEqual(plane);
    }
  });

  test('a plane of another size is a bug', async () => {
    await expect(
      new IndexedPngWriter({ width: 3, height: 3 }).encode(new Uint8Array(8)),
    ).rejects.toThrow('do not fill');
  });
});

describe('reading what others write', () => {
  test('8-bit indexed and greyscale of another encoder, also interlaced', async () => {
    for (const interlace of ['null', 'Adam7'] as const) {
      for (const palette of [
        undefined,
        [
          [0, 0, 0],
          [255, 0, 0],
          [0, 255, 0],
          [1, 2, 3],
        ],
      ]) {
        const [width, height] = [13, 11];
        const ids = Uint8Array.from({ length: width * height }, (_, i) => (i * 7) % 4);
        const image = { width, height, data: ids, depth: 8 as BitDepth, channels: 1 };
        const png = encode(palette === undefined ? image : { ...image, palette }, { interlace });
        const read = await readIndexPng(Uint8Array.from(png), LIMITS);
        expect(read.ids).toEqual(ids);
        expect(read.isOwn).toBe(false);
        expect(read.palette && [...read.palette]).toEqual(palette?.flat());
      }
    }
  });

  test.each([1, 2, 4])('%i-bit samples are not scaled, in odd widths too', async (bitDepth) => {
    const [width, height] = [11, 5];
    const ids = Uint8Array.from({ length: width * height }, (_, i) => (i * 5) % 2 ** bitDepth);
    const lineBytes = Math.ceil((width * bitDepth) / 8);
    const lines = new Uint8Array(height * (lineBytes + 1));
    for (const [i, id] of ids.entries()) {
      const [y, bit] = [Math.floor(i / width), (i % width) * bitDepth];
      const at = y * (lineBytes + 1) + 1 + (bit >> 3);
      lines[at] = (lines[at] ?? 0) | (id << (8 - bitDepth - (bit & 7)));
    }
    for (const colorType of [0, 3]) {
      const png = pngOfScanlines({ width, height, bitDepth, colorType }, lines);
      expect((await readIndexPng(png, LIMITS)).ids).toEqual(ids);
    }
  });

  test('1-bit interlaced: each pass’s pixels land where Adam7 puts them', async () => {
    const [width, height] = [10, 9];
    const starts = [
      [0, 0, 8, 8],
      [4, 0, 8, 8],
      [0, 4, 4, 8],
      [2, 0, 4, 4],
      [0, 2, 2, 4],
      [1, 0, 2, 2],
      [0, 1, 1, 2],
    ] as const;
    const expected = Uint8Array.from({ length: width * height }, (_, i) => (i * i + (i >> 2)) % 2);
    const lines: number[] = [];
    for (const [startX, startY, stepX, stepY] of starts) {
      for (let y = startY; y < height; y += stepY) {
        const bits: number[] = [];
        for (let x = startX; x < width; x += stepX) bits.push(expected[y * width + x] ?? 0);
        if (bits.length === 0) continue;
        lines.push(0);
        for (let i = 0; i < bits.length; i += 8) {
          lines.push(
            parseInt(
              bits
                .slice(i, i + 8)
                .join('')
                .padEnd(8, '0'),
              2,
            ),
          );
        }
      }
    }
    const header = { width, height, bitDepth: 1, colorType: 0, interlace: 1 };
    const read = await readIndexPng(pngOfScanlines(header, Uint8Array.from(lines)), LIMITS);
    expect(read.ids).toEqual(expected);
  });

  test('all five filters', async () => {
    await fc.assert(
      fc.asyncProperty(
        idPlanes,
        fc.infiniteStream(fc.integer({ min: 0, max: 4 })),
        async (plane, filters) => {
          const { width, height, ids } = plane;
          const lines = new Uint8Array(height * (width + 1));
          const at = (x: number, y: number) => (x < 0 || y < 0 ? 0 : (ids[y * width + x] ?? 0));
          for (let y = 0; y < height; y++) {
            const filter = Number(filters.next().value);
            lines[y * (width + 1)] = filter;
            for (let x = 0; x < width; x++) {
              const [left, up, corner] = [at(x - 1, y), at(x, y - 1), at(x - 1, y - 1)];
              const estimate = left + up - corner;
              const nearest = [left, up, corner].reduce((best, candidate) =>
                Math.abs(estimate - candidate) < Math.abs(estimate - best) ? candidate : best,
              );
              const predicted = [0, left, up, Math.floor((left + up) / 2), nearest][filter] ?? 0;
              lines[y * (width + 1) + 1 + x] = at(x, y) - predicted;
            }
          }
          const png = pngOfScanlines({ width, height, bitDepth: 8, colorType: 0 }, lines);
          expect(decode(png).data).toEqual(ids);
          expect((await readIndexPng(png, LIMITS)).ids).toEqual(ids);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('data in many IDAT chunks, some empty, and text that is not ours', async () => {
    const data = deflateSync(Uint8Array.of(0, 1, 2, 0, 3, 4));
    const png = craftPng(
      headerChunk({ width: 2, height: 2, bitDepth: 8, colorType: 0 }),
      pngChunk('tEXt', Buffer.from('Software\0Some editor')),
      pngChunk('tRNS', Uint8Array.of(0, 1)),
      pngChunk('IDAT', data.subarray(0, 3)),
      pngChunk('IDAT', new Uint8Array(0)),
      pngChunk('IDAT', data.subarray(3)),
    );
    const image = await readIndexPng(png, LIMITS);
    expect([...image.ids]).toEqual([1, 2, 3, 4]);
    expect(image.isOwn).toBe(false);
  });
});

describe('hostile files end in file-invalid', () => {
  const grey = { width: 4, height: 4, bitDepth: 8, colorType: 0 };
  const good = pngOfScanlines(grey, new Uint8Array(20));

  test.each<[string, Uint8Array<ArrayBuffer>, string]>([
    ['no PNG', Uint8Array.of(1, 2, 3), 'not a PNG'],
    ['empty', new Uint8Array(0), 'not a PNG'],
    ['no header', craftPng(), 'header chunk'],
    ['no palette', craftPng(headerChunk({ ...grey, colorType: 3 })), 'palette is missing'],
    [
      'a palette of 2 bytes',
      craftPng(headerChunk(grey), pngChunk('PLTE', new Uint8Array(2))),
      '2 bytes',
    ],
    ['width 0', craftPng(headerChunk({ ...grey, width: 0 })), '0 × 4'],
    ['side past 2^31', craftPng(headerChunk({ ...grey, width: 2 ** 31 })), 'not possible'],
    ['true colours', craftPng(headerChunk({ ...grey, colorType: 2 })), 'true colours'],
    ['16 bits', craftPng(headerChunk({ ...grey, bitDepth: 16 })), '16 bits'],
    ['3 bits', craftPng(headerChunk({ ...grey, bitDepth: 3 })), 'bit depth 3'],
    ['another compression', craftPng(headerChunk({ ...grey, compression: 1 })), 'not known'],
    [
      'an unknown critical chunk',
      craftPng(headerChunk(grey), pngChunk('ABCD', new Uint8Array(1))),
      'ABCD',
    ],
    [
      'a chunk type of zeros',
      craftPng(headerChunk(grey), pngChunk('\0\0\0\0', new Uint8Array(1))),
      'no valid type',
    ],
    [
      'a wrong checksum',
      craftPng(headerChunk(grey), pngChunk('IDAT', new Uint8Array(1), 7)),
      'checksum of IDAT',
    ],
    ['too little data', pngOfScanlines(grey, new Uint8Array(19)), 'less than the image'],
    ['no data', craftPng(headerChunk(grey)), 'data is damaged'],
    ['too much data', pngOfScanlines(grey, new Uint8Array(21)), 'more than the image'],
    [
      'data that is not zlib',
      craftPng(headerChunk(grey), pngChunk('IDAT', new Uint8Array(9).fill(3))),
      'data is damaged',
    ],
    ['filter 5', pngOfScanlines(grey, new Uint8Array(20).fill(5)), 'filter 5'],
  ])('%s', async (_name, bytes, message) => {
    await expect(readIndexPng(bytes, LIMITS)).rejects.toMatchObject({
      name: 'StudioError',
      code: 'file-invalid',
      message: expect.stringContaining(message),
    });
  });

  test('cut anywhere', async () => {
    for (let length = 0; length < good.length; length++) {
      await expect(readIndexPng(good.slice(0, length), LIMITS)).rejects.toMatchObject({
        code: 'file-invalid',
      });
    }
  });

  test('any single byte changed is noticed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, change) => {
          const bytes = good.slice();
          bytes[at] = (bytes[at] ?? 0) ^ change;
          await expect(readIndexPng(bytes, LIMITS)).rejects.toMatchObject({ code: 'file-invalid' });
        },
      ),
      { numRuns: 200 },
    );
  });

  test('a declared size over the limit is refused before anything is allocated', async () => {
    const bomb = craftPng(headerChunk({ ...grey, width: 60_000, height: 60_000 }));
    expect(sizeOf(bomb)).toMatchObject({ width: 60_000, height: 60_000 });
    const before = process.memoryUsage().arrayBuffers;
    await expect(readIndexPng(bomb, LIMITS)).rejects.toThrow('60000 × 60000');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 20);
  });

  test('a bomb of 8 GiB behind a small declared size is not inflated', async () => {
    const zeros = deflateRawSync(new Uint8Array(1 << 24), { finishFlush: constants.Z_SYNC_FLUSH });
    const zlibHeader = Buffer.of(0x78, 0x9c);
    const bombs = Array.from({ length: 512 }, () => zeros);
    const png = craftPng(
      headerChunk(grey),
      pngChunk('iCCP', Buffer.concat([Buffer.from('profile\0\0'), zlibHeader, ...bombs])),
      pngChunk('IDAT', Buffer.concat([zlibHeader, ...bombs])),
    );
    const [before, start] = [process.memoryUsage().arrayBuffers, performance.now()];
    await expect(readIndexPng(png, LIMITS)).rejects.toThrow('more than the image');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 << 20);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
