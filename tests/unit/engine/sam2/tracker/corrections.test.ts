import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../../src/core/ids.ts';
import {
  DEFAULT_SETTINGS,
  REFERENCE_SETTINGS,
} from '../../../../../src/engine/sam2/tracker/tracker-settings.ts';
import { labelOf } from '../../../../helpers/fake-engine-graphs.ts';
import { MUG, pointAt, TrackerFixture } from './tracker-fixture.ts';

/** Clicked on frame 0, tracked to the end: frame t shows `filled logits<t>@<t>`. */
async function tracked(frameCount: number, settings = REFERENCE_SETTINGS) {
  const fixture = new TrackerFixture(frameCount, { settings });
  await fixture.click(MUG, 0, 10);
  await fixture.track();
  fixture.clearCalls();
  return fixture;
}

/** What a run shows, by frame. */
async function shown(fixture: TrackerFixture, start: number) {
  const frames = await fixture.track({ direction: 'forward', start: frameIndex(start) });
  return frames.map((frame) => frame.shown[0]);
}

describe('a click on a tracked frame', () => {
  it('sees the memory before it and refines the tracked mask', async () => {
    using fixture = await tracked(10);
    const result = await fixture.click(MUG, 5, pointAt(20, 'negative'));
    expect(fixture.graphs.calls.filter(({ kind }) => kind !== 'encodeImage')).toMatchObject([
      {
        kind: 'attendMemory',
        frame: 5,
        memories: [
          'memory of filled logits0@0:6',
          'memory of logits1@1:3',
          'memory of logits2@2:2',
          'memory of logits3@3:1',
          'memory of logits4@4:0',
        ],
        pointers: ['pointer0@0:5', 'pointer4@4:1', 'pointer3@3:2', 'pointer2@2:3', 'pointer1@1:4'],
        maxPointerDistance: 9,
      },
      {
        kind: 'decodeMask',
        frame: 5,
        labels: [0],
        isConditioned: true,
        previousLogits: 'filled logits5@5',
        isMultimask: true,
      },
    ]);
    expect(result?.origin).toBe('prompt');
  });

  it('sees the memory after it when it was tracked in reverse', async () => {
    using fixture = await tracked(10);
    await fixture.track({ direction: 'reverse', start: frameIndex(9) });
    await fixture.click(MUG, 5, 20);
    expect(fixture.lastAttention()?.memories).toEqual([
      'memory of filled logits0@0:6',
      'memory of logits10@9:3',
      'memory of logits11@8:2',
      'memory of logits12@7:1',
      'memory of logits13@6:0',
    ]);
    expect(fixture.lastAttention()?.pointers[0]).toBe('pointer13@6:1');
  });

  it('does not become a conditioning frame', async () => {
    using fixture = await tracked(10);
    await fixture.click(MUG, 5, 20);
    await fixture.track({ direction: 'forward', start: frameIndex(6) });
    expect(fixture.graphs.callsOf('attendMemory')[1]?.memories).toEqual([
      'memory of filled logits0@0:6',
      'memory of logits1@1:4',
      'memory of logits2@2:3',
      'memory of logits3@3:2',
      'memory of logits4@4:1',
      'memory of filled logits10@5:0',
    ]);
  });

  it('refines the correction before it with all clicks of the frame', async () => {
    using fixture = await tracked(10);
    await fixture.click(MUG, 5, 20);
    await fixture.click(MUG, 5, 20, 30);
    await fixture.track({ direction: 'forward', start: frameIndex(8) });
    await fixture.click(MUG, 5, 20, 30, 40);
    const decoded = fixture.graphs.callsOf('decodeMask').filter(({ frame }) => frame === 5);
    expect(decoded).toMatchObject([
      { labels: [1], previousLogits: 'filled logits5@5' },
      { labels: [1, 1], previousLogits: 'filled logits10@5', isMultimask: false },
      { labels: [1, 1, 1], previousLogits: 'filled logits11@5', isConditioned: true },
    ]);
  });

  it('goes back to the tracked mask when it is changed, even after propagation', async () => {
    using fixture = await tracked(10);
    await fixture.click(MUG, 5, 20);
    await fixture.track({ direction: 'forward', start: frameIndex(6) });
    await fixture.click(MUG, 5, 30);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)).toMatchObject({
      labels: [1],
      isConditioned: true,
      previousLogits: 'filled logits5@5',
    });
  });

  it('leaves the tracked mask when it is taken back', async () => {
    for (const start of [undefined, 6]) {
      using fixture = await tracked(10);
      await fixture.click(MUG, 5, 20);
      if (start !== undefined) await shown(fixture, start);
      const left = await fixture.click(MUG, 5);
      expect(left && labelOf(left.lowResMaskLogits)).toBe('filled logits5@5');
      expect(left?.origin).toBe('tracked');
      fixture.clearCalls();
      await fixture.track({ direction: 'forward', start: frameIndex(6) });
      const [first] = fixture.graphs.callsOf('attendMemory');
      expect(first?.memories.at(-1)).toBe('memory of logits5@5:0');
    }
  });

  it('can be a mask', async () => {
    using fixture = await tracked(10);
    await fixture.setMask(MUG, 5);
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toHaveLength(1);
    expect(fixture.graphs.callsOf('attendMemory')).toHaveLength(0);
    await fixture.track({ direction: 'forward', start: frameIndex(6) });
    const [first] = fixture.graphs.callsOf('attendMemory');
    expect(first?.memories.at(-1)).toBe('memory of filled logits10@5:0');
  });
});

