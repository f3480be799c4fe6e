import { expect, test } from 'vitest';
import { FilmstripCache } from '../../../../src/ui/timeline/filmstrip-cache.ts';
import { filmstripSlots } from '../../../../src/ui/timeline/filmstrip-slots.ts';
import { frameAtX, INSET_PX } from '../../../../src/ui/timeline/timeline-geometry.ts';

/** A picture that tells whether it was closed. */
function picture() {
  const fake = { width: 16, height: 9, isClosed: false, close: () => void (fake.isClosed = true) };
  return fake;
}

test('slots lie side by side over the whole clip, each a picture wide at least', () => {
  const scale = { first: 0, count: 10_000, width: 1028 };
  const slots = filmstripSlots(scale, { frameCount: 10_000, pictureWidth: 70 });
  expect(slots[0]?.x).toBe(INSET_PX);
  const last = slots.at(-1);
  expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(1028 - INSET_PX, 6);
  for (const [at, slot] of slots.slice(0, -1).entries()) {
    expect(slot.width).toBeGreaterThanOrEqual(70);
    expect(slots[at + 1]?.x).toBeCloseTo(slot.x + slot.width, 6);
  }
  for (const { frame, x, width } of slots) {
    const [left, right] = [x, x + width - 0.01].map((place) => frameAtX(place, scale, 10_000));
    expect(frame).toBeGreaterThanOrEqual(left ?? 0);
    expect(frame).toBeLessThanOrEqual(right ?? 0);
  }
});

test('panning meets the same frames again', () => {
  const at = (first: number) =>
    filmstripSlots({ first, count: 300, width: 1000 }, { frameCount: 5000, pictureWidth: 64 }).map(
      ({ frame }) => Number(frame),
    );
  const [here, there] = [at(1000), at(1057.3)];
  const shared = here.filter((frame) => frame >= 1057.3);
  expect(shared.length).toBeGreaterThan(5);
  expect(there).toEqual(expect.arrayContaining(shared));
});

test('zoomed in, each frame has its own slot, and the clip ends where it ends', () => {
  const scale = { first: 10, count: 20, width: 2028 };
  const slots = filmstripSlots(scale, { frameCount: 25, pictureWidth: 70 });
  expect(slots.map(({ frame }) => Number(frame))).toEqual([
    10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
  ]);
});

test('closes the pictures that it lets go of, the oldest first', () => {
  const cache = new FilmstripCache(2);
  const [a, b, c, d] = [picture(), picture(), picture(), picture()];
  const pictures = [a, b, c, d];
  cache.put(1, a);
  cache.put(2, b);
  expect(cache.get(1)).toBe(a);
  cache.put(3, c);
  expect(pictures.map(({ isClosed }) => isClosed)).toEqual([false, true, false, false]);
  cache.put(3, d);
  expect(c.isClosed).toBe(true);
  expect(cache.nearest(5, 3)).toBe(d);
  expect(cache.nearest(5, 1)).toBeUndefined();
  cache.clear();
  expect(pictures.every(({ isClosed }) => isClosed)).toBe(true);
  expect(cache.size).toBe(0);
});
