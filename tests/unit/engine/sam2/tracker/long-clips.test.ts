import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../../src/core/ids.ts';
import {
  DEFAULT_SETTINGS,
  REFERENCE_SETTINGS,
} from '../../../../../src/engine/sam2/tracker/tracker-settings.ts';
import { HAND, leftHalf, MUG, span, TrackerFixture } from './tracker-fixture.ts';

/** Tracks a long clip from frame 0 and stores a mask for each frame, as a session does. */
async function trackedLong(frameCount: number, options = {}) {
  const fixture = new TrackerFixture(frameCount, options);
  await fixture.click(MUG, 0, 10);
  await fixture.track();
  for (const frame of span(0, frameCount - 1)) fixture.masks.set(`${MUG}/${frame}`, leftHalf());
  fixture.clearCalls();
  return fixture;
}

describe('memory over 2,000 frames', () => {
  it('is flat, for two objects and both directions', async () => {
    using fixture = new TrackerFixture(2000);
    await fixture.click(MUG, 1000, 10);
    await fixture.click(HAND, 1000, 20);
    for (const direction of ['forward', 'reverse'] as const) {
      const counts: number[] = [];
      for await (const { frame } of fixture.tracker.propagate({ direction })) {
        if (Math.abs(frame - 1000) > 100) counts.push(fixture.graphs.live.size);
      }
      expect(counts).toHaveLength(direction === 'forward' ? 899 : 900);
      expect(Math.max(...counts)).toBe(Math.min(...counts));
      expect(counts[0]).toBeLessThan(900);
    }
  });

  it('keeps to its budget of bytes, but for what going on needs', async () => {
    using fixture = new TrackerFixture(200, { recentStateBytes: 0 });
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    const held = [...fixture.graphs.live].filter(({ label }) => label.startsWith('memory of'));
    expect(held.map(({ label }) => Number(label.split('@')[1]))).toEqual([
      0,
      ...span(1, 6),
      ...span(193, 199),
    ]);
    const pointers = [...fixture.graphs.live].filter(({ label }) => label.startsWith('pointer'));
    expect(pointers).toHaveLength(1 + 6 + 65);
  });

  it('changes nothing in what a run attends to', async () => {
    const attended = async (recentStateBytes: number) => {
      using fixture = new TrackerFixture(300, { recentStateBytes });
      await fixture.click(MUG, 0, 10);
      await fixture.track();
      await fixture.track({ direction: 'reverse', start: frameIndex(299) });
      return fixture.graphs.callsOf('attendMemory');
    };
    const all = await attended(Infinity);
    expect(await attended(0)).toEqual(all);
    expect(all[250]?.memories).toEqual([
      'memory of filled logits0@0:6',
      ...span(245, 250).map((frame) => `memory of logits${frame}@${frame}:${250 - frame}`),
    ]);
    expect(all[250]?.pointers).toHaveLength(16);
  });
});

