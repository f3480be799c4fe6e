import { describe, expect, it, vi } from 'vitest';
import type { TruthMask } from '../../../src/core/ground-truth.ts';
import { frameIndex } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { TruthStore } from '../../../src/media/masklets/truth-store.ts';
import type { TruthFrameMasks } from '../../../src/protocol/media-api.ts';

const SIZE = { width: 4, height: 3 };

function maskWith(pixels: readonly number[], size = SIZE): MaskRle {
  const data = new Uint8Array(size.width * size.height);
  for (const pixel of pixels) data[pixel] = 1;
  return encodeRle({ ...size, data });
}

function truthMask(truthId: number, ...pixels: number[]): TruthMask {
  return { truthId, mask: maskWith(pixels) };
}

function frameOf(sequence: string, frame: number, ...masks: TruthMask[]): TruthFrameMasks {
  return { sequence, frame: frameIndex(frame), masks };
}

function idsOf(store: TruthStore, sequence: string, frame: number): number[] | undefined {
  return store.masksOf(sequence, frameIndex(frame))?.map(({ truthId }) => truthId);
}

function buildStore(...frames: TruthFrameMasks[]): TruthStore {
  const store = new TruthStore();
  store.put(frames);
  store.settle('use');
  return store;
}

describe('TruthStore', () => {
  it('gives masks by sequence and frame, by ascending truth id', () => {
    const store = buildStore(
      frameOf('P01_01', 6, truthMask(9, 1), truthMask(2, 0)),
      frameOf('P01_02', 6, truthMask(4, 1)),
    );
    expect(idsOf(store, 'P01_01', 6)).toEqual([2, 9]);
    expect(idsOf(store, 'P01_02', 6)).toEqual([4]);
  });

  it('tells a frame without objects from one that is not annotated', () => {
    const store = buildStore(frameOf('a', 0));
    expect(store.masksOf('a', frameIndex(0))).toEqual([]);
    expect(store.masksOf('a', frameIndex(1))).toBeUndefined();
    expect(store.masksOf('b', frameIndex(0))).toBeUndefined();
  });

  it('shows nothing of what arrives until it is settled, then all of it in one', () => {
    const store = buildStore(frameOf('old', 0, truthMask(1, 0)));
    store.put([frameOf('new', 3, truthMask(5, 1))]);
    store.put([frameOf('new', 4, truthMask(6, 2))]);
    expect(idsOf(store, 'old', 0)).toEqual([1]);
    expect(idsOf(store, 'new', 3)).toBeUndefined();
    store.settle('use');
    expect(idsOf(store, 'old', 0)).toBeUndefined();
    expect([idsOf(store, 'new', 3), idsOf(store, 'new', 4)]).toEqual([[5], [6]]);
  });

  it('forgets what arrived when it is discarded, and nothing else', () => {
    const store = buildStore(frameOf('old', 0, truthMask(1, 0)));
    store.put([frameOf('new', 0, truthMask(2, 0))]);
    store.settle('discard');
    expect(idsOf(store, 'old', 0)).toEqual([1]);
    store.put([frameOf('other', 0, truthMask(3, 0))]);
    store.settle('use');
    expect(idsOf(store, 'new', 0)).toBeUndefined();
    expect(idsOf(store, 'other', 0)).toEqual([3]);
  });

  it('replaces a frame that comes again', () => {
    const store = buildStore(frameOf('a', 0, truthMask(1, 0)), frameOf('a', 0, truthMask(2, 1)));
    expect(idsOf(store, 'a', 0)).toEqual([2]);
  });

  it('forgets what it uses and what arrives when it is cleared', () => {
    const store = buildStore(frameOf('a', 0, truthMask(1, 0)));
    store.put([frameOf('b', 0, truthMask(1, 0))]);
    store.clear();
    expect([idsOf(store, 'a', 0), store.usedBytes]).toEqual([undefined, 0]);
    store.settle('use');
    expect(idsOf(store, 'b', 0)).toBeUndefined();
  });

  it('tells of every change of what it uses, and of no other', () => {
    const store = buildStore();
    const listener = vi.fn();
    const unsubscribe = store.subscribe(listener);
    store.put([frameOf('a', 0, truthMask(1, 0))]);
    store.settle('discard');
    expect(listener).not.toHaveBeenCalled();
    store.put([frameOf('a', 0, truthMask(1, 0))]);
    listener.mockImplementation(() => expect(idsOf(store, 'a', 0)).toEqual([1]));
    store.settle('use');
    expect(listener).toHaveBeenCalledTimes(1);
    listener.mockReset();
    store.clear();
    expect(listener).toHaveBeenCalledTimes(1);
    unsubscribe();
    store.clear();
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('takes a mask of another size than its sequence has for a bug, on any frame', () => {
    const odd = { truthId: 2, mask: maskWith([0], { width: 3, height: 4 }) };
    const store = new TruthStore();
    expect(() => store.put([frameOf('a', 0, truthMask(1, 0), odd)])).toThrow('3 × 4');
    store.put([frameOf('b', 0, truthMask(1, 0))]);
    expect(() => store.put([frameOf('b', 1, odd)])).toThrow('3 × 4');
  });

  it('takes sequences of different sizes', () => {
    const store = new TruthStore();
    const small = { truthId: 1, mask: maskWith([0], { width: 2, height: 2 }) };
    store.put([frameOf('a', 0, truthMask(1, 0)), frameOf('b', 0, small)]);
    store.settle('use');
    expect(store.masksOf('b', frameIndex(0))?.[0]?.mask.width).toBe(2);
  });

  it('counts what it uses and what arrives', () => {
    const store = buildStore(frameOf('a', 0, truthMask(1, 0, 2, 4)));
    const alone = store.usedBytes;
    expect(alone).toBeGreaterThan(0);
    store.put([frameOf('b', 0, truthMask(1, 0, 2, 4))]);
    expect(store.usedBytes).toBe(2 * alone);
    store.settle('discard');
    expect(store.usedBytes).toBe(alone);
  });
});