describe('what the reference forgets', () => {
  it('a corrected frame is computed anew when propagation passes it', async () => {
    using fixture = await tracked(8);
    await fixture.click(MUG, 5, 20);
    expect((await shown(fixture, 4))[1]).toBe('1:filled logits10@5');
    await fixture.click(MUG, 5, 20, 30);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)).toMatchObject({
      labels: [1, 1],
      previousLogits: 'filled logits10@5',
    });
  });

  it('a correction on a conditioning frame is dropped when propagation starts', async () => {
    using fixture = await tracked(4);
    const corrected = await fixture.click(MUG, 0, 10, 20);
    expect(corrected && labelOf(corrected.lowResMaskLogits)).toBe('filled logits4@0');
    expect(fixture.lastAttention()).toMatchObject({
      frame: 0,
      memories: ['memory of filled logits0@0:6'],
      pointers: ['pointer0@0:0'],
    });
    expect((await shown(fixture, 0))[0]).toBe('1:filled logits0@0');
    expect(fixture.graphs.callsOf('attendMemory')[1]?.memories).toEqual([
      'memory of filled logits0@0:6',
    ]);
  });
});

describe('keeping corrections', () => {
  it('shows a corrected frame as it was corrected', async () => {
    using fixture = await tracked(8, DEFAULT_SETTINGS);
    await fixture.click(MUG, 5, 20);
    for (let run = 0; run < 2; run++) {
      expect((await shown(fixture, 0))[5]).toBe('1:filled logits8@5');
    }
    const computed = fixture.graphs.callsOf('decodeMask').map(({ frame }) => frame);
    expect(computed).toEqual([5, 1, 2, 3, 4, 6, 7, 1, 2, 3, 4, 6, 7]);
  });

  it('lets tracking have the frame again once the correction is taken back', async () => {
    using fixture = await tracked(8, DEFAULT_SETTINGS);
    await fixture.click(MUG, 5, 20);
    await shown(fixture, 0);
    await fixture.click(MUG, 5);
    expect((await shown(fixture, 5))[0]).toMatch(/^1:filled logits1\d@5$/);
  });

  it('keeps a corrected conditioning frame conditioning', async () => {
    using fixture = await tracked(4, DEFAULT_SETTINGS);
    await fixture.click(MUG, 0, 10, 20);
    expect((await shown(fixture, 0))[0]).toBe('1:filled logits4@0');
    expect(fixture.graphs.callsOf('attendMemory')[1]?.memories).toEqual([
      'memory of filled logits4@0:6',
    ]);
  });

  it('gives the first mask back when the correction of a conditioning frame is', async () => {
    using fixture = await tracked(4, DEFAULT_SETTINGS);
    await fixture.click(MUG, 0, 10, 20);
    await shown(fixture, 0);
    await fixture.click(MUG, 0, 10);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)).toMatchObject({
      labels: [1],
      isConditioned: false,
      previousLogits: undefined,
    });
  });
});

