import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import {
  annotatedFrame,
  framesOfTruth,
  nearestPosition,
  positionOfFrame,
} from '../../../src/store/annotated-frames.ts';
import { shownSequence } from '../../../src/store/ground-truth-slice.ts';
import { buildFakeTruth } from '../../helpers/fake-truth.ts';

const sequence = shownSequence(buildFakeTruth({ frameCount: 24, spacing: 8 }));

test('only annotated frames are found', () => {
  expect(annotatedFrame(sequence, frameIndex(8))?.frame).toBe(8);
  expect(annotatedFrame(sequence, frameIndex(9))).toBeUndefined();
  expect(annotatedFrame(undefined, frameIndex(8))).toBeUndefined();
});

test('an object is to be seen on the frames that name it, and the answer is kept', () => {
  if (sequence === undefined) throw new Error('no sequence');
  const [first, ...others] = sequence.frames;
  if (first === undefined) throw new Error('no frame');
  const thinned = { ...sequence, frames: [{ ...first, truthIds: [2] }, ...others] };
  expect(framesOfTruth(thinned, 1)).toEqual([8, 16]);
  expect(framesOfTruth(thinned, 2)).toEqual([0, 8, 16]);
  expect(framesOfTruth(thinned, 2)).toBe(framesOfTruth(thinned, 2));
  expect(framesOfTruth(thinned, 7)).toEqual([]);
});

test('the nearest frame is the one that a search of all finds', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200)), fc.nat(220), (unsorted, frame) => {
      const frames = unsorted.toSorted((a, b) => a - b);
      const distances = frames.map((other) => Math.abs(other - frame));
      expect(nearestPosition(frames, frame)).toBe(distances.indexOf(Math.min(...distances)));
      expect(positionOfFrame(frames, frame)).toBe(frames.indexOf(frame));
    }),
  );
});
