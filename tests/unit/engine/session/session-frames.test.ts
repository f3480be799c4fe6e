import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { SessionFrames } from '../../../../src/engine/session/session-frames.ts';

const SIZE = { width: 4, height: 4 };

function framesOf(frames: readonly number[], frameCount = 100): SessionFrames {
  return new SessionFrames({ ...SIZE, frameCount, frames: frames.map(frameIndex) });
}

describe('SessionFrames', () => {
  test('takes frames to positions and back, and knows no others', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(99), { minLength: 1 }), (chosen) => {
        const ascending = chosen.toSorted((a, b) => a - b);
        const frames = framesOf(ascending);
        expect(frames.count).toBe(chosen.length);
        for (let frame = 0; frame < 100; frame++) {
          const at = ascending.indexOf(frame);
          if (at < 0) {
            expect(() => frames.positionOf(frameIndex(frame))).toThrow(
              expect.objectContaining({ name: 'StudioError', code: 'frame-outside-session' }),
            );
            continue;
          }
          expect(frames.positionOf(frameIndex(frame))).toBe(at);
          expect(frames.frameAt(frameIndex(at))).toBe(frame);
        }
      }),
    );
  });

  test('is the clip itself where no frames are chosen', () => {
    const frames = new SessionFrames({ ...SIZE, frameCount: 7 });
    expect(frames.count).toBe(7);
    expect(frames.positionOf(frameIndex(5))).toBe(5);
    expect(frames.frameAt(frameIndex(5))).toBe(5);
  });

  test('takes both ends of a request to positions, and refuses those outside', () => {
    const frames = framesOf([10, 20, 40]);
    const request = { start: frameIndex(40), end: frameIndex(10), direction: 'reverse' } as const;
    expect(frames.toPositions(request)).toEqual({ start: 2, end: 0, direction: 'reverse' });
    for (const outside of [{ start: frameIndex(39) }, { end: frameIndex(0) }]) {
      expect(() => frames.toPositions({ ...request, ...outside })).toThrow(
        expect.objectContaining({ code: 'frame-outside-session' }),
      );
    }
  });

  test.each([
    [15, 'Go to frame 10 or 20,'],
    [3, 'Go to frame 10,'],
    [99, 'Go to frame 40,'],
  ])('says of frame %i where to go instead', (frame, hint) => {
    expect(() => framesOf([10, 20, 40]).positionOf(frameIndex(frame))).toThrow(
      expect.objectContaining({
        message: `Frame ${frame} is not among the 3 frames that the model tracks now.`,
        hint: expect.stringContaining(hint),
      }),
    );
  });

  test.each([
    ['none', []],
    ['a frame twice', [1, 2, 2]],
    ['not ascending', [3, 1]],
    ['past the clip’s end', [1, 100]],
  ])('refuses frames that make no video: %s', (_, frames) => {
    expect(() => framesOf(frames)).toThrow('Invariant');
  });

  test('has nothing past its last position', () => {
    expect(() => framesOf([10, 20]).frameAt(frameIndex(2))).toThrow('Invariant');
  });
});
