import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { videoToView, viewPoint, viewToVideo } from '../../../src/core/geometry.ts';
import { INITIAL_VIEW, pannedBy, viewportOf, zoomedBy } from '../../../src/store/view-slice.ts';

const VIDEO = { width: 1920, height: 1080 };
const STAGE = { width: 1000, height: 700 };
const view = { ...INITIAL_VIEW, stageSize: STAGE };

test('a fitted frame lies whole and centred on the stage', () => {
  const { scale, offsetX, offsetY } = viewportOf(view, VIDEO);
  expect(offsetX).toBeGreaterThan(0);
  expect(offsetX * 2 + VIDEO.width * scale).toBeCloseTo(STAGE.width);
  expect(offsetY * 2 + VIDEO.height * scale).toBeCloseTo(STAGE.height);
});

test('zooming keeps the point under the pointer and the scale within bounds', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 1000, noNaN: true }),
      fc.double({ min: 0, max: 700, noNaN: true }),
      fc.double({ min: 0.01, max: 100, noNaN: true }),
      (x, y, factor) => {
        const before = viewportOf(view, VIDEO);
        const after = zoomedBy(before, viewPoint(x, y), factor);
        const back = videoToView(viewToVideo(viewPoint(x, y), before), after);
        expect(back.x).toBeCloseTo(x, 4);
        expect(back.y).toBeCloseTo(y, 4);
        expect(after.scale).toBeGreaterThanOrEqual(0.05 - 1e-9);
        expect(after.scale).toBeLessThanOrEqual(32 + 1e-9);
      },
    ),
  );
});

test('the frame cannot be pushed out of sight', () => {
  const sizes = { stage: STAGE, video: VIDEO };
  const far = pannedBy(viewportOf(view, VIDEO), { dx: 1e6, dy: -1e6 }, sizes);
  expect(far.offsetX).toBe(STAGE.width - 48);
  expect(far.offsetY).toBe(48 - VIDEO.height * far.scale);
});
