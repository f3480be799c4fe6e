import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { decodeRle } from '../../../../src/core/rle.ts';
import { DAVIS_PALETTE } from '../../../../src/formats/davis-palette.ts';
import { openMaskDataset } from '../../../../src/formats/davis/mask-dataset.ts';
import { loadMaskSequence, type MaskLoading } from '../../../../src/formats/davis/mask-sequence.ts';
import { IndexedPngWriter } from '../../../../src/formats/png-writer.ts';
import { craftPng, headerChunk } from '../../../helpers/craft-png.ts';
import { craftMask, memoryFile } from '../../../helpers/mask-files.ts';

const SIZE = { width: 3, height: 2 };

async function load(pngs: readonly Uint8Array<ArrayBuffer>[], loading: MaskLoading = {}) {
  const files = pngs.map((png, index) => memoryFile(`seq/0000${index}.png`, png));
  const { sequences } = await openMaskDataset(files, 'none');
  const [sequence] = sequences;
  if (sequence === undefined) throw new Error('no sequence');
  return loadMaskSequence(sequence, loading);
}

/** Pixels of each mask of the first frame. */
function firstFrame({ sequence }: Awaited<ReturnType<typeof load>>): Record<number, number[]> {
  const masks = [...(sequence.frames[0]?.masks ?? [])];
  return Object.fromEntries(masks.map(([id, mask]) => [id, [...decodeRle(mask).data]]));
}

describe('pixel values', () => {
  test.each([1, 2, 4, 8] as const)('indexed, %i bits', async (bitDepth) => {
    const loaded = await load([craftMask({ ...SIZE, samples: [0, 1, 1, 0, 0, 1], bitDepth })]);
    expect(firstFrame(loaded)).toEqual({ 1: [0, 1, 1, 0, 0, 1] });
    expect(loaded.sequence.size).toEqual(SIZE);
    expect(loaded.notices).toEqual([]);
  });

  test('indexed ids, and void as background', async () => {
    const loaded = await load([craftMask({ ...SIZE, samples: [0, 7, 2, 255, 255, 2] })]);
    expect(firstFrame(loaded)).toEqual({ 2: [0, 0, 1, 0, 0, 1], 7: [0, 1, 0, 0, 0, 0] });
    expect(loaded.sequence.objects).toEqual([
      { id: 2, name: 'Object 2' },
      { id: 7, name: 'Object 7' },
    ]);
    expect(loaded.notices).toEqual([expect.stringContaining('255 are void')]);
  });

  test('greyscale values are ids', async () => {
    const samples = [0, 1, 2, 3, 4, 5];
    const loaded = await load([craftMask({ ...SIZE, samples, kind: 'greyscale' })]);
    expect(loaded.sequence.objects.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  });

  test('black and white is one object, over the whole sequence only', async () => {
    const white = craftMask({ ...SIZE, samples: [0, 255, 0, 0, 0, 255], kind: 'greyscale' });
    const black = craftMask({ ...SIZE, samples: [0, 0, 0, 0, 0, 0], kind: 'greyscale' });
    const grey = craftMask({ ...SIZE, samples: [0, 0, 3, 0, 0, 0], kind: 'greyscale' });
    const binary = await load([white, black]);
    expect(firstFrame(binary)).toEqual({ 1: [0, 1, 0, 0, 0, 1] });
    expect(binary.notices).toEqual([expect.stringContaining('DAVIS 2016')]);
    const ids = await load([white, grey]);
    expect(firstFrame(ids)).toEqual({});
    expect(ids.sequence.objects.map(({ id }) => id)).toEqual([3]);
  });

  test('in files of this studio 255 is an object', async () => {
    const png = await new IndexedPngWriter(SIZE).encode(Uint8Array.of(0, 255, 0, 0, 0, 0));
    const loaded = await load([Uint8Array.from(png)]);
    expect(loaded.sequence.objects.map(({ id }) => id)).toEqual([255]);
  });

  test.each([
    ['only void', [255, 0, 0, 0, 0, 255], 'holds only void'],
    ['nothing', [0, 0, 0, 0, 0, 0], 'is all background'],
  ])('a sequence of %s has no object', async (_, samples, message) => {
    await expect(load([craftMask({ ...SIZE, samples })])).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining(message),
    });
  });

  test('names where they are known, also of what is hidden throughout', async () => {
    const names = new Map([
      [1, 'cup'],
      [2, 'plate'],
    ]);
    const png = craftMask({ ...SIZE, samples: [0, 2, 3, 0, 0, 0] });
    expect((await load([png], { names })).sequence.objects).toEqual([
      { id: 1, name: 'cup' },
      { id: 2, name: 'plate' },
      { id: 3, name: 'Object 3' },
    ]);
  });
});

