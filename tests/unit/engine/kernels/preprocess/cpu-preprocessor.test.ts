import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CpuPreprocessor } from '../../../../../src/engine/kernels/preprocess/cpu-preprocessor.ts';
import type { RgbaFrame } from '../../../../../src/engine/kernels/preprocess/rgba-frame.ts';
import { expectAllClose } from '../../../../helpers/allclose.ts';
import { decodeImage } from '../../../../helpers/decode-image.ts';
import { seededBytes } from '../../../../helpers/seeded-random.ts';

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

const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

function preprocess(frame: RgbaFrame, size: number): Float32Array {
  const target = new Float32Array(3 * size * size);
  new CpuPreprocessor(size).run(frame, target);
  return target;
}

/** Undoes the normalisation: interleaved 8-bit RGB. Fails where a value is no normalised byte. */
function toBytes(planes: Float32Array): Uint8Array {
  const pixels = planes.length / 3;
  let worst = 0;
  const bytes = Uint8Array.from(planes, (_, i) => {
    const channel = i % 3;
    const value = planes[channel * pixels + Math.floor(i / 3)] ?? NaN;
    const byte = (value * (DEVIATION[channel] ?? NaN) + (MEAN[channel] ?? NaN)) * 255;
    worst = Math.max(worst, Math.abs(byte - Math.round(byte)));
    return Math.round(byte);
  });
  expect(worst).toBeLessThan(1e-3);
  return bytes;
}

describe('CpuPreprocessor', () => {
  test.each(pillow.cases)(
    'resizes $width × $height to $size² as Pillow does, bit for bit',
    ({ width, height, size, seed, rgb }) => {
      const planes = preprocess(
        { width, height, rgba: seededBytes(seed, width * height * 4) },
        size,
      );
      expectAllClose(toBytes(planes), Buffer.from(rgb, 'base64'));
    },
  );

  test('normalises with the ImageNet statistics, RGB planes', () => {
    const planes = preprocess({ width: 1, height: 1, rgba: Uint8Array.of(0, 128, 255, 7) }, 32);
    expectAllClose(
      [planes[0] ?? 0, planes[1024] ?? 0, planes[2048] ?? 0],
      [-0.485 / 0.229, (128 / 255 - 0.456) / 0.224, (1 - 0.406) / 0.225],
      { rtol: 1e-6 },
    );
    expect(new Set(planes.subarray(0, 1024)).size).toBe(1);
  });

  test('serves frames of changing sizes', () => {
    const preprocessor = new CpuPreprocessor(32);
    const target = new Float32Array(3 * 32 * 32);
    for (const [width, height] of [
      [64, 40],
      [8, 9],
      [64, 40],
      [64, 90],
    ] as const) {
      const frame = { width, height, rgba: seededBytes(width + height, width * height * 4) };
      preprocessor.run(frame, target);
      expectAllClose(target, preprocess(frame, 32));
    }
  });

  test.each([
    { width: 0, height: 2, rgba: new Uint8Array(0) },
    { width: 2, height: 2, rgba: new Uint8Array(15) },
    { width: 1.5, height: 2, rgba: new Uint8Array(12) },
  ])('refuses a frame of $width × $height with too few bytes', (frame) => {
    expect(() => preprocess(frame, 32)).toThrow('Invariant: frame');
  });

  test('refuses a target of another size', () => {
    const frame = { width: 1, height: 1, rgba: new Uint8Array(4) };
    expect(() => new CpuPreprocessor(32).run(frame, new Float32Array(7))).toThrow('3 × 32 × 32');
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
        const bytes = toBytes(preprocess(await decodeImage(path), size));
        expect(values.length).toBe(Math.ceil(bytes.length / step));
        expectAllClose(
          bytes.filter((_, i) => i % step === 0),
          values,
        );
      },
    );
  }
});
