import { describe, expect, it } from 'vitest';
import { BoundedCache } from '../../../src/media/bounded-cache.ts';

function buildCache(budget: number, ...costs: number[]): BoundedCache<number, string> {
  const cache = new BoundedCache<number, string>({ budget, costOf: (value) => value.length });
  costs.forEach((cost, key) => cache.put(key, 'x'.repeat(cost)));
  return cache;
}

function kept(cache: BoundedCache<number, string>, count: number): number[] {
  return Array.from({ length: count }, (_, key) => key).filter((key) => cache.has(key));
}

describe('BoundedCache', () => {
  it('stays within its budget and drops the value used longest ago', () => {
    const cache = buildCache(100, 25, 25, 25, 25);
    cache.get(0);
    cache.put(4, 'x'.repeat(25));
    expect(kept(cache, 5)).toEqual([0, 2, 3, 4]);
    expect(cache.used).toBe(100);
  });

  it('drops as many as a large value needs', () => {
    const cache = buildCache(100, 25, 25, 25, 25, 60);
    expect(kept(cache, 5)).toEqual([3, 4]);
    expect(cache.used).toBe(85);
  });

  it('keeps the newest value even where it alone is over the budget', () => {
    expect(kept(buildCache(10, 5, 50), 2)).toEqual([1]);
  });

  it('counts a value that is put twice once, and gives the newer', () => {
    const cache = buildCache(100, 40);
    cache.put(0, 'newer');
    expect(cache.used).toBe(5);
    expect(cache.get(0)).toBe('newer');
  });

  it('holds nothing once it is cleared', () => {
    const cache = buildCache(100, 40, 40);
    cache.clear();
    expect([cache.used, cache.get(0), cache.has(1)]).toEqual([0, undefined, false]);
  });
});
