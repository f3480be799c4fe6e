import { describe, expect, it } from 'vitest';
import {
  encodeClicks,
  firstPoints,
  sharedPrefix,
} from '../../../../../src/engine/sam2/tracker/prompt-encoding.ts';

const VIDEO = { width: 854, height: 480 };

describe('encodeClicks', () => {
  it('scales each axis to the model, in float32', () => {
    const { coordinates, labels } = encodeClicks(
      { kind: 'clicks', points: [{ x: 100, y: 33, label: 'positive' }] },
      VIDEO,
      1024,
    );
    const inFloat32 = (value: number, size: number) =>
      Math.fround(Math.fround(value / size) * 1024);
    expect([...coordinates]).toEqual([inFloat32(100, 854), inFloat32(33, 480)]);
    expect([...labels]).toEqual([1]);
  });

  it('puts the box first, as points labelled 2 and 3', () => {
    const { coordinates, labels } = encodeClicks(
      {
        kind: 'clicks',
        points: [
          { x: 427, y: 240, label: 'negative' },
          { x: 0, y: 0, label: 'positive' },
        ],
        box: { x0: 0, y0: 120, x1: 854, y1: 480 },
      },
      VIDEO,
      512,
    );
    expect([...labels]).toEqual([2, 3, 0, 1]);
    expect([...coordinates]).toEqual([0, 128, 512, 512, 256, 256, 0, 0]);
  });
});

describe('sharedPrefix', () => {
  const encode = (...points: readonly [number, number, 'positive' | 'negative'][]) =>
    encodeClicks(
      { kind: 'clicks', points: points.map(([x, y, label]) => ({ x, y, label })) },
      VIDEO,
      512,
    );

  it('counts points that agree in place and label', () => {
    const a = encode([1, 2, 'positive'], [3, 4, 'negative'], [5, 6, 'positive']);
    expect(sharedPrefix(a, encode([1, 2, 'positive'], [3, 4, 'negative']))).toBe(2);
    expect(sharedPrefix(a, encode([1, 2, 'positive'], [3, 4, 'positive']))).toBe(1);
    expect(sharedPrefix(a, encode([1, 2, 'positive'], [3, 9, 'negative']))).toBe(1);
    expect(sharedPrefix(a, a)).toBe(3);
  });

  it('finds firstPoints of a list in it', () => {
    const a = encode([1, 2, 'positive'], [3, 4, 'negative']);
    expect(firstPoints(a, 1)).toEqual(encode([1, 2, 'positive']));
  });
});
