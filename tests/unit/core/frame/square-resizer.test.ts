import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { uprightRows } from '../../../../src/core/frame/pixel-conversion.ts';
import { SquareResizer } from '../../../../src/core/frame/square-resizer.ts';
import { rgbaPicture, type RgbaPicture } from '../../../../src/core/frame/stored-picture.ts';
import { expectAllClose } from '../../../helpers/allclose.ts';
import { decodeImage } from '../../../helpers/decode-image.ts';
import { seededBytes } from '../../../helpers/seeded-random.ts';

interface PillowCase {
  readonly width: number;
  readonly height: number;
  readonly size: number;
  readonly seed: number;
  /** Interleaved, base64. */
  readonly rgb: string;
}

const pillow = JSON.parse(readFileSync('tests/fixtures/kernels/pillow-bicubic.json', 'utf8')) as {
  cases: PillowCase[];
};

function resized(picture: RgbaPicture, side: number): Uint8ClampedArray {
  return new SquareResizer(side).resize(uprightRows(rgbaPicture(picture)));
}

describe('SquareResizer', () => {
  test.each(pillow.cases)(
    'resizes $width × $height to $size² as Pillow does, bit for bit',
    ({ width, height, size, seed, rgb }) => {
      const rgba = seededBytes(seed, width * height * 4);
      expectAllClose(resized({ width, height, rgba }, size), Buffer.from(rgb, 'base64'));
    },
  );

  test('serves pictures of changing sizes', () => {
    const resizer = new SquareResizer(32);
    for (const [width, height] of [
      [64, 40],
      [8, 9],
      [64, 40],
      [64, 90],
    ] as const) {
      const picture = { width, height, rgba: seededBytes(width + height, width * height * 4) };
      const actual = resizer.resize(uprightRows(rgbaPicture(picture)));
      expectAllClose(actual, resized(picture, 32));
    }
  });
});

const GOLDENS = '../shared/goldens/nano_tracks';
const SAMPLES = '../shared/samples';
const firstFrames = {
  coffee: `${GOLDENS}/frames/coffee/00000.png`,
  cups: `${GOLDENS}/frames/cups/00000.png`,
  dough: `${GOLDENS}/frames/dough/00000.png`,
  bike: `${SAMPLES}/cutie_examples/images/bike/00000.jpg`,
  blackswan: `${SAMPLES}/davis2016/JPEGImages/480p/blackswan/00000.jpg`,
};

describe.each(Object.entries(firstFrames))('the first frame of %s', (clip, path) => {
  for (const size of [256, 512]) {
    const golden = `${GOLDENS}/${clip}-${size}.preprocess.json`;
    const isHere = existsSync(golden) && existsSync(path);
    const name = `equals the reference's at ${size}`;
    test.skipIf(!isHere)(
      isHere ? name : `${name} (skipped: ${golden} or ${path} is absent)`,
      async () => {
        const { step, values } = JSON.parse(readFileSync(golden, 'utf8')) as {
          step: number;
          values: number[];
        };
        const bytes = resized(await decodeImage(path), size);
        expect(values.length).toBe(Math.ceil(bytes.length / step));
        expectAllClose(
          bytes.filter((_, i) => i % step === 0),
          values,
        );
      },
    );
  }
});
