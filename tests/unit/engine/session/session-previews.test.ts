import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../../src/core/ids.ts';
import type { PlacedClicks } from '../../../../src/core/prompts.ts';
import { bar, HAND, MUG, SessionFixture } from './session-fixture.ts';

function clickAt(frame: number, ...xs: readonly number[]): PlacedClicks {
  const points = xs.map((x) => ({ x, y: 4, label: 'positive' as const }));
  return { objectId: HAND, frame: frameIndex(frame), prompts: { kind: 'clicks', points } };
}

describe('a preview of a prompt', () => {
  test('goes to the stage by its key; the session stays as it is', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5);
    fixture.clip.takePut();
    expect(await fixture.session.previewPrompt(clickAt(2, 3), 'here')).toBe(true);
    expect(fixture.clip.previews.get('hover')).toEqual([{ key: 'here', frame: 2, mask: bar(1) }]);
    expect(fixture.kernels.reads.at(-1)).toEqual(['filled logits1@2']);
    expect(fixture.clip.takePut()).toEqual([]);
    expect((await fixture.track(2, 4)).summaries.map(({ objectId }) => objectId)).toEqual([
      MUG,
      MUG,
      MUG,
    ]);
  });

  test('is not made on a frame that would have to be encoded', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5);
    expect(await fixture.session.previewPrompt(clickAt(3, 3), 'there')).toBe(false);
    expect(fixture.graphs.callsOf('encodeImage').map(({ frame }) => frame)).toEqual([2]);
    expect(fixture.clip.previews.size).toBe(0);
  });

  test('of several is made for the last one asked for', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5);
    const [slow, ...others] = ['a', 'b', 'c'].map((key, at) =>
      fixture.session.previewPrompt(clickAt(2, at), key),
    );
    expect([await slow, ...(await Promise.all(others))]).toEqual([false, false, true]);
    expect(fixture.clip.previews.get('hover')).toMatchObject([{ key: 'c' }]);
  });

  test('waits for prompts, and is not made while tracking', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5);
    const previewing = fixture.session.previewPrompt(clickAt(2, 3), 'late');
    const run = fixture.propagate(2, 8);
    expect(await fixture.session.previewPrompt(clickAt(2, 4), 'later')).toBe(false);
    expect(await previewing).toBe(false);
    while ((await run.nextBatch(1000)).state === 'running');
    await expect.poll(() => fixture.session.previewPrompt(clickAt(8, 3), 'after')).toBe(true);
  });

  test('of a closed session is nothing', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5);
    const closing = fixture.session.close();
    expect(await fixture.session.previewPrompt(clickAt(2, 3), 'gone')).toBe(false);
    await closing;
  });
});

describe('candidates', () => {
  test('are shown by their keys and told by what sets them apart', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5);
    const told = await fixture.session.candidates(MUG, frameIndex(2));
    expect(told).toHaveLength(3);
    expect(told?.[1]).toEqual({
      candidate: 1,
      key: 'candidate 1 of 1 on 2',
      predictedIou: 0.5,
      areaPx: 8,
      iouWithBest: 1,
    });
    expect(fixture.clip.previews.get('candidates')).toEqual(
      told?.map(({ key }) => ({ key, frame: 2, mask: bar(1) })),
    );
    expect(fixture.kernels.reads.at(-1)).toEqual([
      'filled logits1@2',
      'filled logits2@2',
      'filled logits3@2',
    ]);
  });

  test('are there for frames of the clip that are positions to the model', async () => {
    await using fixture = new SessionFixture({
      frameCount: 60,
      frames: [10, 20, 35].map(frameIndex),
    });
    await fixture.click(MUG, 20, 5);
    expect(await fixture.session.candidates(MUG, frameIndex(20))).toMatchObject([
      { key: 'candidate 0 of 1 on 20' },
      {},
      {},
    ]);
    expect(fixture.clip.previews.get('candidates')?.[0]?.frame).toBe(20);
  });

  test('of other prompts are none', async () => {
    await using fixture = new SessionFixture({ frameCount: 9 });
    await fixture.click(MUG, 2, 5, 6);
    expect(await fixture.session.candidates(MUG, frameIndex(2))).toBeUndefined();
    expect(await fixture.session.candidates(HAND, frameIndex(2))).toBeUndefined();
    expect(await fixture.session.candidates(MUG, frameIndex(3))).toBeUndefined();
  });
});
