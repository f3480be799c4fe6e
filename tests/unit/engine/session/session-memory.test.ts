import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import type { MemoryEdit } from '../../../../src/core/memory.ts';
import { bar, MUG, SessionFixture } from './session-fixture.ts';

function decide(fixture: SessionFixture, edits: Readonly<Record<number, MemoryEdit>>) {
  return fixture.session.setMemoryEdits(
    MUG,
    Object.entries(edits).map(([frame, edit]) => ({ frame: frameIndex(Number(frame)), edit })),
  );
}

/** Of which frames the memories of the last attention are. */
function lastMemories({ graphs }: SessionFixture): number[] {
  const memories = graphs.callsOf('attendMemory').at(-1)?.memories ?? [];
  return memories.map((label) => Number(label.split('@').at(-1)?.split(':')[0]));
}

describe('memories that the user decided about', () => {
  test('a pinned frame keeps its mask: nothing is put for it, and it is no summary', async () => {
    await using fixture = new SessionFixture({ frameCount: 20 });
    await fixture.click(MUG, 0, 5);
    await fixture.track(0, 19);
    await decide(fixture, { 7: 'pinned' });
    fixture.clip.takePut();
    const { summaries, framesDone } = await fixture.track(0, 19);
    expect(framesDone).toBe(20);
    expect(summaries.map(({ frame }) => Number(frame))).not.toContain(7);
    expect(fixture.clip.takePut()).not.toContain('7/1');
    expect(lastMemories(fixture)).toContain(7);
  });

  test('pinned frames neither count nor interrupt where a run waits for masks that agree', async () => {
    const until = { agreeingFrames: 4, iou: 0.98 };
    await using fixture = new SessionFixture({ frameCount: 20 });
    await fixture.click(MUG, 0, 5);
    await fixture.track(0, 19);
    await decide(fixture, { 3: 'pinned' });
    expect((await fixture.track(1, 19, { until })).stoppedAt).toBe(5);
  });

  test('are frames of the clip, whatever part of it the session sees', async () => {
    const frames = [10, 20, 35, 50].map(frameIndex);
    await using fixture = new SessionFixture({ frameCount: 60, frames });
    await fixture.click(MUG, 10, 5);
    await fixture.track(10, 50);
    await decide(fixture, { 20: 'pinned' });
    const account = await fixture.session.memoryAccount(MUG, frameIndex(50));
    expect(account).toMatchObject({ frame: 50, direction: 'forward', leftOut: [] });
    expect(account?.memories.map(({ frame, distance }) => [frame, distance])).toEqual([
      [10, 3],
      [20, 2],
      [35, 1],
    ]);
    expect(account?.pointers.map(({ frame }) => frame)).toEqual([10, 20, 35]);
    const outside = { code: 'frame-outside-session' };
    await expect(decide(fixture, { 11: 'dropped' })).rejects.toMatchObject(outside);
    await expect(fixture.session.memoryAccount(MUG, frameIndex(11))).rejects.toMatchObject(outside);
  });

  test('can be told while a run is under way, and asked about between two of its frames', async () => {
    await using fixture = new SessionFixture({ frameCount: 30 });
    await fixture.click(MUG, 0, 5);
    const run = fixture.propagate(0, 29);
    await run.nextBatch(1000);
    const account = await fixture.session.memoryAccount(MUG, frameIndex(29));
    expect(account?.memories[0]).toMatchObject({ frame: 0, role: 'prompted', temporalSlot: 0 });
    while ((await run.nextBatch(1000)).state === 'running');
  });
});

describe('a run that takes up the work of an earlier session', () => {
  /** Masks of an earlier session, and prompts that were restored. */
  async function takenUp() {
    const fixture = new SessionFixture({ frameCount: 40 });
    await fixture.clip.putMasks(
      Array.from({ length: 40 }, (_, frame) => ({
        objectId: MUG,
        frame: frameIndex(frame),
        mask: bar(4),
      })),
    );
    await fixture.click(MUG, 0, 5);
    return fixture;
  }

  test('remembers the frames before it by their masks', async () => {
    await using fixture = await takenUp();
    await fixture.track(30, 30, { goesOnFromMasks: true });
    expect(lastMemories(fixture)).toEqual([0, 24, 25, 26, 27, 28, 29]);
    const rebuilt = fixture.graphs.callsOf('useMaskAsOutput').map(({ frame }) => frame);
    await fixture.track(31, 35, { goesOnFromMasks: true });
    expect(rebuilt).toEqual([29, 28, 27, 26, 25, 24]);
    expect(fixture.graphs.callsOf('useMaskAsOutput')).toHaveLength(6);
  });

  test('as its account has said', async () => {
    await using fixture = await takenUp();
    const account = await fixture.session.memoryAccount(MUG, frameIndex(30));
    await fixture.track(30, 30, { goesOnFromMasks: true });
    expect(account?.memories.map(({ frame }) => Number(frame))).toEqual(lastMemories(fixture));
    expect(account?.memories.map(({ isRebuilt }) => isRebuilt)).toEqual([
      false,
      ...Array.from({ length: 6 }, () => true),
    ]);
  });

  test('other runs do not, as before', async () => {
    await using fixture = await takenUp();
    await fixture.track(30, 30);
    expect(lastMemories(fixture)).toEqual([0]);
  });
});
