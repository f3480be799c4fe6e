import { describe, expect, it } from 'vitest';
import type { ClickPrompts } from '../../../../../src/core/prompts.ts';
import { labelOf } from '../../../../helpers/fake-engine-graphs.ts';
import { leftHalf, MUG, placed, pointAt, TrackerFixture } from './tracker-fixture.ts';

/** Clicks on the mask that covers the left half. */
function onMask(...xs: readonly number[]): ClickPrompts {
  return { kind: 'clicks', points: xs.map((x) => pointAt(x)), mask: leftHalf() };
}

describe('clicks on a mask', () => {
  it('refine its logits, as add_new_points_or_box does after add_new_mask', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.setMask(MUG, 0);
    const result = await fixture.tracker.setPrompts(placed(MUG, 0, onMask(10)));
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toHaveLength(1);
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], isMultimask: true, isConditioned: false, previousLogits: 'filled logits0@0' },
    ]);
    expect(result && labelOf(result.lowResMaskLogits)).toBe('filled logits1@0');
  });

  it('are the same when all is said at once, as after a restart', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.tracker.setPrompts(placed(MUG, 0, onMask(10)));
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toHaveLength(1);
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], previousLogits: 'filled logits0@0' },
    ]);
  });

  it('give the mask’s refinement back when one is taken back, and the mask when all are', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.setMask(MUG, 0);
    await fixture.tracker.setPrompts(placed(MUG, 0, onMask(10)));
    await fixture.tracker.setPrompts(placed(MUG, 0, onMask(10, 20)));
    fixture.clearCalls();
    await fixture.tracker.setPrompts(placed(MUG, 0, onMask(10)));
    expect(fixture.graphs.calls.map(({ kind }) => kind)).toEqual(['useMaskAsOutput', 'decodeMask']);
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], previousLogits: 'filled logits3@0' },
    ]);
    fixture.clearCalls();
    await fixture.setMask(MUG, 0);
    expect(fixture.graphs.calls.map(({ kind }) => kind)).toEqual(['useMaskAsOutput']);
  });

  it('see memory on a tracked frame, and refine the mask there', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    fixture.clearCalls();
    await fixture.setMask(MUG, 5);
    await fixture.tracker.setPrompts(placed(MUG, 5, onMask(10)));
    const [decoded] = fixture.graphs.callsOf('decodeMask');
    expect(decoded).toMatchObject({ isConditioned: true, labels: [1] });
    expect(decoded?.previousLogits).toMatch(/^filled logits\d+@5$/);
    expect(fixture.graphs.callsOf('attendMemory')).toHaveLength(1);
  });

  it('are run again on the mask when tracking is cleared', async () => {
    using fixture = new TrackerFixture(10);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    await fixture.tracker.setPrompts(placed(MUG, 5, onMask(10)));
    fixture.clearCalls();
    await fixture.tracker.clearTracking();
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toHaveLength(1);
    expect(fixture.graphs.callsOf('decodeMask')).toMatchObject([
      { labels: [1], isConditioned: false },
    ]);
    expect(fixture.graphs.callsOf('decodeMask')[0]?.previousLogits).toMatch(/^filled logits/);
  });
});
