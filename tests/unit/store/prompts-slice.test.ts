import { describe, expect, test } from 'vitest';
import type { PointPrompt } from '../../../src/core/prompts.ts';
import { emptyRle } from '../../../src/core/rle.ts';
import {
  lonePoint,
  NO_CLICKS,
  withBox,
  withCandidate,
  withoutPoint,
  withPoint,
} from '../../../src/store/prompts-slice.ts';

const A: PointPrompt = { x: 1, y: 2, label: 'positive' };
const B: PointPrompt = { x: 3, y: 4, label: 'positive' };
const BOX = { x0: 0, y0: 0, x1: 5, y1: 5 };
const mask = emptyRle(8, 8);
const painted = { kind: 'mask', mask } as const;

describe('points on a mask', () => {
  test('refine it, and leave it when the last one is taken back', () => {
    const one = withPoint(painted, A);
    expect(one).toEqual({ kind: 'clicks', points: [A], mask });
    const two = withPoint(one, B);
    expect(withoutPoint(two, 0)).toEqual({ kind: 'clicks', points: [B], mask });
    expect(withoutPoint(one, 0)).toEqual(painted);
  });

  test('give way to a box, with the mask', () => {
    expect(withBox(painted, BOX)).toEqual({ kind: 'clicks', points: [], box: BOX });
    const boxed = withBox(withPoint(painted, A), BOX);
    expect(boxed).toEqual({ kind: 'clicks', points: [A], box: BOX });
    expect(withBox(boxed, undefined)).toEqual({ kind: 'clicks', points: [A] });
  });
});

describe('a candidate', () => {
  const chosen = withCandidate(withPoint(undefined, A), 2);

  test('stays while its point does', () => {
    expect(chosen).toEqual({ kind: 'clicks', points: [A], candidate: 2 });
    const refined = withPoint(chosen, B);
    expect(refined).toEqual({ kind: 'clicks', points: [A, B], candidate: 2 });
    expect(withoutPoint(refined, 1)).toEqual(chosen);
  });

  test('goes with its point, or with a box', () => {
    expect(withoutPoint(withPoint(chosen, B), 0)).toEqual({ kind: 'clicks', points: [B] });
    expect(withBox(chosen, BOX)).toEqual({ kind: 'clicks', points: [A], box: BOX });
  });
});

test('only a lone positive point has candidates', () => {
  const one = withPoint(undefined, A);
  expect(lonePoint(one)).toBe(A);
  expect(lonePoint(withCandidate(one, 1))).toBe(A);
  expect(lonePoint(withPoint(one, B))).toBeUndefined();
  expect(lonePoint(withPoint(undefined, { ...A, label: 'negative' }))).toBeUndefined();
  expect(lonePoint(withBox(one, BOX))).toBeUndefined();
  expect(lonePoint(painted)).toBeUndefined();
  expect(lonePoint(NO_CLICKS)).toBeUndefined();
  expect(lonePoint(undefined)).toBeUndefined();
});
