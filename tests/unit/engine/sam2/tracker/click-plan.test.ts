import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planClicks, type ClickCall } from '../../../../../src/engine/sam2/tracker/click-plan.ts';
import { encodeClicks } from '../../../../../src/engine/sam2/tracker/prompt-encoding.ts';
import { pointAt, VIDEO } from './tracker-fixture.ts';

function encoded(...xs: readonly number[]) {
  return encodeClicks({ kind: 'clicks', points: xs.map((x) => pointAt(x)) }, VIDEO, 64);
}

function history(xs: readonly number[], counts: readonly number[]) {
  const calls: ClickCall[] = counts.map((pointCount) => ({ pointCount, isInitial: true }));
  return { points: encoded(...xs), calls };
}

describe('planClicks', () => {
  it('starts with one call for all points', () => {
    expect(planClicks(undefined, encoded(1, 2))).toEqual({
      kind: 'replay',
      calls: [],
      hasRest: true,
    });
  });

  it('refines when points are added at the end', () => {
    expect(planClicks(history([1], [1]), encoded(1, 2))).toEqual({ kind: 'extend' });
  });

  it('keeps the mask when nothing changes', () => {
    expect(planClicks(history([1, 2], [1, 2]), encoded(1, 2))).toEqual({ kind: 'keep' });
  });

  it('repeats the calls before a point taken back', () => {
    expect(planClicks(history([1, 2, 3], [1, 2, 3]), encoded(1, 2))).toMatchObject({
      calls: [{ pointCount: 1 }, { pointCount: 2 }],
      hasRest: false,
    });
  });

  it('repeats the calls before a point moved, then takes the rest in one', () => {
    expect(planClicks(history([1, 2, 3], [1, 2, 3]), encoded(1, 9, 3))).toMatchObject({
      calls: [{ pointCount: 1 }],
      hasRest: true,
    });
  });

  it('does not repeat a call half of whose points are gone', () => {
    expect(planClicks(history([1, 2, 3], [1, 3]), encoded(1, 2))).toMatchObject({
      calls: [{ pointCount: 1 }],
      hasRest: true,
    });
  });

  it('always ends with all points of the new list', () => {
    const xs = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(xs, xs, fc.infiniteStream(fc.boolean()), (before, after, isCall) => {
        const counts = before
          .map((_, i) => i + 1)
          .filter((count) => count === before.length || isCall.next().value === true);
        const plan = planClicks(history(before, counts), encoded(...after));
        if (plan.kind === 'keep') return before.join(',') === after.join(',');
        if (plan.kind === 'extend') return after.length > before.length;
        const last = plan.hasRest ? after.length : plan.calls.at(-1)?.pointCount;
        return last === after.length;
      }),
    );
  });
});
