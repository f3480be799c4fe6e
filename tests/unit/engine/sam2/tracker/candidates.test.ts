import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../../src/core/ids.ts';
import type { CandidateIndex, ClickPrompts } from '../../../../../src/core/prompts.ts';
import { labelOf } from '../../../../helpers/fake-engine-graphs.ts';
import { HAND, leftHalf, MUG, placed, pointAt, TrackerFixture } from './tracker-fixture.ts';

function clicks(xs: readonly number[], candidate?: CandidateIndex): ClickPrompts {
  const points = xs.map((x) => pointAt(x));
  return { kind: 'clicks', points, ...(candidate === undefined ? {} : { candidate }) };
}

const FRAME = frameIndex(0);

describe('candidates of a point', () => {
  it('are decoded as the point was, and leave the object as it is', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    fixture.clearCalls();
    using three = await fixture.tracker.candidates(MUG, FRAME);
    expect(three?.candidates.map(({ lowResMaskLogits }) => labelOf(lowResMaskLogits))).toEqual([
      'logits1@0',
      'logits2@0',
      'logits3@0',
    ]);
    expect(fixture.graphs.calls.at(-1)).toEqual({
      kind: 'decodeCandidates',
      frame: 0,
      labels: [1],
      isConditioned: false,
      previousLogits: undefined,
    });
    expect((await fixture.track({ direction: 'forward', end: FRAME })).at(0)?.shown).toEqual([
      '1:filled logits0@0',
    ]);
  });

  it('of a correction see memory and the mask that was tracked', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    const tracked = await fixture.track();
    await fixture.click(MUG, 5, 30);
    fixture.clearCalls();
    using three = await fixture.tracker.candidates(MUG, frameIndex(5));
    expect(three).toBeDefined();
    expect(fixture.graphs.callsOf('attendMemory')).toHaveLength(1);
    expect(fixture.graphs.calls.at(-1)).toMatchObject({
      kind: 'decodeCandidates',
      isConditioned: true,
      previousLogits: tracked[5]?.shown[0]?.slice('1:'.length),
    });
  });

  it('are those of a lone positive point only', async () => {
    using fixture = new TrackerFixture(10);
    const none = () => expect(fixture.tracker.candidates(MUG, FRAME)).resolves.toBeUndefined();
    await none();
    await fixture.click(MUG, 0, pointAt(10, 'negative'));
    await none();
    await fixture.click(MUG, 0, 10, 20);
    await none();
    const box = { x0: 1, y0: 1, x1: 20, y1: 20 };
    await fixture.tracker.setPrompts(placed(MUG, 0, { kind: 'clicks', points: [], box }));
    await none();
    await fixture.setMask(MUG, 0);
    await none();
    await fixture.click(HAND, 0, 10);
    await none();
    using other = await fixture.tracker.candidates(HAND, FRAME);
    expect(other).toBeDefined();
  });
});

describe('a chosen candidate', () => {
  it('takes the place of the best, and memory is encoded from it', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.tracker.setPrompts(placed(MUG, 0, clicks([10], 2)));
    expect(fixture.graphs.callsOf('decodeMask').at(-1)).toEqual({
      kind: 'decodeMask',
      frame: 0,
      labels: [1],
      isConditioned: false,
      previousLogits: undefined,
      isMultimask: true,
      candidate: 2,
    });
    await fixture.track();
    expect(fixture.graphs.callsOf('encodeMemory')[0]?.logits).toBe('filled logits1@0');
    expect(fixture.lastAttention()?.pointers[0]).toMatch(/^pointer1@0/);
  });

  it('is what later points refine', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.tracker.setPrompts(placed(MUG, 0, clicks([10], 1)));
    await fixture.tracker.setPrompts(placed(MUG, 0, clicks([10, 20], 1)));
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], candidate: 1 },
      { labels: [1, 1], isMultimask: false, previousLogits: 'filled logits0@0' },
    ]);
    expect(fixture.graphs.callsOf('decodeMask')[1]).not.toHaveProperty('candidate');
  });

  it('is chosen again when all points are said at once', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.tracker.setPrompts(placed(MUG, 0, clicks([10, 20], 1)));
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], candidate: 1 },
      { labels: [1, 1], previousLogits: 'filled logits0@0' },
    ]);
  });

  it('means nothing beside a box', async () => {
    using fixture = new TrackerFixture(10);
    const box = { x0: 1, y0: 1, x1: 20, y1: 20 };
    const prompts = { ...clicks([10], 1), box };
    await fixture.tracker.setPrompts(placed(MUG, 0, prompts));
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([{ labels: [2, 3, 1] }]);
    expect(fixture.graphs.callsOf('decodeMask')[0]).not.toHaveProperty('candidate');
  });
});

describe('a preview', () => {
  it('is what the click would give, and changes nothing', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    fixture.clearCalls();
    const prompts = { kind: 'clicks' as const, points: [pointAt(10), pointAt(20, 'negative')] };
    const place = { objectId: MUG, frame: FRAME };
    {
      using output = await fixture.tracker.preview({ ...place, prompts });
      expect(output && labelOf(output.lowResMaskLogits)).toBe('filled logits1@0');
    }
    const [previewed] = fixture.graphs.callsOf('decodeMask');
    fixture.clearCalls();
    await fixture.tracker.setPrompts({ ...place, prompts });
    expect(fixture.graphs.callsOf('decodeMask')).toEqual([previewed]);
  });

  it('of an object that is not there yet leaves none behind', async () => {
    using fixture = new TrackerFixture(10);
    using output = await fixture.tracker.preview({
      objectId: HAND,
      frame: FRAME,
      prompts: clicks([10]),
    });
    expect(output).toBeDefined();
    expect(fixture.tracker.objectIds).toEqual([]);
    expect(() => fixture.tracker.propagate({ direction: 'forward' })).toThrow('No object has');
  });

  it('is not made where something would have to be rebuilt first', async () => {
    using fixture = new TrackerFixture(40, { recentStateBytes: 0 });
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    fixture.clearCalls();
    const place = { objectId: MUG, frame: frameIndex(10), prompts: clicks([30]) };
    expect(await fixture.tracker.preview(place)).toBeUndefined();
    expect(fixture.graphs.calls).toEqual([]);
    using near = await fixture.tracker.preview({ ...place, frame: frameIndex(39) });
    expect(near).toBeDefined();
  });

  it('refines the mask that clicks are on', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.setMask(MUG, 0);
    using output = await fixture.tracker.preview({
      objectId: MUG,
      frame: FRAME,
      prompts: { ...clicks([10]), mask: leftHalf() },
    });
    expect(output).toBeDefined();
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { previousLogits: 'filled logits0@0' },
    ]);
  });
});
