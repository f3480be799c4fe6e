import { Readable } from 'node:stream';
import { createDeflate, deflateSync } from 'node:zlib';
import { assert, asyncProperty, nat, uint8Array } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../../src/core/errors.ts';
import { craftPng, headerChunk, pngChunk } from '../../../helpers/craft-png.ts';
import { craftZip } from '../../../helpers/craft-zip.ts';
import { FakeMediaPort } from '../../../helpers/export-fakes.ts';
import { craftMask } from '../../../helpers/mask-files.ts';
import { importMasksOf, openTruth, visorClip } from '../../../helpers/open-truth.ts';
import { buildAnnotation, buildFrame, square, visorText } from '../../../helpers/visor-builders.ts';

const MIB = 1024 * 1024;
const GOOD = visorText([buildFrame(1), buildFrame(5)]);
const GOOD_PNG = craftMask({
  width: 16,
  height: 9,
  samples: Array.from({ length: 144 }, () => 1),
});

/** A VISOR file whose second frame's polygons are this text. */
function withSegments(segments: string): string {
  const marked = visorText([
    buildFrame(1),
    buildFrame(5, { annotations: [buildAnnotation('plate', 'HERE')] }),
  ]);
  return marked.replace('"HERE"', () => segments);
}

function nested(depth: number): string {
  return withSegments(`${'['.repeat(depth)}${']'.repeat(depth)}`);
}

function polygon(vertices: number): string {
  const points = Array.from({ length: vertices }, (_, at) => `[${at % 1900},${at % 1000}]`);
  return withSegments(`[[${points.join()}]]`);
}

/** A zlib stream of zeros, made without ever holding them, so that they are not counted. */
async function deflatedZeros(mebibytes: number): Promise<Buffer> {
  const zeros = new Uint8Array(MIB);
  const deflated = Readable.from(Array.from({ length: mebibytes }, () => zeros)).pipe(
    createDeflate(),
  );
  return Buffer.concat(await deflated.toArray());
}

/** A header of this size over pixel data that inflates to `bytes`. */
function pngOf(size: { width: number; height: number }, bytes: number): Uint8Array<ArrayBuffer> {
  return pngOfData(size, deflateSync(new Uint8Array(bytes)));
}

function pngOfData(size: { width: number; height: number }, data: Uint8Array) {
  return craftPng(
    headerChunk({ ...size, bitDepth: 8, colorType: 3 }),
    pngChunk('PLTE', new Uint8Array(768)),
    pngChunk('IDAT', data),
  );
}

function zipped(name: string, content: string | Uint8Array, declaredBytes?: number): Blob {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return craftZip([
    { name, content: bytes, isDeflated: true, ...(declaredBytes ? { declaredBytes } : {}) },
  ]);
}

/** A ground truth is in use; whatever is opened must leave it. */
async function mediaInUse(): Promise<FakeMediaPort> {
  const media = new FakeMediaPort();
  await openTruth({ files: { 'P01_107.json': GOOD }, media });
  return media;
}

interface Refusal {
  readonly content: string | Blob | Uint8Array<ArrayBuffer>;
  readonly name: string;
}

async function expectRefused({ content, name }: Refusal, message: RegExp): Promise<void> {
  const refusal = {
    name: 'StudioError',
    code: 'file-invalid',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/\S/),
  };
  const media = await mediaInUse();
  const before = media.truth;
  await expect(openTruth({ files: { [name]: content }, media })).rejects.toMatchObject(refusal);
  expect(media.truth).toBe(before);
  expect(media.stagedTruth).toEqual([]);
  expect(media.settled.filter((how) => how === 'use')).toHaveLength(1);
  // What is given as bytes is no import by itself, or takes long.
  if (content instanceof Uint8Array) return;
  await expect(importMasksOf({ content, name, media })).rejects.toMatchObject(refusal);
  expect(media.puts).toEqual([]);
}

