import { array, assert, constantFrom, integer, nat, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { gifFrames } from '../../../../src/render/gif/gif-frames.ts';
import { buildVideo } from '../../../helpers/export-fakes.ts';

const plain = (frames: ReturnType<typeof gifFrames>) =>
  frames.map(({ frame, hundredths }) => [frame, hundredths]);

function videoAt(timestampsUs: readonly number[], frameRate = 25) {
  return buildVideo({
    frameCount: timestampsUs.length,
    timestampsUs: Float64Array.from(timestampsUs),
    frameRate,
  });
}

const steady = (count: number, stepUs: number) =>
  videoAt(
    Array.from({ length: count }, (_, i) => Math.round(i * stepUs)),
    1e6 / stepUs,
  );

const range = (first: number, last: number, framesPerSecond: number) => ({
  first: frameIndex(first),
  last: frameIndex(last),
  framesPerSecond,
});

describe('the pictures of a GIF', () => {
  test('are those on screen at each tick', () => {
    expect(plain(gifFrames(steady(25, 40_000), range(0, 24, 5)))).toEqual([
      [0, 20],
      [5, 20],
      [10, 20],
      [15, 20],
      [20, 20],
    ]);
  });

  test('of 30 frames a second at 15 have delays that add up, whatever microseconds round to', () => {
    const frames = plain(gifFrames(steady(30, 1e6 / 30), range(0, 29, 15)));
    expect(frames.map(([frame]) => frame)).toEqual(Array.from({ length: 15 }, (_, i) => 2 * i));
    expect(frames.slice(0, 3).map(([, hundredths]) => hundredths)).toEqual([7, 6, 7]);
  });

  test('are not repeated where the clip is slower', () => {
    expect(plain(gifFrames(steady(3, 500_000), range(0, 2, 10)))).toEqual([
      [0, 50],
      [1, 50],
      [2, 50],
    ]);
  });

  test('of a variable rate keep its rhythm', () => {
    const video = videoAt([0, 100_000, 900_000, 1_000_000], 10);
    expect(plain(gifFrames(video, range(0, 3, 10)))).toEqual([
      [0, 10],
      [1, 80],
      [2, 10],
      [3, 10],
    ]);
  });

  test('of one frame last as long as the frame', () => {
    expect(plain(gifFrames(steady(9, 40_000), range(4, 4, 15)))).toEqual([[4, 4]]);
    const still = videoAt([0], Number.NaN);
    expect(plain(gifFrames(still, range(0, 0, 5)))).toEqual([[0, 100]]);
  });

  test('ascend, lie in the range, and together last as long as it', () => {
    const cases = record({
      stepsUs: array(integer({ min: 5_000, max: 400_000 }), { minLength: 1, maxLength: 60 }),
      from: nat(59),
      length: nat(59),
      framesPerSecond: constantFrom(5, 10, 15),
    });
    assert(
      property(cases, ({ stepsUs, from, length, framesPerSecond }) => {
        const timestampsUs = [0];
        for (const step of stepsUs) timestampsUs.push((timestampsUs.at(-1) ?? 0) + step);
        const first = Math.min(from, stepsUs.length);
        const last = Math.min(first + length, stepsUs.length);
        const frames = gifFrames(videoAt(timestampsUs), range(first, last, framesPerSecond));
        expect(frames[0]?.frame).toBe(first);
        for (const [i, { frame, hundredths }] of frames.entries()) {
          expect(hundredths).toBeGreaterThanOrEqual(2);
          expect(frame).toBeGreaterThan(frames[i - 1]?.frame ?? -1);
          expect(frame).toBeLessThanOrEqual(last);
        }
        const endUs = timestampsUs[last + 1] ?? (timestampsUs[last] ?? 0) + 40_000;
        const wanted = (endUs - (timestampsUs[first] ?? 0)) / 1e4;
        const total = frames.reduce((sum, { hundredths }) => sum + hundredths, 0);
        // The last picture alone is stretched to what players take.
        expect(Math.abs(total - wanted)).toBeLessThanOrEqual(2.5);
      }),
    );
  });
});
