import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  planClicks,
  type ClickCall,
  type Clicks,
} from '../../../../../src/engine/sam2/tracker/click-plan.ts';
import { emptyRle } from '../../../../../src/core/rle.ts';
import { encodeClicks, NO_POINTS } from '../../../../../src/engine/sam2/tracker/prompt-encoding.ts';
import { leftHalf, pointAt, VIDEO } from './tracker-fixture.ts';

function encoded(...xs: readonly number[]): Clicks {
  return {
    points: encodeClicks({ kind: 'clicks', points: xs.map((x) => pointAt(x)) }, VIDEO, 64),
  };
}

function history(xs: readonly number[], counts: readonly number[]) {
  const calls: ClickCall[] = counts.map((pointCount) => ({ pointCount, isInitial: true }));
  return { ...encoded(...xs), calls };
}

describe('planClicks', () => {
  it('starts with one call for all points', () => {
    expect(planClicks(undefined, encoded(1, 2))).toEqual({
      kind: 'replay',
      calls: [],
      rest: [2],
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
      rest: [],
    });
  });

  it('repeats the calls before a point moved, then takes the rest in one', () => {
    expect(planClicks(history([1, 2, 3], [1, 2, 3]), encoded(1, 9, 3))).toMatchObject({
      calls: [{ pointCount: 1 }],
      rest: [3],
    });
  });

  it('does not repeat a call half of whose points are gone', () => {
    expect(planClicks(history([1, 2, 3], [1, 3]), encoded(1, 2))).toMatchObject({
      calls: [{ pointCount: 1 }],
      rest: [2],
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
        const last = plan.rest.at(-1) ?? plan.calls.at(-1)?.pointCount;
        return last === after.length;
      }),
    );
  });

  it('repeats all calls when another candidate is chosen', () => {
    expect(planClicks(history([1, 2], [1, 2]), { ...encoded(1, 2), candidate: 0 })).toMatchObject({
      kind: 'replay',
      calls: [{ pointCount: 1 }, { pointCount: 2 }],
      rest: [],
    });
    const chosen = { ...history([1], [1]), candidate: 2 as const };
    expect(planClicks(chosen, { ...encoded(1), candidate: 2 })).toEqual({ kind: 'keep' });
    expect(planClicks(chosen, { ...encoded(1, 2), candidate: 2 })).toEqual({ kind: 'extend' });
    expect(planClicks(chosen, encoded(1))).toMatchObject({ calls: [{ pointCount: 1 }], rest: [] });
  });

  it('gives a candidate the call that it belongs to', () => {
    expect(planClicks(undefined, { ...encoded(1, 2, 3), candidate: 1 })).toEqual({
      kind: 'replay',
      calls: [],
      rest: [1, 3],
    });
  });

  it('refines the mask that the clicks are on, and starts afresh on another', () => {
    const onMask = { points: NO_POINTS, mask: leftHalf(), calls: [] };
    const same = { ...leftHalf() };
    expect(planClicks(onMask, { ...encoded(1), mask: same })).toEqual({ kind: 'extend' });
    const afresh = { kind: 'replay', calls: [], rest: [1] };
    expect(planClicks(onMask, encoded(1))).toEqual(afresh);
    const other = emptyRle(VIDEO.width, VIDEO.height);
    expect(planClicks(onMask, { ...encoded(1), mask: other })).toEqual(afresh);
    const clicked = { ...history([1, 2], [1, 2]), mask: leftHalf() };
    expect(planClicks(clicked, { ...encoded(1), mask: same })).toMatchObject({
      calls: [{ pointCount: 1 }],
      rest: [],
    });
    expect(planClicks(clicked, encoded(1, 2))).toEqual({ ...afresh, rest: [2] });
  });
});