describe('as ground truth and as masks, a file is refused and changes nothing when', () => {
  test.each<[string, string, RegExp]>([
    ['it ends in its last frame', GOOD.slice(0, -60), /ends too early, in video_annotations\[1\]/],
    ['only its last bracket is missing', GOOD.slice(0, -1), /ends too early/],
    ['a coordinate is NaN', withSegments('[[[NaN,1],[2,3]]]'), /is not valid JSON/],
    ['a coordinate is null', withSegments('[[[null,1],[2,3]]]'), /must be a finite number/],
    ['a coordinate is past all doubles', withSegments('[[[1e999,1],[2,3]]]'), /finite number/],
    ['a coordinate is far away', withSegments('[[[2e9,1],[2,3],[4,5]]]'), /segments\[0\]/],
    ['it nests 40 deep', nested(40), /nested more than 16 deep/],
    ['it nests 100 000 deep', nested(100_000), /nested more than 16 deep/],
    ['video_annotations is no array', '{"info": {}, "video_annotations": 3}', /must be an array/],
    [
      'it is no UTF-8',
      `${GOOD.slice(0, 40)}\uFFFF`.replace('\uFFFF', '\\'),
      /not valid JSON|early/,
    ],
  ])('%s', async (_name, content, message) => {
    await expectRefused({ content, name: 'P01_107.json' }, message);
    if (content.length > MIB) return;
    await expectRefused({ content: zipped('P01_107.json', content), name: 'a.zip' }, message);
  });

  test('a frame has over a million vertices', { timeout: 30_000 }, async () => {
    const content = new TextEncoder().encode(polygon(1_000_001));
    await expectRefused({ content, name: 'P01_107.json' }, /1000000/);
  });

  test.each<[string, () => Blob, RegExp]>([
    [
      'a name leads out of the zip',
      () => zipped('../../P01_107.json', GOOD),
      /a file outside itself: “..\/..\/P01_107.json”/,
    ],
    ['a name is absolute', () => zipped('/etc/P01_107.json', GOOD), /a file outside itself/],
    ['it is cut in the middle', () => zipped('P01_107.json', GOOD).slice(0, 300), /cannot be read/],
    [
      'its JSON inflates to more than it declares',
      () => zipped('P01_107.json', GOOD + ' '.repeat(16 * MIB), GOOD.length),
      /“P01_107.json” in the zip cannot be read/,
    ],
    [
      'its JSON declares terabytes',
      () => zipped('P01_107.json', GOOD, 0xffff_fff0),
      /shorter than the zip declares|says that it is|cannot be read/,
    ],
    [
      'its PNG inflates to more than it declares',
      () => zipped('a/00000.png', new Uint8Array(16 * MIB), 200),
      /“a\/00000.png” in the zip cannot be read/,
    ],
    [
      'its PNG is far larger than a mask can be',
      () => zipped('a/00000.png', new Uint8Array(99), 160 * MIB),
      /too large for a mask/,
    ],
    [
      'a table beside it is endless',
      () =>
        craftZip([
          { name: 'P01_107.json', content: Buffer.from(GOOD) },
          {
            name: 'frame_mapping.json',
            content: new Uint8Array(65 * MIB).fill(32),
            isDeflated: true,
          },
        ]),
      /table “frame_mapping.json” is \d+ bytes long/,
    ],
    [
      'a table beside it is damaged',
      () =>
        craftZip([
          { name: 'P01_107.json', content: Buffer.from(GOOD) },
          { name: 'frames_to_timestamps.json', content: Buffer.from('{"timestamps": {"a": -1}}') },
        ]),
      /frames_to_timestamps.json: /,
    ],
    [
      'two files share their bytes',
      () =>
        craftZip([
          { name: 'a/00000.png', content: GOOD_PNG },
          { name: 'a/00001.png', content: GOOD_PNG, sharesFirst: true },
        ]),
      /cannot be read/,
    ],
  ])('it is a zip and %s', async (_name, make, message) => {
    await expectRefused({ content: make(), name: 'a.zip' }, message);
  });

  test.each<[string, () => Uint8Array<ArrayBuffer>, RegExp]>([
    [
      'declares 60 000 pixels a side',
      () => pngOf({ width: 60_000, height: 33_750 }, 10),
      /60000 × 33750 pixels is too large/,
    ],
    [
      'inflates to more than its size',
      () => pngOf({ width: 1920, height: 1080 }, 16 * MIB),
      /compressed data/,
    ],
    ['inflates to less', () => pngOf({ width: 1920, height: 1080 }, 10), /compressed data/],
    ['ends in its data', () => GOOD_PNG.slice(0, -30), /ends too early/],
    [
      'has a wrong checksum',
      () => GOOD_PNG.with(GOOD_PNG.length - 20, 77),
      /checksum|cannot be read/,
    ],
    [
      'is all background',
      () => craftMask({ width: 6, height: 4, samples: Array.from({ length: 24 }, () => 0) }),
      /is all background/,
    ],
  ])('a PNG %s', async (_name, make, message) => {
    await expectRefused({ content: make(), name: '00000.png' }, message);
  });
});

