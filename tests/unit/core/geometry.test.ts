import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  boxBetween,
  fitViewport,
  isInside,
  videoPoint,
  videoToView,
  viewPoint,
  viewToVideo,
  zoomViewport,
} from '../../../src/core/geometry.ts';

const coordinate = fc.double({ min: -5000, max: 5000, noNaN: true });
const sizes = fc.record({
  width: fc.integer({ min: 1, max: 8000 }),
  height: fc.integer({ min: 1, max: 8000 }),
});
const viewports = fc.record({
  scale: fc.double({ min: 0.01, max: 100, noNaN: true }),
  offsetX: coordinate,
  offsetY: coordinate,
});

describe('view and video coordinates', () => {
  test('a point is shown at offset + point · scale', () => {
    const viewport = { scale: 2, offsetX: 10, offsetY: -4 };
    expect(videoToView(videoPoint(3, 5), viewport)).toEqual({ x: 16, y: 6 });
    expect(viewToVideo(viewPoint(16, 6), viewport)).toEqual({ x: 3, y: 5 });
  });

  test('undo each other', () => {
    fc.assert(
      fc.property(coordinate, coordinate, viewports, (x, y, viewport) => {
        const there = viewToVideo(videoToView(videoPoint(x, y), viewport), viewport);
        expect(Math.abs(there.x - x)).toBeLessThan(1e-6);
        expect(Math.abs(there.y - y)).toBeLessThan(1e-6);
      }),
    );
  });
});

describe('fitViewport', () => {
  test.each([
    [
      { width: 200, height: 100 },
      { width: 100, height: 100 },
      { scale: 0.5, offsetX: 0, offsetY: 25 },
    ],
    [
      { width: 100, height: 200 },
      { width: 300, height: 400 },
      { scale: 2, offsetX: 50, offsetY: 0 },
    ],
  ])('centres %j in %j', (video, view, expected) => {
    expect(fitViewport(video, view)).toEqual(expected);
  });

  test('shows the whole video, touching two opposite edges', () => {
    fc.assert(
      fc.property(sizes, sizes, (video, view) => {
        const viewport = fitViewport(video, view);
        const [width, height] = [video.width * viewport.scale, video.height * viewport.scale];
        expect(width).toBeLessThanOrEqual(view.width + 1e-6);
        expect(height).toBeLessThanOrEqual(view.height + 1e-6);
        expect(Math.min(view.width - width, view.height - height)).toBeCloseTo(0, 6);
        const centre = videoToView(videoPoint(video.width / 2, video.height / 2), viewport);
        expect(centre.x).toBeCloseTo(view.width / 2, 6);
        expect(centre.y).toBeCloseTo(view.height / 2, 6);
      }),
    );
  });
});

describe('zoomViewport', () => {
  const factors = fc.double({ min: 0.1, max: 10, noNaN: true });

  test('keeps the anchor where it is', () => {
    fc.assert(
      fc.property(viewports, coordinate, coordinate, factors, (viewport, x, y, factor) => {
        const anchor = viewPoint(x, y);
        const zoomed = zoomViewport(viewport, anchor, factor);
        expect(zoomed.scale).toBeCloseTo(viewport.scale * factor, 9);
        const shown = videoToView(viewToVideo(anchor, viewport), zoomed);
        expect(Math.abs(shown.x - x)).toBeLessThan(1e-6);
        expect(Math.abs(shown.y - y)).toBeLessThan(1e-6);
      }),
    );
  });

  test('is undone by the inverse factor', () => {
    const viewport = { scale: 1.5, offsetX: 12, offsetY: 34 };
    const anchor = viewPoint(50, 60);
    const back = zoomViewport(zoomViewport(viewport, anchor, 4), anchor, 1 / 4);
    expect(back).toEqual(viewport);
  });
});

describe('boxBetween and isInside', () => {
  const video = { width: 100, height: 50 };

  test.each([
    [videoPoint(10, 20), videoPoint(30, 5), { x0: 10, y0: 5, x1: 30, y1: 20 }],
    [videoPoint(-10, -20), videoPoint(300, 500), { x0: 0, y0: 0, x1: 100, y1: 50 }],
  ])('spans %j and %j', (a, b, expected) => {
    expect(boxBetween(a, b, video)).toEqual(expected);
    expect(boxBetween(b, a, video)).toEqual(expected);
  });

  test('the frame has its first edges and not its last ones', () => {
    expect(isInside(videoPoint(0, 0), video)).toBe(true);
    expect(isInside(videoPoint(99.99, 49.99), video)).toBe(true);
    expect(isInside(videoPoint(100, 10), video)).toBe(false);
    expect(isInside(videoPoint(10, 50), video)).toBe(false);
    expect(isInside(videoPoint(-0.01, 10), video)).toBe(false);
  });
});
