import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameTable, type PacketTiming } from '../../../src/media/video/frame-table.ts';

/** Packets in decode order from `seconds`, a key packet where its entry in `keys` is `k`. */
function packets(seconds: readonly number[], keys: string): PacketTiming[] {
  return seconds.map((value, i) => ({ seconds: value, isKey: keys[i] === 'k', isShown: true }));
}

const REORDERING = { isReorderingCodec: true };
const PLAIN = { isReorderingCodec: false };

function ordinals(table: FrameTable, rank: number): number[] {
  return [...table.startsFor(rank)].map(({ ordinal }) => ordinal);
}

describe('FrameTable', () => {
  it('numbers B-frames by presentation time', () => {
    const table = new FrameTable(packets([0, 0.12, 0.04, 0.08, 0.16], 'k----'), REORDERING);
    expect([...table.timestampsUs]).toEqual([0, 40_000, 80_000, 120_000, 160_000]);
    expect([0, 1, 2, 3, 4].map((ordinal) => table.rankOf(ordinal))).toEqual([0, 3, 1, 2, 4]);
    expect(table.mayHideReordering).toBe(false);
  });

  it('gives frames before time 0 a rank but no index', () => {
    const table = new FrameTable(packets([-0.08, -0.04, 0, 0.04], 'k---'), REORDERING);
    expect(table.preRollFrames).toBe(2);
    expect([...table.timestampsUs]).toEqual([0, 40_000]);
    expect(table.rankOf(2)).toBe(2);
  });

  it('gives frames from the end on a rank but no index', () => {
    const options = { ...REORDERING, endSeconds: 0.08 };
    const table = new FrameTable(packets([-0.04, 0, 0.12, 0.04, 0.08], 'k----'), options);
    expect([...table.timestampsUs]).toEqual([0, 40_000]);
    expect([table.preRollFrames, table.trimmedFrames]).toEqual([1, 2]);
    expect(table.rankOf(2)).toBe(4);
  });

  it('takes rounding noise below a microsecond for time 0', () => {
    const table = new FrameTable(packets([-1e-12, 0.04], 'k-'), REORDERING);
    expect(table.preRollFrames).toBe(0);
    expect(Object.is(table.timestampsUs[0], 0)).toBe(true);
  });

  it('leaves out packets before the first key packet, and counts them', () => {
    const table = new FrameTable(packets([0, 0.04, 0.08, 0.12], '--k-'), REORDERING);
    expect(table.orphanedPackets).toBe(2);
    expect([...table.timestampsUs]).toEqual([80_000, 120_000]);
    expect([table.rankOf(0), table.rankOf(2)]).toEqual([-1, 0]);
  });

  it('has no frames without a key packet', () => {
    const table = new FrameTable(packets([0, 0.04], '--'), REORDERING);
    expect(table.frameCount).toBe(0);
    expect(table.orphanedPackets).toBe(2);
  });

  it('gives hidden packets no rank', () => {
    const timings = packets([0, 0.04, 0.04, 0.08], 'k---');
    const hidden = timings.map((timing, i) => ({ ...timing, isShown: i !== 1 }));
    const table = new FrameTable(hidden, PLAIN);
    expect(table.frameCount).toBe(3);
    expect([0, 1, 2, 3].map((ordinal) => table.rankOf(ordinal))).toEqual([0, -1, 1, 2]);
  });

  it('keeps both of two frames with one time, in decode order', () => {
    const table = new FrameTable(packets([0, 0.04, 0.04], 'k--'), REORDERING);
    expect([...table.timestampsUs]).toEqual([0, 40_000, 40_000]);
    expect([table.rankOf(1), table.rankOf(2)]).toEqual([1, 2]);
  });

  it('starts at the last key packet shown by then, and at earlier ones after it', () => {
    // The packet after the second key packet is shown before it (open GOP).
    const table = new FrameTable(packets([0, 0.04, 0.12, 0.08, 0.16], 'k-k--'), REORDERING);
    expect(ordinals(table, 4)).toEqual([2, 0]);
    expect(ordinals(table, 3)).toEqual([2, 0]);
    expect(ordinals(table, 2)).toEqual([0]);
    expect([...table.startsFor(4)].map(({ isFirst }) => isFirst)).toEqual([false, true]);
  });

  it('distrusts times in decode order only for codecs that reorder', () => {
    const timings = packets([0, 0.04, 0.08], 'k--');
    expect(new FrameTable(timings, REORDERING).mayHideReordering).toBe(true);
    expect(new FrameTable(timings, PLAIN).mayHideReordering).toBe(false);
  });

  it('ranks are a permutation whose times ascend', () => {
    const times = fc.array(fc.double({ min: -5, max: 3600, noNaN: true }), {
      minLength: 1,
      maxLength: 60,
    });
    fc.assert(
      fc.property(times, (seconds) => {
        const table = new FrameTable(packets(seconds, 'k'), REORDERING);
        const ranks = seconds.map((_, ordinal) => table.rankOf(ordinal));
        expect(ranks.toSorted((a, b) => a - b)).toEqual(seconds.map((_, i) => i));
        expect([...table.timestampsUs]).toEqual([...table.timestampsUs].toSorted((a, b) => a - b));
        expect(table.frameCount + table.preRollFrames).toBe(seconds.length);
      }),
    );
  });
});
