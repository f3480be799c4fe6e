import { expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../../src/core/ids.ts';
import type { MaskSummary } from '../../../../src/core/prompts.ts';
import { PropagationRun } from '../../../../src/engine/session/propagation-run.ts';

function summaryOf(frame: number): MaskSummary {
  return { objectId: objectId(1), frame: frameIndex(frame), areaPx: 9, origin: 'tracked' };
}

test('a waiting reader is woken by the first frame', async () => {
  const run = new PropagationRun(2);
  const batch = run.nextBatch(60_000);
  run.pushFrame([summaryOf(3)]);
  expect(await batch).toEqual({
    summaries: [summaryOf(3)],
    framesDone: 1,
    framesTotal: 2,
    state: 'running',
  });
});

test('frames that came while nobody asked arrive together, once', async () => {
  const run = new PropagationRun(2);
  run.pushFrame([summaryOf(0)]);
  run.pushFrame([summaryOf(1)]);
  run.finish('complete');
  const batch = await run.nextBatch(0);
  expect(batch.summaries.map(({ frame }) => frame)).toEqual([0, 1]);
  expect(batch.state).toBe('complete');
  expect((await run.nextBatch(0)).summaries).toEqual([]);
});

test('an empty batch comes when nothing happens in time', async () => {
  const batch = await new PropagationRun(1).nextBatch(1);
  expect(batch).toMatchObject({ summaries: [], framesDone: 0, state: 'running' });
});

test('a failure comes after the frames before it', async () => {
  const run = new PropagationRun(5);
  run.pushFrame([summaryOf(0)]);
  run.finish({ error: new Error('device lost') });
  expect((await run.nextBatch(0)).summaries).toHaveLength(1);
  await expect(run.nextBatch(0)).rejects.toThrow('device lost');
});

test('cancelling aborts the signal and the state follows from the engine', async () => {
  const run = new PropagationRun(5);
  await run.cancel();
  expect(run.signal.aborted).toBe(true);
  run.finish('cancelled');
  expect((await run.nextBatch(0)).state).toBe('cancelled');
});
