import { expect, test } from 'vitest';
import {
  normalizationTable,
  normalizePixels,
} from '../../../../../src/engine/kernels/preprocess/normalization.ts';
import { expectAllClose } from '../../../../helpers/allclose.ts';

test('normalises with the ImageNet statistics, RGB planes', () => {
  const rgb = Uint8ClampedArray.of(0, 128, 255, 255, 0, 128);
  const planes = new Float32Array(6);
  normalizePixels(rgb, normalizationTable(), planes);
  expectAllClose(
    planes,
    [
      [-0.485 / 0.229, (1 - 0.485) / 0.229],
      [(128 / 255 - 0.456) / 0.224, -0.456 / 0.224],
      [(1 - 0.406) / 0.225, (128 / 255 - 0.406) / 0.225],
    ].flat(),
    { rtol: 1e-6 },
  );
});

test('refuses a target of another size', () => {
  const normalize = () =>
    normalizePixels(new Uint8ClampedArray(12), normalizationTable(), new Float32Array(9));
  expect(normalize).toThrow('12 values do not fill 9');
});