describe('a correction far from the frame tracked last', () => {
  it('attends to memories made anew from stored masks', async () => {
    using fixture = await trackedLong(300);
    await fixture.click(MUG, 100, 20);
    expect(fixture.graphs.callsOf('useMaskAsOutput').map(({ frame }) => frame)).toEqual([
      100,
      ...span(99, 94),
    ]);
    expect(fixture.graphs.callsOf('useMaskAsOutput')[0]?.areaPx).toBe(64 * 32);
    expect(fixture.graphs.callsOf('encodeMemory')[1]).toMatchObject({
      frame: 99,
      isMaskFromPoints: true,
    });
    expect(fixture.lastAttention()).toMatchObject({
      memories: [
        'memory of filled logits0@0:6',
        ...[94, 95, 96, 97, 98, 99].map(
          (frame, i) => `memory of filled logits${400 - frame}@${frame}:${5 - i}`,
        ),
      ],
    });
    expect(fixture.lastAttention()?.pointers).toHaveLength(7);
    expect(fixture.graphs.callsOf('decodeMask')[0]?.previousLogits).toBe('filled logits300@100');
  });

  it('rebuilds nothing near the frame tracked last', async () => {
    using fixture = await trackedLong(300);
    await fixture.click(MUG, 299 - 64 + 15, 20);
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toEqual([]);
    expect(fixture.lastAttention()?.pointers).toHaveLength(16);
  });

  it('keeps the pointers it has when only memories were let go of', async () => {
    using fixture = await trackedLong(300, { recentStateBytes: 0 });
    await fixture.click(MUG, 280, 20);
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toHaveLength(7);
    const { memories, pointers } = fixture.lastAttention() ?? {};
    expect(memories?.[6]).toBe('memory of filled logits301@279:0');
    expect(pointers?.slice(1)).toEqual(span(279, 265).map((t) => `pointer${t}@${t}:${280 - t}`));
  });

  it('does without frames whose mask is not stored', async () => {
    using fixture = await trackedLong(300);
    for (const frame of [100, 97]) fixture.masks.delete(`${MUG}/${frame}`);
    await fixture.click(MUG, 100, 20);
    expect(fixture.lastAttention()?.memories).toHaveLength(6);
    expect(fixture.graphs.callsOf('decodeMask')[0]?.previousLogits).toBeUndefined();
  });

  it('takes no stored mask for a frame that was never tracked', async () => {
    using fixture = await trackedLong(300);
    await fixture.click(HAND, 100, 20);
    for (const frame of span(90, 110)) fixture.masks.set(`${HAND}/${frame}`, leftHalf());
    const [objectIds, start] = [[HAND], frameIndex(99)];
    await fixture.track({ direction: 'forward', objectIds, start, end: frameIndex(102) });
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toEqual([]);
  });

  it('costs an object nothing that another one is tracked elsewhere', async () => {
    using fixture = await trackedLong(300);
    await fixture.click(HAND, 0, 20);
    const until = { end: frameIndex(100), direction: 'forward' } as const;
    await fixture.track({ ...until, objectIds: [HAND] });
    await fixture.click(MUG, 290, 20);
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toEqual([]);
    expect(fixture.lastAttention()?.memories).toHaveLength(7);
  });

  it('rebuilds neighbours once, then tracks on from the correction', async () => {
    using fixture = await trackedLong(300);
    await fixture.click(MUG, 100, 20);
    fixture.clearCalls();
    await fixture.track({ direction: 'forward', start: frameIndex(101), end: frameIndex(110) });
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toEqual([]);
    const [first] = fixture.graphs.callsOf('attendMemory');
    expect(first?.memories.at(-1)).toBe('memory of filled logits307@100:0');
  });

  it('lets the run under way go on as if nothing had happened', async () => {
    const attended = async (isCorrecting: boolean) => {
      using fixture = new TrackerFixture(400);
      await fixture.click(MUG, 0, 10);
      const propagation = fixture.tracker.propagate({ direction: 'forward' });
      for (let frame = 0; frame < 300; frame++) await propagation.step();
      if (isCorrecting) await fixture.click(MUG, 100, 20);
      fixture.clearCalls();
      await propagation.step();
      const { memories = [] } = fixture.lastAttention() ?? {};
      return memories;
    };
    expect(await attended(true)).toEqual(await attended(false));
  });

  it('is held, and what it replaced, however far tracking goes', async () => {
    for (const settings of [REFERENCE_SETTINGS, DEFAULT_SETTINGS]) {
      using fixture = await trackedLong(400, { settings });
      await fixture.click(MUG, 100, 20);
      await fixture.track({ direction: 'forward', start: frameIndex(101) });
      await fixture.click(MUG, 100, 30);
      expect(fixture.graphs.callsOf('decodeMask').at(-1)).toMatchObject({
        frame: 100,
        previousLogits: 'filled logits400@100',
      });
    }
  });

  it('leaves the object as it was when rebuilding fails', async () => {
    using fixture = await trackedLong(300);
    fixture.graphs.failNext = 'encodeMemory';
    await expect(fixture.click(MUG, 100, 20)).rejects.toThrow('encodeMemory failed');
    await fixture.click(MUG, 100, 20);
    expect(fixture.lastAttention()?.memories).toHaveLength(7);
  });
});

describe('a propagation that starts far from the frame tracked last', () => {
  it('rebuilds the memories it attends to', async () => {
    using fixture = await trackedLong(300);
    await fixture.track({ direction: 'forward', start: frameIndex(50), end: frameIndex(52) });
    expect(fixture.graphs.callsOf('useMaskAsOutput').map(({ frame }) => frame)).toEqual(
      span(49, 44),
    );
    expect(fixture.graphs.callsOf('attendMemory').map(({ memories }) => memories.length)).toEqual([
      7, 7, 7,
    ]);
  });
});
