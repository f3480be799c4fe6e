import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { MaskCheck } from '../../../../src/engine/session/mask-check.ts';
import { MUG, SessionFixture } from './session-fixture.ts';

const FRAMES = 12;

const frameOf = (label: string) => Number(label.split('@')[1]);
const request = (start: number, end: number) => ({
  objectId: MUG,
  start: frameIndex(start),
  end: frameIndex(end),
  direction: start <= end ? ('forward' as const) : ('reverse' as const),
});

/** Tracked from the first frame to the ninth, each mask being 4 columns wide. */
async function tracked() {
  const fixture = new SessionFixture({ frameCount: FRAMES });
  fixture.kernels.columnsOf = () => 4;
  await fixture.click(MUG, 0, 5);
  await fixture.track(0, 8);
  fixture.clip.takePut();
  fixture.graphs.calls.length = 0;
  return fixture;
}

describe('checking masks by tracking back', () => {
  test('puts no mask, and says of each how well it agrees', async () => {
    await using fixture = await tracked();
    // From frame 3 down, the way back sees something twice as wide.
    fixture.kernels.columnsOf = (label) => (frameOf(label) <= 3 ? 8 : 4);
    const run = await new MaskCheck(fixture.options).start(request(8, 0));
    const { summaries, framesDone, framesTotal } = await fixture.finish(run);
    expect([framesDone, framesTotal]).toEqual([9, 9]);
    expect(summaries.map(({ frame, oppositeIou }) => [Number(frame), oppositeIou])).toEqual([
      [8, undefined],
      ...[7, 6, 5, 4].map((frame) => [frame, 1]),
      ...[3, 2, 1, 0].map((frame) => [frame, 0.5]),
    ]);
    expect(fixture.clip.put).toEqual([]);
    expect(fixture.clip.compared).toEqual([7, 6, 5, 4, 3, 2, 1, 0].map((frame) => `${frame}/1`));
  });

  test('knows the one mask that it starts from, and nothing of what was tracked', async () => {
    await using fixture = await tracked();
    const run = await new MaskCheck(fixture.options).start(request(8, 5));
    await fixture.finish(run);
    expect(fixture.graphs.callsOf('useMaskAsOutput').map(({ frame }) => frame)).toEqual([8]);
    const bank = fixture.graphs.callsOf('attendMemory').flatMap(({ memories }) => memories);
    const frames = new Set(bank.map((label) => Number(/@(\d+)/.exec(label)?.[1])));
    expect([...frames].sort((a, b) => a - b)).toEqual([6, 7, 8]);
  });

  test('leaves the memory of the session in use as it is', async () => {
    const memoriesOfNext = async (isChecked: boolean) => {
      await using fixture = await tracked();
      if (isChecked) {
        await fixture.finish(await new MaskCheck(fixture.options).start(request(8, 0)));
      }
      fixture.graphs.calls.length = 0;
      await fixture.track(9, 10);
      return fixture.graphs.callsOf('attendMemory').map(({ memories, pointers }) => ({
        // Outputs are numbered over both sessions.
        memories: memories.map((label) => label.replace(/logits\d+/, 'logits')),
        pointers: pointers.map((label) => label.replace(/pointer\d+/, 'pointer')),
      }));
    };
    const alone = await memoriesOfNext(false);
    expect(alone[0]?.memories.length).toBeGreaterThan(5);
    expect(await memoriesOfNext(true)).toEqual(alone);
  });

  test('lets go of all it made at its end, and when it is stopped', async () => {
    await using fixture = await tracked();
    const held = fixture.graphs.live.size;
    const whole = new MaskCheck(fixture.options);
    await fixture.finish(await whole.start(request(8, 0)));
    await whole.close();
    expect(fixture.graphs.live.size).toBe(held);
    const stopped = new MaskCheck(fixture.options);
    const run = await stopped.start(request(8, 0));
    await run.cancel();
    expect(await fixture.finish(run)).toMatchObject({ state: 'cancelled' });
    await stopped.close();
    expect(fixture.graphs.live.size).toBe(held);
    // The session in use goes on.
    expect(await fixture.track(9, 11)).toMatchObject({ state: 'complete' });
  });

  test('is refused where there is no mask to start from, and holds nothing then', async () => {
    await using fixture = await tracked();
    const held = fixture.graphs.live.size;
    const check = new MaskCheck(fixture.options);
    await expect(check.start(request(11, 0))).rejects.toMatchObject({ code: 'prompts-missing' });
    expect(fixture.graphs.live.size).toBe(held);
  });

  test('that is closed before it begins does not begin', async () => {
    await using fixture = await tracked();
    const check = new MaskCheck(fixture.options);
    const starting = check.start(request(8, 0));
    await check.close();
    await expect(starting).rejects.toMatchObject({ code: 'session-disposed' });
    expect(fixture.clip.compared).toEqual([]);
  });
});

test('tracked masks say which way they were tracked, prompted ones do not', async () => {
  await using fixture = new SessionFixture({ frameCount: 4 });
  await fixture.click(MUG, 1, 5);
  await fixture.track(1, 2);
  await fixture.track(1, 0);
  expect(fixture.clip.ways).toEqual(['1: none', '1: none', '2: forward', '1: none', '0: reverse']);
  expect(fixture.clip.lastPut).toEqual({ isCorrection: false });
  const until = { agreeingFrames: 1, iou: 0.5 };
  await fixture.track(2, 3, { until });
  expect(fixture.clip.lastPut).toEqual({ isCorrection: true });
});
