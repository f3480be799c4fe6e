import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../../src/core/ids.ts';
import type { MemoryEdit } from '../../../../../src/core/memory.ts';
import { DEFAULT_SETTINGS } from '../../../../../src/engine/sam2/tracker/tracker-settings.ts';
import { labelOf } from '../../../../helpers/fake-engine-graphs.ts';
import { leftHalf, MUG, span, TrackerFixture } from './tracker-fixture.ts';

function decide(fixture: TrackerFixture, edits: Readonly<Record<number, MemoryEdit>>): void {
  fixture.tracker.setMemoryEdits(
    MUG,
    Object.entries(edits).map(([frame, edit]) => ({ frame: frameIndex(Number(frame)), edit })),
  );
}

/** Tracked from a click on frame 0 to the end, with all masks stored. */
async function tracked(frameCount: number, options = {}) {
  const fixture = new TrackerFixture(frameCount, options);
  await fixture.click(MUG, 0, 10);
  await fixture.track();
  storeMasks(fixture, span(0, frameCount - 1));
  fixture.clearCalls();
  return fixture;
}

function storeMasks(fixture: TrackerFixture, frames: readonly number[]): void {
  for (const frame of frames) fixture.masks.set(`${MUG}/${frame}`, leftHalf());
}

/** Runs one frame, which attends as `memories` and `pointers` say. */
async function attentionOn(fixture: TrackerFixture, frame: number) {
  await fixture.track({
    direction: 'forward',
    start: frameIndex(frame),
    end: frameIndex(frame),
  });
  const call = fixture.lastAttention();
  return {
    memories: call?.memories.map((label) => label.replace(/^memory of (filled )?/, '')) ?? [],
    pointers: call?.pointers ?? [],
  };
}

const CONDITIONING = 'logits0@0:6';

describe('a pinned frame', () => {
  it('is attended to from afar, with the temporal encoding of a conditioning frame', async () => {
    using fixture = await tracked(60);
    decide(fixture, { 7: 'pinned' });
    const { memories, pointers } = await attentionOn(fixture, 40);
    expect(memories).toEqual([
      CONDITIONING,
      'logits7@7:6',
      ...span(34, 39).map((frame) => `logits${frame}@${frame}:${39 - frame}`),
    ]);
    expect(pointers.slice(0, 2)).toEqual(['pointer0@0:40', 'pointer7@7:33']);
  });

  it('is no recent frame any more, as one that moves from one dictionary to the other', async () => {
    using fixture = await tracked(60);
    decide(fixture, { 38: 'pinned' });
    const { memories, pointers } = await attentionOn(fixture, 40);
    expect(memories.filter((label) => label.startsWith('logits38@'))).toEqual(['logits38@38:6']);
    expect(pointers.filter((label) => label.startsWith('pointer38@'))).toEqual(['pointer38@38:2']);
    expect(memories).toHaveLength(7);
  });

  it('lends its memory to frames before it and its pointer only to those after it', async () => {
    using fixture = await tracked(60);
    decide(fixture, { 50: 'pinned' });
    const { memories, pointers } = await attentionOn(fixture, 40);
    expect(memories).toContain('logits50@50:6');
    expect(pointers.some((label) => label.startsWith('pointer50@'))).toBe(false);
  });

  it('keeps its mask where tracking passes, and gives no result', async () => {
    using fixture = await tracked(20);
    decide(fixture, { 7: 'pinned' });
    const shown = await fixture.track();
    expect(shown.filter((frame) => frame.shown.length === 0).map(({ frame }) => frame)).toEqual([
      7,
    ]);
    const [kept] = await fixture.tracker.outputsOn(frameIndex(7));
    expect(kept && labelOf(kept.lowResMaskLogits)).toBe('filled logits7@7');
  });

  it('leaves no trace when it is unpinned', async () => {
    using fixture = await tracked(60);
    const before = await attentionOn(fixture, 40);
    decide(fixture, { 38: 'pinned' });
    decide(fixture, {});
    expect(await attentionOn(fixture, 40)).toEqual(before);
  });

  it('keeps the very memory that tracking made, however far tracking goes on', async () => {
    using fixture = new TrackerFixture(300, { recentStateBytes: 0 });
    await fixture.click(MUG, 0, 10);
    await fixture.track({ direction: 'forward', end: frameIndex(10) });
    decide(fixture, { 7: 'pinned' });
    await fixture.track({ direction: 'forward', start: frameIndex(11) });
    expect(fixture.lastAttention()?.memories).toContain('memory of logits7@7:6');
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toEqual([]);
  });

  it('is made again, once, from its stored mask where its memory was let go of', async () => {
    using fixture = await tracked(300);
    decide(fixture, { 100: 'pinned' });
    await attentionOn(fixture, 290);
    await attentionOn(fixture, 291);
    expect(fixture.graphs.callsOf('useMaskAsOutput').map(({ frame }) => frame)).toEqual([100]);
    const made = fixture.lastAttention()?.memories[1];
    expect(made).toMatch(/@100:6$/);
    expect(made).not.toContain('logits100@100');
  });

  it('is made again from its stored mask by an engine that never tracked it', async () => {
    using fixture = new TrackerFixture(60);
    storeMasks(fixture, [20]);
    await fixture.click(MUG, 0, 10);
    decide(fixture, { 20: 'pinned' });
    await attentionOn(fixture, 40);
    const lines = fixture.lastAttention()?.memories.map((label) => label.split('@')[1]);
    expect(lines).toEqual(['0:6', '20:6']);
  });

  it('conditions an object that was never prompted', async () => {
    using fixture = new TrackerFixture(60);
    storeMasks(fixture, [20]);
    decide(fixture, { 20: 'pinned' });
    const shown = await fixture.track();
    expect(shown[0]).toEqual({ frame: 20, shown: [] });
    expect(shown.slice(1).every((frame) => frame.shown.length === 1)).toBe(true);
  });

  it('has no effect while there is no mask to make its memory from', async () => {
    using fixture = new TrackerFixture(60);
    decide(fixture, { 20: 'pinned' });
    const shown = await fixture.track({ direction: 'forward', start: frameIndex(25) });
    expect(shown.every((frame) => frame.shown.length === 0)).toBe(true);
    expect(fixture.graphs.callsOf('attendMemory')).toEqual([]);
  });

  it('that is corrected conditions with the correction, and with what it was when that is taken back', async () => {
    using fixture = await tracked(60, { settings: DEFAULT_SETTINGS });
    decide(fixture, { 38: 'pinned' });
    await fixture.click(MUG, 38, 30);
    const corrected = await attentionOn(fixture, 40);
    const own = corrected.memories.filter((label) => label.includes('@38:'));
    expect(own).toHaveLength(1);
    expect(own[0]).toMatch(/@38:6$/);
    expect(own).not.toEqual(['logits38@38:6']);
    await fixture.click(MUG, 38);
    const after = await attentionOn(fixture, 40);
    expect(after.memories).toContain('logits38@38:6');
  });

  it('stays pinned when tracking is forgotten, from its mask', async () => {
    using fixture = await tracked(60);
    decide(fixture, { 38: 'pinned' });
    await fixture.tracker.clearTracking();
    fixture.masks.clear();
    storeMasks(fixture, [38]);
    const { memories } = await attentionOn(fixture, 45);
    expect(memories.map((label) => label.split('@')[1])).toEqual(['0:6', '38:6']);
  });
});

