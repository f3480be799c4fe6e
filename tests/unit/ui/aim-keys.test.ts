import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isInside, videoToView, videoPoint } from '../../../src/core/geometry.ts';
import { aimKeyOf, aimMoved, firstAim, panIntoSight } from '../../../src/ui/stage/aim-keys.ts';

const press = (
  key: string,
  held: { shiftKey?: boolean; altKey?: boolean; ctrlKey?: boolean } = {},
) => aimKeyOf({ key, shiftKey: false, altKey: false, ctrlKey: false, metaKey: false, ...held });

test('arrows move, with Shift farther; Enter presses, with Shift the other button', () => {
  expect(press('ArrowRight')).toEqual({ type: 'move', dx: 4, dy: 0 });
  expect(press('ArrowUp', { shiftKey: true })).toEqual({ type: 'move', dx: 0, dy: -40 });
  expect(press('Enter')).toEqual({ type: 'press', button: 'primary' });
  expect(press('Enter', { shiftKey: true })).toEqual({ type: 'press', button: 'secondary' });
  expect(press('Escape')).toEqual({ type: 'leave' });
});

test('all other keys stay the studio’s', () => {
  for (const key of ['t', ' ', 'Backspace', 'Tab', 'Home', '3']) expect(press(key)).toBeUndefined();
  expect(press('ArrowLeft', { altKey: true })).toBeUndefined();
  expect(press('ArrowUp', { ctrlKey: true })).toBeUndefined();
});

const size = fc.record({
  width: fc.integer({ min: 1, max: 4000 }),
  height: fc.integer({ min: 1, max: 4000 }),
});
const scale = fc.double({ min: 0.05, max: 32, noNaN: true });
const delta = fc.double({ min: -9000, max: 9000, noNaN: true });

test('what is aimed at is always a pixel of the frame', () => {
  fc.assert(
    fc.property(size, scale, delta, delta, (video, factor, dx, dy) => {
      const from = videoPoint(video.width / 2, video.height / 2);
      const to = aimMoved(from, { dx, dy }, { scale: factor, video });
      expect(isInside(to, video)).toBe(true);
    }),
  );
});

test('a step is as far on the screen whatever the zoom', () => {
  const video = { width: 640, height: 360 };
  const at = aimMoved(videoPoint(100, 100), { dx: 40, dy: 0 }, { scale: 2, video });
  expect(at).toEqual({ x: 120, y: 100 });
});

test('it begins in the middle of what is in sight', () => {
  const stage = { width: 800, height: 600 };
  const video = { width: 400, height: 300 };
  const whole = { scale: 1, offsetX: 200, offsetY: 150 };
  expect(firstAim(whole, video, stage)).toEqual({ x: 200, y: 150 });
  // Twice as large as the stage, pushed to the left: its right half is seen.
  const half = { scale: 4, offsetX: -800, offsetY: 0 };
  expect(firstAim(half, video, stage)).toEqual({ x: 300, y: 75 });
});

test('a frame that is larger than the stage moves as far as it must', () => {
  const stage = { width: 800, height: 600 };
  const viewport = { scale: 4, offsetX: 0, offsetY: 0 };
  const inside = videoToView(videoPoint(100, 100), viewport);
  expect(panIntoSight(inside, stage)).toEqual({ dx: 0, dy: 0 });
  const beyond = videoToView(videoPoint(300, 2), viewport);
  expect(panIntoSight(beyond, stage)).toEqual({ dx: 800 - 24 - 1200, dy: 24 - 8 });
});