describe('adding corrected frames as conditioning', () => {
  const settings = { ...REFERENCE_SETTINGS, addsCorrectedFramesAsConditioning: true };

  it('attends to them from everywhere and shows them as they are', async () => {
    using fixture = await tracked(20, settings);
    await fixture.click(MUG, 5, 20);
    expect(fixture.graphs.callsOf('decodeMask')[0]?.isConditioned).toBe(true);
    expect((await shown(fixture, 0))[5]).toBe('1:filled logits20@5');
    expect(fixture.lastAttention()?.memories.slice(0, 2)).toEqual([
      'memory of filled logits0@0:6',
      'memory of filled logits20@5:6',
    ]);
  });

  it('gives the tracked mask back when they are taken back', async () => {
    using fixture = await tracked(20, settings);
    await fixture.click(MUG, 5, 20);
    await shown(fixture, 18);
    const left = await fixture.click(MUG, 5);
    expect(left && labelOf(left.lowResMaskLogits)).toBe('filled logits5@5');
    await shown(fixture, 19);
    expect(fixture.lastAttention()?.memories.filter((memory) => memory.endsWith(':6'))).toEqual([
      'memory of filled logits0@0:6',
    ]);
  });
});

describe('taking back the prompts of a conditioning frame', () => {
  it('leaves its output as that of a tracked frame', async () => {
    using fixture = new TrackerFixture(8);
    await fixture.click(MUG, 0, 10);
    await fixture.click(MUG, 4, 20);
    await fixture.track();
    const left = await fixture.click(MUG, 4);
    expect(left && labelOf(left.lowResMaskLogits)).toBe('filled logits1@4');
    fixture.clearCalls();
    await shown(fixture, 5);
    expect(fixture.graphs.callsOf('attendMemory')[0]?.memories).toEqual([
      'memory of filled logits0@0:6',
      'memory of logits2@1:3',
      'memory of logits3@2:2',
      'memory of logits4@3:1',
      'memory of filled logits1@4:0',
    ]);
  });

  it('makes the next click there a first one again, without the mask taken back', async () => {
    using fixture = new TrackerFixture(8);
    await fixture.click(MUG, 0, 10);
    await fixture.click(MUG, 4, 20);
    await fixture.track();
    await fixture.click(MUG, 4);
    await fixture.click(MUG, 4, 30);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)).toMatchObject({
      isConditioned: false,
      previousLogits: undefined,
    });
    await shown(fixture, 0);
    const memories = fixture.lastAttention()?.memories ?? [];
    expect(memories.filter((memory) => memory.endsWith(':6'))).toHaveLength(2);
  });

  it('makes a click on a tracked frame a first one when no conditioning frame is left', async () => {
    using fixture = await tracked(8);
    await fixture.click(MUG, 0);
    expect(() => fixture.tracker.propagate({ direction: 'forward' })).toThrow(/prompt/);
    await fixture.click(MUG, 5, 30);
    expect(fixture.graphs.callsOf('decodeMask').at(-1)?.isConditioned).toBe(false);
    expect((await shown(fixture, 5))[0]).toBe('1:filled logits8@5');
  });
});
