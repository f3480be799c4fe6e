import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import { bar, HAND, MUG, SessionFixture } from './session-fixture.ts';

const UNTIL = { agreeingFrames: 3, iou: 0.9 };
const FRAMES = 30;

/** Tracks an object over the whole clip and corrects it in the middle. */
async function corrected(columnsAfter: (frame: number) => number) {
  const fixture = new SessionFixture({ frameCount: FRAMES });
  fixture.kernels.columnsOf = () => 4;
  await fixture.click(MUG, 0, 5);
  await fixture.track(0, FRAMES - 1);
  await fixture.click(MUG, 15, 5);
  fixture.kernels.columnsOf = (label) => columnsAfter(frameOf(label));
  fixture.clip.takePut();
  return fixture;
}

const frameOf = (label: string) => Number(label.split('@')[1]);
const framesOf = (put: readonly string[]) => put.map((entry) => Number(entry.split('/')[0]));

describe('tracking until masks agree with those that were there', () => {
  test('ends after as many agreeing frames in a row as are asked for', async () => {
    await using fixture = await corrected((frame) => (frame < 18 ? 12 : 4));
    const last = await fixture.track(16, FRAMES - 1, { until: UNTIL });
    expect(last).toMatchObject({ state: 'complete', framesDone: 5, stoppedAt: 20 });
    expect(framesOf(fixture.clip.put)).toEqual([16, 17, 18, 19, 20]);
    // The next frame was not even begun: its memory is that of the earlier run.
    expect(fixture.graphs.callsOf('attendMemory').at(-1)?.frame).toBe(20);
  });

  test('goes back in the same way', async () => {
    await using fixture = await corrected((frame) => (frame > 12 ? 12 : 4));
    const last = await fixture.track(14, 0, { until: UNTIL });
    expect(last).toMatchObject({ state: 'complete', stoppedAt: 10 });
    expect(framesOf(fixture.clip.put)).toEqual([14, 13, 12, 11, 10]);
  });

  test('goes on to the end where they do not agree', async () => {
    await using fixture = await corrected(() => 12);
    const last = await fixture.track(16, FRAMES - 1, { until: UNTIL });
    expect(last).toMatchObject({ state: 'complete', framesDone: FRAMES - 16 });
    expect(last).not.toHaveProperty('stoppedAt');
  });

  test('a frame that does not agree breaks the row', async () => {
    await using fixture = await corrected((frame) => (frame === 18 ? 12 : 4));
    expect(await fixture.track(16, FRAMES - 1, { until: UNTIL })).toMatchObject({ stoppedAt: 21 });
  });

  test('the IoU must be above the bound', async () => {
    await using fixture = await corrected(() => 5);
    const half = { until: { agreeingFrames: 2, iou: 0.8 } };
    expect((await fixture.track(16, 20, half)).stoppedAt).toBeUndefined();
    fixture.kernels.columnsOf = () => 4;
    const below = { until: { agreeingFrames: 2, iou: 0.79 } };
    expect((await fixture.track(16, 20, below)).stoppedAt).toBe(frameIndex(17));
  });

  test('absence agrees with absence, and a first mask with nothing', async () => {
    await using fixture = new SessionFixture({ frameCount: FRAMES });
    fixture.kernels.columnsOf = () => 0;
    await fixture.click(MUG, 0, 5);
    await fixture.track(0, 10);
    expect(await fixture.track(1, 20, { until: UNTIL })).toMatchObject({ stoppedAt: 3 });
    const beyond = await fixture.track(11, 20, { until: UNTIL });
    expect(beyond).toMatchObject({ framesDone: 10 });
    expect(beyond.stoppedAt).toBeUndefined();
  });

  test('prompted frames neither count nor break the row', async () => {
    await using fixture = await corrected(() => 4);
    await fixture.setPrompts(MUG, 17, { kind: 'mask', mask: bar(9) });
    fixture.session.setCorrectionMode('keep');
    const last = await fixture.track(15, FRAMES - 1, { until: UNTIL });
    // 15 and 17 are prompted; 16, 18 and 19 agree.
    expect(last.stoppedAt).toBe(frameIndex(19));
  });

  test('all objects of a frame must agree', async () => {
    await using fixture = new SessionFixture({ frameCount: FRAMES });
    fixture.kernels.columnsOf = () => 4;
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 0, 6);
    await fixture.track(0, FRAMES - 1);
    let reads = 0;
    // Masks are read one by one: every second is the hand's.
    fixture.kernels.columnsOf = (label) => (++reads % 2 === 0 && frameOf(label) < 8 ? 12 : 4);
    expect(await fixture.track(1, FRAMES - 1, { until: UNTIL })).toMatchObject({ stoppedAt: 10 });
  });

  test('only the objects asked for are run and put', async () => {
    await using fixture = new SessionFixture({ frameCount: FRAMES });
    fixture.kernels.columnsOf = () => 4;
    await fixture.click(MUG, 0, 5);
    await fixture.click(HAND, 0, 6);
    await fixture.track(0, FRAMES - 1);
    fixture.clip.takePut();
    await fixture.track(1, FRAMES - 1, { objectIds: [HAND], until: UNTIL });
    expect(fixture.clip.put).toEqual(['1/2', '2/2', '3/2']);
  });

  test('can be cancelled as any run', async () => {
    await using fixture = await corrected(() => 12);
    const run = fixture.propagate(16, FRAMES - 1, { until: UNTIL });
    while ((await run.nextBatch(1000)).framesDone < 2) continue;
    await run.cancel();
    for (;;) {
      const batch = await run.nextBatch(1000);
      if (batch.state === 'running') continue;
      expect(batch).toMatchObject({ state: 'cancelled' });
      expect(batch).not.toHaveProperty('stoppedAt');
      break;
    }
    expect((await fixture.track(20, 22)).state).toBe('complete');
  });

  test('names the frame of the clip where the model sees part of it', async () => {
    const frames = [2, 5, 6, 9, 12, 20, 21].map(frameIndex);
    await using fixture = new SessionFixture({ frameCount: FRAMES, frames });
    fixture.kernels.columnsOf = () => 4;
    await fixture.click(MUG, 2, 5);
    await fixture.track(2, 21);
    expect(await fixture.track(5, 21, { until: UNTIL })).toMatchObject({ stoppedAt: 9 });
  });
});
