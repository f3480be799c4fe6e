import { expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { BenchmarkScene } from '../../../../src/engine/benchmark/benchmark-scene.ts';

const scene = new BenchmarkScene();
const { width, height } = scene.size;

function colorAt(frame: number, x: number, y: number): readonly number[] {
  const { rgba } = scene.framePixels(frameIndex(frame));
  const at = (Math.round(y) * width + Math.round(x)) * 4;
  return [...rgba.subarray(at, at + 3)];
}

test('frames are opaque, of one size, and the same for every scene', () => {
  const { rgba, frame } = scene.framePixels(frameIndex(5));
  expect(frame).toBe(5);
  expect(rgba).toHaveLength(width * height * 4);
  for (let at = 3; at < rgba.length; at += 4) if (rgba[at] !== 255) expect.fail(`alpha at ${at}`);
  const again = new BenchmarkScene().framePixels(frameIndex(5)).rgba;
  // Not by the test runner, which takes minutes to compare so many numbers.
  expect(Buffer.from(again.buffer).equals(Buffer.from(rgba.buffer))).toBe(true);
});

test('every object lies inside every frame and differs from the ground beside it', () => {
  for (let frame = 0; frame < 30; frame++) {
    for (let object = 1; object <= 8; object++) {
      const { x, y } = scene.centreOf(object, frameIndex(frame));
      expect(x).toBeGreaterThan(40);
      expect(x).toBeLessThan(width - 40);
      expect(y).toBeGreaterThan(40);
      expect(y).toBeLessThan(height - 40);
    }
  }
  const { x, y } = scene.centreOf(1, frameIndex(0));
  const [object, ground] = [colorAt(0, x, y), colorAt(0, x, y + 100)];
  const difference = object.reduce(
    (sum, value, at) => sum + Math.abs(value - (ground[at] ?? 0)),
    0,
  );
  expect(difference).toBeGreaterThan(60);
});

test('objects move a little from each frame to the next, also where the pictures turn back', () => {
  for (let frame = 0; frame < 60; frame++) {
    const before = scene.centreOf(3, frameIndex(frame));
    const after = scene.centreOf(3, frameIndex(frame + 1));
    const step = Math.hypot(after.x - before.x, after.y - before.y);
    expect(step).toBeGreaterThan(0);
    expect(step).toBeLessThan(8);
  }
});
