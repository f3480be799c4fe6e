import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { wipeAt, wipeLine } from '../../../src/ui/stage/wipe-geometry.ts';

const video = { width: 640, height: 360 };
const stage = { width: 1000, height: 500 };

test('the line follows zoom and pan, cut to the stage', () => {
  const viewport = { scale: 2, offsetX: -300, offsetY: -100 };
  expect(wipeLine(0.5, { viewport, video, stage })).toEqual({ x: 340, top: 0, height: 500 });
  const fitted = { scale: 1, offsetX: 180, offsetY: 70 };
  expect(wipeLine(0, { viewport: fitted, video, stage })).toEqual({ x: 180, top: 70, height: 360 });
});

test('there is no line where it would be beside the stage, or the video above it', () => {
  const viewport = { scale: 2, offsetX: -300, offsetY: -100 };
  expect(wipeLine(0.1, { viewport, video, stage })).toBeUndefined();
  const above = { scale: 1, offsetX: 0, offsetY: -400 };
  expect(wipeLine(0.5, { viewport: above, video, stage })).toBeUndefined();
});

test('the place of the line gives its fraction back; beyond the video it is 0 or 1', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 1000 }),
      fc.integer({ min: 1, max: 80 }),
      (mille, ten) => {
        const viewport = { scale: ten / 10, offsetX: -37, offsetY: 0 };
        const x = viewport.offsetX + (mille / 1000) * video.width * viewport.scale;
        expect(wipeAt(x, { viewport, video })).toBeCloseTo(mille / 1000, 9);
      },
    ),
  );
  const viewport = { scale: 1, offsetX: 100, offsetY: 0 };
  expect(wipeAt(20, { viewport, video })).toBe(0);
  expect(wipeAt(900, { viewport, video })).toBe(1);
});
