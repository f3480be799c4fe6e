import { encode } from 'fast-png';
import { expect, test } from 'vitest';
import { DAVIS_PALETTE, paletteColor } from '../../../src/formats/davis-palette.ts';
import { VIDEO } from '../../helpers/dataset-exports.ts';
import { importMasksOf, zipOf } from '../../helpers/open-truth.ts';

const { width, height } = VIDEO;

/** The palette's colours of objects 1 and 2 in a column each, with this alpha; else nothing. */
function overlay(alpha: number, stray?: readonly number[]): Uint8Array {
  const data = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (const id of [1, 2]) {
      const color = DAVIS_PALETTE.subarray(3 * id, 3 * id + 3);
      data.set([...color, alpha], 4 * (y * width + id));
    }
  }
  if (stray !== undefined) data.set(stray, 4 * (width - 1));
  return encode({ width, height, channels: 4, depth: 8, data });
}

async function imported(png: Uint8Array) {
  const content = zipOf({ 'blackswan/00001.png': Uint8Array.from(png) });
  const { objects, summaries, notices } = await importMasksOf({ content, video: VIDEO });
  return {
    objects: objects.map(({ id, color }) => [id, color]),
    areas: summaries.map(({ objectId, areaPx }) => [objectId, areaPx]),
    notices,
  };
}

test.each([255, 128])(
  'colours of the DAVIS palette over transparency are objects, at alpha %i',
  async (alpha) => {
    expect(await imported(overlay(alpha))).toEqual({
      objects: [
        [1, paletteColor(DAVIS_PALETTE, 1)],
        [2, paletteColor(DAVIS_PALETTE, 2)],
      ],
      areas: [
        [1, height],
        [2, height],
      ],
      notices: [],
    });
  },
);

test.each([
  ['another colour', [1, 2, 3, 255]],
  ['the colour of no object', [0, 0, 0, 255]],
])('with a pixel of %s they are a cut-out, and a notice says so', async (_what, stray) => {
  expect(await imported(overlay(255, stray))).toMatchObject({
    areas: [[1, 2 * height + 1]],
    notices: ['Of cut-outs, object 1 is what is not transparent.'],
  });
});

test('what is less than half opaque is no object', async () => {
  expect((await imported(overlay(127))).areas).toEqual([]);
});
