import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  frameAtX,
  framesOfColumn,
  INSET_PX,
  rulerStep,
  xOfFrame,
  type TimelineScale,
} from '../../../src/ui/timeline/timeline-geometry.ts';

const scales = fc.record({
  first: fc.integer({ min: 0, max: 5000 }),
  count: fc.integer({ min: 1, max: 20_000 }),
  width: fc.integer({ min: 100, max: 4000 }),
});

test('the frame at the middle of a frame is that frame', () => {
  fc.assert(
    fc.property(scales, fc.nat(20_000), (scale, offset) => {
      const frame = scale.first + (offset % scale.count);
      expect(frameAtX(xOfFrame(frame, scale), scale, 30_000)).toBe(frame);
    }),
  );
});

test('the columns between the insets cover every frame in sight', () => {
  fc.assert(
    fc.property(scales, (scale) => {
      let next = scale.first;
      for (let x = INSET_PX; x < scale.width - INSET_PX; x++) {
        const [first, end] = framesOfColumn(x, scale);
        expect(first).toBeLessThanOrEqual(next);
        next = Math.max(next, end);
      }
      expect(next).toBeGreaterThanOrEqual(scale.first + scale.count - 1);
    }),
    { numRuns: 30 },
  );
});

test('places beside the clip give its first and its last frame', () => {
  const scale: TimelineScale = { first: 0, count: 10, width: 200 };
  expect(frameAtX(-50, scale, 10)).toBe(0);
  expect(frameAtX(999, scale, 10)).toBe(9);
});

test('the ruler counts in ones, twos and fives of tens, wide enough apart', () => {
  const wide: TimelineScale = { first: 0, count: 10_000, width: 1028 };
  expect(rulerStep(wide, 60)).toBe(1000);
  expect(rulerStep({ ...wide, count: 300 }, 60)).toBe(20);
  expect(rulerStep({ ...wide, count: 20 }, 60)).toBe(2);
  expect(rulerStep({ ...wide, count: 5 }, 60)).toBe(1);
});
