import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { HAND, MUG, SessionFixture, bar } from './session-fixture.ts';

const FRAMES = [10, 20, 35, 50].map(frameIndex);
const OUTSIDE = { name: 'StudioError', code: 'frame-outside-session' };

function subset() {
  return new SessionFixture({ frameCount: 60, frames: FRAMES });
}

describe('a session over some of the clip’s frames', () => {
  test('reads, tells and stores frames of the clip', async () => {
    await using fixture = subset();
    expect(await fixture.click(MUG, 20, 5)).toMatchObject({ frame: 20, origin: 'prompt' });
    expect(fixture.clip.takePut()).toEqual(['20/1']);
    const { summaries, framesDone, framesTotal, state } = await fixture.track(20, 50);
    expect(summaries.map(({ frame }) => frame)).toEqual([20, 35, 50]);
    expect({ framesDone, framesTotal, state }).toEqual({
      framesDone: 3,
      framesTotal: 3,
      state: 'complete',
    });
    expect(fixture.clip.takePut()).toEqual(['20/1', '35/1', '50/1']);
    expect(fixture.clip.framesRead, 'each once, none outside').toEqual([20, 35, 50]);
    expect((await fixture.track(20, 10)).summaries.map(({ frame }) => frame)).toEqual([20, 10]);
  });

  test('counts time in these frames: memories are of neighbours, as in a clip of them alone', async () => {
    await using fixture = subset();
    await using alone = new SessionFixture({ frameCount: FRAMES.length });
    await fixture.click(MUG, 10, 5);
    await fixture.track(10, 50);
    await alone.click(MUG, 0, 5);
    await alone.track(0, 3);
    const [seen, expected] = [fixture, alone].map(({ graphs }) => graphs.callsOf('attendMemory'));
    expect(seen).toHaveLength(3);
    const rename = (text: string) => text.replace(/@(\d)\b/, (_, at) => `@${FRAMES[Number(at)]}`);
    expect(seen).toEqual(
      expected?.map((call) => ({
        ...call,
        frame: FRAMES[call.frame],
        memories: call.memories.map(rename),
        pointers: call.pointers.map(rename),
      })),
    );
  });

  test('reads ahead only what it tracks', async () => {
    await using fixture = subset();
    await fixture.click(MUG, 10, 5);
    await fixture.track(10, 35);
    expect(fixture.clip.framesRead).toEqual([10, 20, 35]);
  });

  test('refuses prompts elsewhere, whatever they say, and stays as it was', async () => {
    await using fixture = subset();
    await expect(fixture.click(MUG, 21, 5)).rejects.toMatchObject(OUTSIDE);
    await expect(fixture.click(MUG, 21)).rejects.toMatchObject(OUTSIDE);
    const prompts = { kind: 'mask', mask: bar(3) } as const;
    const placed = { objectId: MUG, frame: frameIndex(0), prompts };
    await expect(fixture.session.restorePrompts(placed)).rejects.toMatchObject(OUTSIDE);
    expect(fixture.clip.framesRead).toEqual([]);
    expect(fixture.clip.put).toEqual([]);
    expect(await fixture.click(MUG, 20, 5)).toMatchObject({ frame: 20 });
  });

  test('refuses to track from or to elsewhere, and can track afterwards', async () => {
    await using fixture = subset();
    await fixture.click(MUG, 10, 5);
    expect(() => fixture.propagate(11, 50)).toThrow(expect.objectContaining(OUTSIDE));
    expect(() => fixture.propagate(10, 49)).toThrow(expect.objectContaining(OUTSIDE));
    expect((await fixture.track(10, 20)).framesTotal).toBe(2);
  });

  test('restored prompts track as those that were set', async () => {
    const tracked = async (how: 'setPrompts' | 'restorePrompts') => {
      await using fixture = subset();
      const prompts = { kind: 'mask', mask: bar(3) } as const;
      await fixture.session[how]({ objectId: MUG, frame: frameIndex(35), prompts });
      await fixture.session[how]({ objectId: HAND, frame: frameIndex(10), prompts });
      fixture.clip.takePut();
      await fixture.track(10, 50);
      return { put: fixture.clip.put, calls: fixture.graphs.calls };
    };
    expect(await tracked('restorePrompts')).toEqual(await tracked('setPrompts'));
  });

  test('asks for stored masks of the clip’s frames, where it rebuilds memories', async () => {
    const frames = Array.from({ length: 30 }, (_, at) => frameIndex(at * 3 + 1));
    const budgets = { featureBytes: 0, recentStateBytes: 0 };
    await using fixture = new SessionFixture({ frameCount: 100, frames }, budgets);
    await fixture.click(MUG, 1, 5);
    await fixture.track(1, 88);
    expect(fixture.clip.masksAsked).toEqual([]);
    // Position 15: the six before it were let go of, and so was its own output.
    await fixture.click(MUG, 46, 5);
    expect(fixture.clip.masksAsked.toSorted()).toEqual(
      [46, 28, 31, 34, 37, 40, 43].map((frame) => `${frame}/1`).toSorted(),
    );
  });
});