describe('a dropped frame', () => {
  it('is attended to by nothing, neither its memory nor its pointer', async () => {
    using fixture = await tracked(60);
    const before = await attentionOn(fixture, 40);
    decide(fixture, { 38: 'dropped', 30: 'dropped' });
    const { memories, pointers } = await attentionOn(fixture, 40);
    const isLeft = (label: string) => !/@(38|30):/.test(label.replace(/^pointer\d+/, ''));
    expect(memories).toEqual(before.memories.filter(isLeft));
    expect(pointers).toEqual(before.pointers.filter(isLeft));
    expect(memories).toHaveLength(before.memories.length - 1);
    expect(pointers).toHaveLength(before.pointers.length - 2);
  });

  it('keeps its mask, is tracked anew where tracking passes, and stays dropped', async () => {
    using fixture = await tracked(20);
    decide(fixture, { 7: 'dropped' });
    const shown = await fixture.track();
    expect(shown.every((frame) => frame.shown.length === 1)).toBe(true);
    const attended = fixture.graphs.callsOf('attendMemory').flatMap(({ memories }) => memories);
    expect(attended.some((label) => /@7:/.test(label))).toBe(false);
  });

  it('is attended to again as it was when it is restored', async () => {
    using fixture = await tracked(60);
    const before = await attentionOn(fixture, 40);
    decide(fixture, { 38: 'dropped' });
    await attentionOn(fixture, 40);
    decide(fixture, {});
    expect(await attentionOn(fixture, 40)).toEqual(before);
  });

  it('is not made again from its mask', async () => {
    using fixture = await tracked(300);
    decide(fixture, { 98: 'dropped' });
    await fixture.click(MUG, 100, 20);
    const rebuilt = fixture.graphs.callsOf('useMaskAsOutput').map(({ frame }) => frame);
    expect(rebuilt).toEqual([100, 99, 97, 96, 95, 94]);
  });

  it('counts all the same where it is prompted', async () => {
    using fixture = await tracked(60);
    decide(fixture, { 0: 'dropped' });
    expect((await attentionOn(fixture, 40)).memories).toContain(CONDITIONING);
  });
});

describe('decisions about an object’s memories', () => {
  it('go with the object', async () => {
    using fixture = await tracked(60);
    decide(fixture, { 38: 'dropped' });
    fixture.tracker.removeObject(MUG);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    expect((await attentionOn(fixture, 40)).memories).toHaveLength(7);
  });

  it('leave nothing behind when all are taken back', () => {
    using fixture = new TrackerFixture(60);
    decide(fixture, { 5: 'pinned' });
    expect(fixture.tracker.objectIds).toEqual([MUG]);
    decide(fixture, {});
    expect(fixture.tracker.objectIds).toEqual([]);
  });
});
