import { describe, expect, it, vi } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { encodeRle, type MaskRle } from '../../../src/core/rle.ts';
import { MaskletStore, type MaskletChange } from '../../../src/media/masklets/masklet-store.ts';
import type { FrameMask } from '../../../src/protocol/media-api.ts';

const SIZE = { width: 4, height: 3 };

function maskWith(...pixels: number[]): MaskRle {
  const data = new Uint8Array(SIZE.width * SIZE.height);
  for (const pixel of pixels) data[pixel] = 1;
  return encodeRle({ ...SIZE, data });
}

function entry(object: number, frame: number, mask = maskWith(object, frame)): FrameMask {
  return { objectId: objectId(object), frame: frameIndex(frame), mask };
}

function buildStore(...masks: FrameMask[]): MaskletStore {
  const store = new MaskletStore();
  store.reset(SIZE);
  store.put(masks);
  return store;
}

describe('MaskletStore', () => {
  it('gives masks by frame, then object, whatever the order they came in', () => {
    const store = buildStore(entry(2, 7), entry(1, 7), entry(3, 0), entry(1, 2));
    const listed = store.masksOfFrames(frameIndex(0), frameIndex(8));
    expect(listed.map(({ frame, objectId }) => [frame, objectId])).toEqual([
      [0, 3],
      [2, 1],
      [7, 1],
      [7, 2],
    ]);
  });

  it('takes the end of a range as exclusive', () => {
    const store = buildStore(entry(1, 0), entry(1, 1), entry(1, 2));
    const listed = store.masksOfFrames(frameIndex(1), frameIndex(2));
    expect(listed.map(({ frame }) => frame)).toEqual([1]);
  });

  it('replaces the mask of an object on a frame and counts bytes once', () => {
    const store = buildStore(entry(1, 0, maskWith(0, 2, 4, 6)));
    const replacement = maskWith(1);
    store.put([entry(1, 0, replacement)]);
    expect(store.maskOf(objectId(1), frameIndex(0))).toBe(replacement);
    expect(store.usedBytes).toBe(buildStore(entry(1, 0, replacement)).usedBytes);
  });

  it('removes an object on some frames or on all', () => {
    const store = buildStore(entry(1, 0), entry(1, 1), entry(2, 1), entry(1, 2));
    store.remove(objectId(1), [frameIndex(1)]);
    expect(store.maskOf(objectId(1), frameIndex(1))).toBeUndefined();
    expect(store.maskOf(objectId(1), frameIndex(0))).toBeDefined();
    store.remove(objectId(1));
    const left = store.masksOfFrames(frameIndex(0), frameIndex(9));
    expect(left.map(({ objectId }) => objectId)).toEqual([2]);
  });

  it('is back at zero bytes when everything is gone', () => {
    const store = buildStore(entry(1, 0), entry(2, 5));
    store.remove(objectId(1));
    store.remove(objectId(2));
    expect(store.usedBytes).toBe(0);
    store.put([entry(1, 0)]);
    store.clear();
    expect(store.usedBytes).toBe(0);
    expect(store.masksOfFrames(frameIndex(0), frameIndex(9))).toEqual([]);
  });

  it('tells listeners enough to keep a copy in step', () => {
    const store = buildStore();
    const heard: MaskletChange[] = [];
    const stop = store.subscribe((change) => heard.push(change));
    const masks = [entry(1, 0)];
    store.put(masks);
    store.remove(objectId(1), [frameIndex(0)]);
    store.remove(objectId(1));
    store.clear();
    stop();
    store.put(masks);
    expect(heard).toEqual([
      { kind: 'put', masks },
      { kind: 'remove', objectId: 1, frames: [0] },
      { kind: 'remove', objectId: 1 },
      { kind: 'clear' },
    ]);
  });

  it('is silent about nothing', () => {
    const store = buildStore();
    const listener = vi.fn();
    store.subscribe(listener);
    store.put([]);
    expect(listener).not.toHaveBeenCalled();
  });

  it('refuses masks of another size', () => {
    const store = buildStore();
    const foreign = encodeRle({ width: 2, height: 2, data: new Uint8Array(4) });
    expect(() => store.put([entry(1, 0, foreign)])).toThrow(/2 × 2/);
  });
});
