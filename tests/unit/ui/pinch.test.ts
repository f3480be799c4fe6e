import { expect, test } from 'vitest';
import { viewPoint } from '../../../src/core/geometry.ts';
import { pinchBetween, wheelZoom } from '../../../src/ui/stage/pinch.ts';

test('fingers that move apart zoom in about their middle', () => {
  const step = pinchBetween(
    [viewPoint(0, 0), viewPoint(10, 0)],
    [viewPoint(0, 10), viewPoint(20, 10)],
  );
  expect(step).toEqual({ anchor: viewPoint(10, 10), factor: 2, dx: 5, dy: 10 });
});

test('fingers on one spot do not zoom without bounds', () => {
  const spot = viewPoint(5, 5);
  expect(pinchBetween([spot, spot], [spot, viewPoint(8, 9)]).factor).toBe(5);
});

test('turning the wheel back undoes the zoom', () => {
  expect(wheelZoom(-120, false)).toBeGreaterThan(1);
  expect(wheelZoom(-120, false) * wheelZoom(120, false)).toBeCloseTo(1);
  expect(wheelZoom(-10, true)).toBeCloseTo(Math.exp(0.1));
});