describe('true colours', () => {
  const color = (id: number) => [...DAVIS_PALETTE.subarray(3 * id, 3 * id + 3)];
  const ids = [0, 1, 22, 255, 128, 0];

  test.each(['rgb', 'rgba'] as const)('%s of the DAVIS palette are its ids', async (kind) => {
    const alpha = kind === 'rgba' ? [255] : [];
    const samples = ids.flatMap((id) => [...color(id), ...alpha]);
    const loaded = await load([craftMask({ ...SIZE, samples, kind })]);
    expect(loaded.sequence.objects.map(({ id }) => id)).toEqual([1, 22, 128]);
  });

  test('as another encoder writes them, filtered and interlaced', async () => {
    const [width, height] = [13, 9];
    const plane = Array.from({ length: width * height }, (_, i) => (i * 5) % 9);
    for (const interlace of ['null', 'Adam7'] as const) {
      const data = Uint8Array.from(plane.flatMap((id) => color(id)));
      const png = encode({ width, height, data, channels: 3, depth: 8 }, { interlace });
      const loaded = await load([Uint8Array.from(png)]);
      const expected = plane.map((id) => (id === 4 ? 1 : 0));
      expect(firstFrame(loaded)[4]).toEqual(expected);
    }
  });

  test.each<[string, 'rgb' | 'rgba', number[], string]>([
    [
      'a colour of VISOR’s palette',
      'rgb',
      [191, 0, 0],
      '#bf0000 at (2, 0) is not in the DAVIS palette',
    ],
    ['white', 'rgb', [255, 255, 255], '#ffffff at (2, 0)'],
    ['transparency', 'rgba', [128, 0, 0, 254], '#800000 at (2, 0) is transparent'],
  ])('%s is refused by name', async (_, kind, pixel, message) => {
    const black = kind === 'rgb' ? [0, 0, 0] : [0, 0, 0, 255];
    const samples = [...black, ...black, ...pixel, ...black, ...black, ...black];
    await expect(load([craftMask({ ...SIZE, samples, kind })])).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(
        new RegExp(`^seq/00000.png: .*${message.replaceAll(/[()]/g, '\\$&')}`),
      ),
      hint: expect.stringContaining('indexed PNG'),
    });
  });
});

describe('refused, naming the file', () => {
  const good = craftMask({ ...SIZE, samples: [0, 1, 0, 0, 0, 0] });

  test.each<[string, Uint8Array<ArrayBuffer>, string]>([
    [
      'another size',
      craftMask({ width: 2, height: 3, samples: [0, 1, 0, 0, 0, 0] }),
      '2 × 3 pixels, the masks before it 3 × 2',
    ],
    ['16 bits', craftPng(headerChunk({ ...SIZE, bitDepth: 16, colorType: 0 })), '16 bits'],
    [
      'grey with alpha',
      craftPng(headerChunk({ ...SIZE, bitDepth: 8, colorType: 4 })),
      'alpha channel',
    ],
    [
      'true colours of 4 bits',
      craftPng(headerChunk({ ...SIZE, bitDepth: 4, colorType: 2 })),
      'no 4 bits',
    ],
    ['no PNG', Uint8Array.of(1, 2, 3), 'not a PNG'],
    ['a cut file', good.slice(0, -20), 'ends too early'],
  ])('%s', async (_, png, message) => {
    await expect(load([good, png])).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(new RegExp(`^seq/00001.png.*${message}`)),
    });
  });

  test('a PNG that declares a huge image is refused by its header', async () => {
    const bomb = craftPng(
      headerChunk({ width: 60_000, height: 60_000, bitDepth: 8, colorType: 2 }),
    );
    const before = process.memoryUsage().arrayBuffers;
    await expect(load([bomb])).rejects.toThrow('60000 × 60000 pixels is too large');
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1 << 22);
  });

  test('a file longer than any mask of the size is not read', async () => {
    const long = new Uint8Array(2 << 20);
    await expect(load([long], { maxPixels: 100 })).rejects.toThrow('is too large');
  });
});

test('progress by frame, and cancelling', async () => {
  const png = craftMask({ ...SIZE, samples: [0, 1, 0, 0, 0, 0] });
  const seen: number[] = [];
  await load([png, png, png], { onProgress: ({ framesDone }) => seen.push(framesDone) });
  expect(seen).toEqual([1, 2, 3]);
  await expect(load([png], { signal: AbortSignal.abort() })).rejects.toHaveProperty(
    'name',
    'AbortError',
  );
});
