import { describe, expect, it } from 'vitest';
import { UPRIGHT, type DecodedFrame } from '../../../src/media/decoded-frame.ts';
import { FrameCache } from '../../../src/media/frame-cache.ts';

function buildFrame(bytes: number): DecodedFrame {
  return {
    format: 'RGBA',
    stored: { width: 1, height: 1 },
    upright: { width: 1, height: 1 },
    orientation: UPRIGHT,
    colour: { matrix: 'bt709', isFullRange: false },
    data: new Uint8Array(bytes),
    planes: [{ offset: 0, stride: 4 }],
  };
}

function kept(cache: FrameCache, count: number): number[] {
  return Array.from({ length: count }, (_, i) => i).filter((i) => cache.has(i));
}

describe('FrameCache', () => {
  it('stays within its budget and drops the frame used longest ago', () => {
    const cache = new FrameCache(100);
    for (let i = 0; i < 4; i++) cache.put(i, buildFrame(25));
    cache.get(0);
    cache.put(4, buildFrame(25));
    expect(kept(cache, 5)).toEqual([0, 2, 3, 4]);
    expect(cache.usedBytes).toBe(100);
  });

  it('drops as many as a large frame needs', () => {
    const cache = new FrameCache(100);
    for (let i = 0; i < 4; i++) cache.put(i, buildFrame(25));
    cache.put(4, buildFrame(60));
    expect(kept(cache, 5)).toEqual([3, 4]);
    expect(cache.usedBytes).toBe(85);
  });

  it('keeps the newest frame even where it alone is over the budget', () => {
    const cache = new FrameCache(10);
    cache.put(0, buildFrame(5));
    cache.put(1, buildFrame(50));
    expect(kept(cache, 2)).toEqual([1]);
  });

  it('counts a frame that is put twice once', () => {
    const cache = new FrameCache(100);
    cache.put(0, buildFrame(40));
    cache.put(0, buildFrame(30));
    expect(cache.usedBytes).toBe(30);
  });
});
