import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../../src/core/ids.ts';
import { FeatureCache } from '../../../../../src/engine/sam2/tracker/feature-cache.ts';
import { FakeEngineGraphs, labelOf } from '../../../../helpers/fake-engine-graphs.ts';

/** d·S²/16 at d = 128 and S = 64. */
const FRAME_BYTES = (128 * 64 * 64) / 16;

function setUp(frames: number) {
  const graphs = new FakeEngineGraphs();
  const cache = new FeatureCache({
    graphs,
    input: async (frame) => graphs.image(frame),
    budgetBytes: frames * FRAME_BYTES,
  });
  const visit = async (frame: number) => {
    using lease = await cache.lease(frameIndex(frame));
    return labelOf(lease.features.stride16);
  };
  const encoded = () => graphs.callsOf('encodeImage').map((call) => call.frame);
  return { graphs, cache, visit, encoded };
}

describe('FeatureCache', () => {
  it('encodes a frame once while it is kept, and frees the image', async () => {
    const { graphs, cache, visit, encoded } = setUp(2);
    expect(await visit(3)).toBe('stride16@3');
    await visit(3);
    expect(encoded()).toEqual([3]);
    expect(graphs.live.size).toBe(3);
    cache[Symbol.dispose]();
    graphs[Symbol.dispose]();
  });

  it('drops the least recently used beyond its budget', async () => {
    const { visit, encoded } = setUp(2);
    for (const frame of [0, 1, 0, 2]) await visit(frame);
    await visit(0);
    await visit(1);
    expect(encoded()).toEqual([0, 1, 2, 1]);
  });

  it('keeps the frame used last even without a budget', async () => {
    const { visit, encoded } = setUp(0);
    for (const frame of [0, 0, 1, 1, 0]) await visit(frame);
    expect(encoded()).toEqual([0, 1, 0]);
  });

  it('never drops a leased frame', async () => {
    const { graphs, cache, visit } = setUp(1);
    const lease = await cache.lease(frameIndex(0));
    for (const frame of [1, 2, 3]) await visit(frame);
    expect(labelOf(lease.features.stride4)).toBe('stride4@0');
    lease[Symbol.dispose]();
    lease[Symbol.dispose]();
    expect(graphs.live.size).toBe(3);
  });

  it('shares the work of leases that come at once', async () => {
    const { cache, encoded } = setUp(1);
    const leases = await Promise.all([cache.lease(frameIndex(5)), cache.lease(frameIndex(5))]);
    expect(encoded()).toEqual([5]);
    for (const lease of leases) lease[Symbol.dispose]();
  });

  it('tries again after a failure', async () => {
    const { graphs, cache, visit, encoded } = setUp(1);
    graphs.failNext = 'encodeImage';
    await expect(cache.lease(frameIndex(0))).rejects.toThrow('encodeImage failed');
    expect(graphs.live.size).toBe(0);
    await visit(0);
    expect(encoded()).toEqual([0]);
  });

  it('frees leased features with their lease once it is disposed', async () => {
    const { graphs, cache, visit } = setUp(4);
    await visit(1);
    const lease = await cache.lease(frameIndex(2));
    cache[Symbol.dispose]();
    expect(graphs.live.size).toBe(3);
    await expect(cache.lease(frameIndex(2))).rejects.toThrow(/disposed/);
    lease[Symbol.dispose]();
    graphs[Symbol.dispose]();
  });
});