test('a PNG that inflates a thousandfold costs the memory of its declared size', async () => {
  const size = { width: 16, height: 9 };
  const bomb = zipped('a/00000.png', pngOfData(size, await deflatedZeros(96)));
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  }, 1);
  try {
    await expect(openTruth({ files: { 'a.zip': bomb } })).rejects.toBeInstanceOf(StudioError);
  } finally {
    clearInterval(timer);
  }
  expect(most).toBeLessThan(16 * MIB);
});

test('any bytes in place of others are read or refused, never a bug', async () => {
  const media = new FakeMediaPort();
  const good = Buffer.from(GOOD);
  await assert(
    asyncProperty(
      nat(good.length - 1),
      uint8Array({ minLength: 1, maxLength: 12 }),
      async (at, bytes) => {
        const content = Uint8Array.from(good);
        content.set(bytes.subarray(0, content.length - at), at);
        const settled = media.settled.length;
        try {
          await openTruth({ files: { 'P01_107.json': content }, media });
        } catch (error) {
          expect(error).toBeInstanceOf(StudioError);
          expect(media.settled.slice(settled)).not.toContain('use');
        }
        expect(media.stagedTruth).toEqual([]);
      },
    ),
    { numRuns: 150 },
  );
});

test('nothing to read is said so', async () => {
  const video = visorClip();
  for (const [files, message] of [
    [{}, '“truth” holds no ground truth'],
    [{ 'notes.txt': 'x' }, '“truth” holds no ground truth'],
    [{ 'a.json': '[]' }, '“a.json” is not an object with members'],
    [{ 'a.json': '' }, '“a.json” is not an object with members'],
    [{ 'a.json': '{"shapes": []}' }, '“a.json” is JSON with the members “shapes”, a form'],
    [{ 'a.json': '{"format": "x"}' }, '“a.json” is a project of this studio'],
    [{ 'a.json': '{"info": {}}' }, '“a.json” is no VISOR annotation file'],
    [{ 'a.zip': craftZip([]) }, '“truth” holds no ground truth'],
    [{ 'JPEGImages/00000.png': GOOD_PNG }, '“truth” holds no ground truth'],
  ] as const) {
    await expect(openTruth({ files, video })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining(message),
      hint: expect.stringMatching(/\S/),
    });
  }
});

test('a square that reaches far outside the picture is drawn, not refused', async () => {
  const media = new FakeMediaPort();
  const annotations = [buildAnnotation('plate', [square(-90_000, -90_000, 180_000)])];
  const files = { 'P01_107.json': visorText([1, 5].map((n) => buildFrame(n, { annotations }))) };
  await openTruth({ files, media });
  expect(media.truth[0]?.masks[0]?.mask.counts).toEqual(Uint32Array.of(0, 854 * 480));
});
