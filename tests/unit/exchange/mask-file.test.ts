import { describe, expect, test } from 'vitest';
import { decodeRle } from '../../../src/core/rle.ts';
import { readMaskFile } from '../../../src/exchange/mask-file.ts';
import { craftMask } from '../../helpers/mask-files.ts';

type Crafted = Parameters<typeof craftMask>[0];
const CLIP = { width: 4, height: 2 };

async function read(picture: Omit<Crafted, 'width' | 'height'> & Partial<Crafted>, clip = CLIP) {
  const png = craftMask({ ...CLIP, ...picture });
  const { masks, notices } = await readMaskFile(new File([png], 'mug.png'), clip);
  const pixels = masks.map(({ value, color, mask }) => ({
    value,
    color,
    pixels: [...decodeRle(mask).data].join(''),
  }));
  return { pixels, notices };
}

describe('a mask file', () => {
  test('that is indexed holds a mask for each value but 0', async () => {
    const { pixels, notices } = await read({ samples: [0, 3, 3, 0, 7, 0, 0, 255] });
    expect(pixels).toEqual([
      { value: '3', color: '#000000', pixels: '01100000' },
      { value: '7', color: '#000000', pixels: '00001000' },
      { value: '255', color: '#000000', pixels: '00000001' },
    ]);
    expect(notices).toEqual([]);
  });

  test('that is black and white holds one, at any depth', async () => {
    const white = [{ value: 'white', color: '#ffffff', pixels: '01100001' }];
    const samples = [0, 1, 1, 0, 0, 0, 0, 1];
    expect((await read({ kind: 'greyscale', bitDepth: 1, samples })).pixels).toEqual(white);
    const bytes = samples.map((sample) => 255 * sample);
    expect((await read({ kind: 'greyscale', samples: bytes })).pixels).toEqual(white);
    const colors = bytes.flatMap((sample) => [sample, sample, sample]);
    expect((await read({ kind: 'rgb', samples: colors })).pixels).toEqual(white);
  });

  test('of a few greys holds ids', async () => {
    const { pixels } = await read({ kind: 'greyscale', samples: [0, 1, 1, 2, 0, 0, 0, 2] });
    expect(pixels.map(({ value, pixels: bits }) => [value, bits])).toEqual([
      ['1', '01100000'],
      ['2', '00010001'],
    ]);
  });

  test('of many greys is one mask from mid grey on, and says so', async () => {
    const width = 20;
    const samples = Array.from({ length: width }, (_, at) => 10 * at);
    const picture = { kind: 'greyscale', samples, width, height: 1 } as const;
    const { pixels, notices } = await read(picture, { width, height: 1 });
    expect(pixels).toEqual([
      { value: 'white', color: '#ffffff', pixels: '0'.repeat(13) + '1'.repeat(7) },
    ]);
    expect(notices).toEqual([expect.stringContaining('lighter than mid grey')]);
  });

  test('of colours holds a mask for each', async () => {
    const [black, red, blue] = [
      [0, 0, 0],
      [255, 0, 0],
      [0, 0, 255],
    ];
    const samples = [black, red, red, blue, black, black, blue, black].flatMap((rgb) => rgb ?? []);
    expect((await read({ kind: 'rgb', samples })).pixels).toEqual([
      { value: '#ff0000', color: '#ff0000', pixels: '01100000' },
      { value: '#0000ff', color: '#0000ff', pixels: '00010010' },
    ]);
  });

  test('with transparency is what is not transparent', async () => {
    const alphas = [0, 255, 200, 100, 0, 0, 0, 128];
    const samples = alphas.flatMap((alpha) => [10, 200, 30, alpha]);
    const { pixels, notices } = await read({ kind: 'rgba', samples });
    expect(pixels.map(({ pixels: bits }) => bits)).toEqual(['01100001']);
    expect(notices).toEqual([expect.stringContaining('not transparent')]);
  });

  test('of another resolution is resized, and says so', async () => {
    const { pixels, notices } = await read({ width: 2, height: 1, samples: [5, 0] });
    expect(pixels.map(({ pixels: bits }) => bits)).toEqual(['11001100']);
    expect(notices).toEqual([expect.stringContaining('2 × 1')]);
  });

  test('of another shape, or of a photograph, is refused by name', async () => {
    await expect(read({ width: 2, height: 3, samples: [0, 0, 0, 0, 0, 1] })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(/mug\.png.*another shape/),
    });
    const width = 100;
    const samples = Array.from({ length: width }, (_, at) => [at, 2 * at, 90]).flat();
    const photograph = { kind: 'rgb', samples, width, height: 1 } as const;
    await expect(read(photograph, { width, height: 1 })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringContaining('more than 64 colours'),
    });
  });

  test('of nothing but background holds none', async () => {
    expect((await read({ samples: [0, 0, 0, 0, 0, 0, 0, 0] })).pixels).toEqual([]);
  });
});
