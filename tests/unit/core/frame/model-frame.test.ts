import { describe, expect, test } from 'vitest';
import { ModelFrameMaker } from '../../../../src/core/frame/model-frame.ts';
import { convertUpright } from '../../../../src/core/frame/pixel-conversion.ts';
import { rgbaPicture } from '../../../../src/core/frame/stored-picture.ts';
import { seededPicture } from '../../../helpers/seeded-pictures.ts';

const TURNED = seededPicture({
  format: 'NV12',
  stored: { width: 23, height: 14 },
  orientation: { rotation: 90, isMirrored: true },
});

describe('ModelFrameMaker', () => {
  test('leaves planes where they are', () => {
    const frame = new ModelFrameMaker().make(TURNED, { kind: 'planes' });
    expect(frame).toEqual({ kind: 'planes', picture: TURNED });
    expect(frame.kind === 'planes' && frame.picture.data).toBe(TURNED.data);
  });

  test('resizes planes as it does the pixels that they stand for', () => {
    const maker = new ModelFrameMaker();
    const pixels = rgbaPicture(convertUpright(TURNED));
    for (const side of [8, 32, 8]) {
      const form = { kind: 'resized', side } as const;
      const frame = maker.make(TURNED, form);
      expect(frame).toEqual(new ModelFrameMaker().make(pixels, form));
      expect(frame.kind === 'resized' && frame.rgb).toHaveLength(3 * side * side);
    }
  });

  test('gives pixels of its own each time', () => {
    const maker = new ModelFrameMaker();
    const form = { kind: 'resized', side: 8 } as const;
    const [first, second] = [maker.make(TURNED, form), maker.make(TURNED, form)];
    if (first.kind !== 'resized' || second.kind !== 'resized') throw new Error('another form');
    expect(first.rgb.buffer).not.toBe(second.rgb.buffer);
    expect(first.rgb).toEqual(second.rgb);
  });
});

describe('rgbaPicture', () => {
  test('refuses pixels that do not fill it', () => {
    expect(() => rgbaPicture({ width: 2, height: 2, rgba: new Uint8Array(15) })).toThrow(
      'a picture of 2 × 2 needs 16 bytes, got 15',
    );
  });
});
