import { expect, test } from 'vitest';
import { objectId } from '../../../../../src/core/ids.ts';
import { finish, HAND, MUG, TrackerFixture } from './tracker-fixture.ts';

const CLOTH = objectId(3);

test('a step tracks its objects in one call, those left out whose outputs are stored', async () => {
  using fixture = new TrackerFixture(4);
  await fixture.click(MUG, 0, 10);
  await fixture.click(HAND, 0, 20);
  await fixture.click(CLOTH, 2, 30);
  const frames = await fixture.track();
  // On frame 0 the cloth only, on frame 2 the others: each frame shows all three.
  expect(fixture.graphs.groups).toEqual([1, 3, 2, 3]);
  expect(frames.map(({ shown }) => shown.map((text) => text.split(':')[0]))).toEqual(
    frames.map(() => ['1', '2', '3']),
  );
  // Each attends to its own conditioning frame.
  const attended = fixture.graphs.callsOf('attendMemory').slice(1, 4);
  const conditioning = attended.map(({ memories }) => memories[0]?.split('@')[0]);
  expect(new Set(conditioning).size).toBe(3);
});

test('a step without anything to compute makes no call', async () => {
  using fixture = new TrackerFixture(1);
  await fixture.click(MUG, 0, 10);
  await fixture.track();
  expect(fixture.graphs.groups).toEqual([]);
});

test.each(['attendMemory', 'decodeMask', 'encodeMemory', 'fillHoles'] as const)(
  'a step whose %s fails for one object stores none, and can be tried again',
  async (failing) => {
    let areFillsFailing = false;
    using fixture: TrackerFixture = new TrackerFixture(3, {
      postprocess: {
        fillHoles: async (logits) => {
          if (areFillsFailing) throw new Error('fillHoles failed');
          return await fixture.graphs.fillHoles(logits);
        },
      },
    });
    await fixture.click(MUG, 0, 10);
    await fixture.click(HAND, 0, 20);
    const propagation = fixture.tracker.propagate({ direction: 'forward' });
    await propagation.step();
    const alive = fixture.graphs.live.size;
    if (failing === 'fillHoles') areFillsFailing = true;
    else fixture.graphs.failNext = failing;
    await expect(propagation.step()).rejects.toThrow(`${failing} failed`);
    expect(fixture.graphs.live.size).toBe(alive);
    areFillsFailing = false;
    expect((await finish(propagation)).map(({ shown }) => shown.length)).toEqual([2, 2]);
  },
);
