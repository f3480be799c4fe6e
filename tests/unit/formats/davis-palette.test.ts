import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { DAVIS_PALETTE, paletteColor } from '../../../src/formats/davis-palette.ts';

test('is the 768 bytes of the reference’s tools/vos_inference.py: DAVIS_PALETTE', () => {
  const digest = createHash('sha256').update(DAVIS_PALETTE).digest('hex');
  expect(digest).toBe('ec76f86cfddd0f4c0768796cda862d8f5099af416b298a406db7e84b55136fc9');
});

test('gives colours as #rrggbb and none past the end', () => {
  expect([0, 1, 2, 15].map((id) => paletteColor(DAVIS_PALETTE, id))).toEqual([
    '#000000',
    '#800000',
    '#008000',
    '#c08080',
  ]);
  expect(paletteColor(DAVIS_PALETTE.subarray(0, 6), 2)).toBeUndefined();
});
