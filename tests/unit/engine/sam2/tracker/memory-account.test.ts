import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { frameIndex } from '../../../../../src/core/ids.ts';
import type { MemoryAccount, MemoryEdit } from '../../../../../src/core/memory.ts';
import { Sam2MemoryPolicy } from '../../../../../src/engine/sam2/tracker/sam2-memory-policy.ts';
import { DEFAULT_SETTINGS } from '../../../../../src/engine/sam2/tracker/tracker-settings.ts';
import type { TrackingDirection } from '../../../../../src/engine/sam2/tracker/tracking-direction.ts';
import { leftHalf, MUG, span, TrackerFixture } from './tracker-fixture.ts';

const FRAMES = 40;

/** An account as what the graphs were given: `frame:row` and `frame:distance`. */
function asInputs({ memories, pointers }: MemoryAccount) {
  return {
    memories: memories.map(({ frame, temporalSlot }) => {
      const row = temporalSlot === 0 ? 6 : temporalSlot - 1;
      return `${frame}:${row}`;
    }),
    pointers: pointers.map(({ frame, distance }) => `${frame}:${distance}`),
  };
}

/** What the last attention was given, in the same form. */
function inputsOf(fixture: TrackerFixture) {
  const call = fixture.lastAttention();
  const place = (label: string) => label.split('@').at(-1) ?? '';
  return { memories: call?.memories.map(place), pointers: call?.pointers.map(place) };
}

interface Scene {
  readonly prompted: readonly number[];
  readonly corrected: readonly number[];
  readonly edits: ReadonlyMap<number, MemoryEdit>;
  readonly direction: TrackingDirection;
  readonly again: number;
  readonly limit: number;
  readonly recentStateBytes: number;
}

const frame = fc.integer({ min: 0, max: FRAMES - 1 });
const scenes: fc.Arbitrary<Scene> = fc.record({
  prompted: fc.uniqueArray(frame, { minLength: 1, maxLength: 4 }),
  corrected: fc.uniqueArray(frame, { maxLength: 2 }),
  edits: fc
    .array(fc.tuple(frame, fc.constantFrom<MemoryEdit>('pinned', 'dropped')), { maxLength: 12 })
    .map((entries) => new Map(entries)),
  direction: fc.constantFrom<TrackingDirection>('forward', 'reverse'),
  again: frame,
  limit: fc.constantFrom(2, 3, Infinity),
  recentStateBytes: fc.constantFrom(0, Infinity),
});

describe('the account of what a frame attends to', () => {
  it('is what the graphs are then given, whatever was prompted, pinned and dropped', async () => {
    let compared = 0;
    await fc.assert(
      fc.asyncProperty(scenes, async (scene) => {
        const { recentStateBytes, limit, direction } = scene;
        const policy = new Sam2MemoryPolicy(limit);
        const options = { recentStateBytes, policy, settings: DEFAULT_SETTINGS };
        using fixture = new TrackerFixture(FRAMES, options);
        for (const at of scene.prompted) await fixture.click(MUG, at, 10);
        await fixture.track();
        await fixture.track({ direction: 'reverse', start: frameIndex(FRAMES - 1) });
        for (const at of span(0, FRAMES - 1)) fixture.masks.set(`${MUG}/${at}`, leftHalf());
        for (const at of scene.corrected) await fixture.click(MUG, at, 30);
        const edits = [...scene.edits].map(([at, edit]) => ({ frame: frameIndex(at), edit }));
        fixture.tracker.setMemoryEdits(MUG, edits);
        const run = fixture.tracker.propagate({ direction, start: frameIndex(scene.again) });
        const step = direction === 'forward' ? 1 : -1;
        for (let at = scene.again; run.framesDone < run.framesTotal; at += step) {
          fixture.clearCalls();
          // The frame may have been tracked the other way before: its account is of that way then.
          const account = await fixture.tracker.memoryAccount(MUG, frameIndex(at));
          expect(fixture.graphs.calls).toEqual([]);
          await run.step();
          const attended = fixture.lastAttention();
          expect(account?.isGiven).toBe(attended === undefined);
          if (account === undefined || attended === undefined) continue;
          if (account.direction !== direction) continue;
          expect(asInputs(account)).toEqual(inputsOf(fixture));
          compared++;
        }
      }),
      { numRuns: 60 },
    );
    expect(compared).toBeGreaterThan(300);
  });

  it('says why each frame is there, and how far away it is', async () => {
    using fixture = new TrackerFixture(FRAMES);
    await fixture.click(MUG, 0, 10);
    await fixture.track({ direction: 'forward', end: frameIndex(20) });
    fixture.tracker.setMemoryEdits(MUG, [
      { frame: frameIndex(3), edit: 'pinned' },
      { frame: frameIndex(19), edit: 'dropped' },
    ]);
    const account = await fixture.tracker.memoryAccount(MUG, frameIndex(21));
    const at = (where: number) => frameIndex(where);
    expect(account).toMatchObject({ isGiven: false, direction: 'forward', leftOut: [] });
    expect(account?.memories.map((entry) => [entry.frame, entry.role, entry.distance])).toEqual([
      [at(0), 'prompted', 21],
      [at(3), 'pinned', 18],
      ...[15, 16, 17, 18, 20].map((where) => [at(where), 'recent', 21 - where]),
    ]);
    expect(account?.pointers.map((entry) => entry.frame)).toEqual(
      [0, 3, 20, ...span(18, 6)].map(at),
    );
  });

  it('tells which memories are made again, and leaves out those whose mask is gone', async () => {
    using fixture = new TrackerFixture(300);
    await fixture.click(MUG, 0, 10);
    await fixture.track();
    for (const at of [95, 96, 97, 98]) fixture.masks.set(`${MUG}/${at}`, leftHalf());
    const account = await fixture.tracker.memoryAccount(MUG, frameIndex(99));
    expect(account?.memories.map((entry) => [Number(entry.frame), entry.isRebuilt])).toEqual([
      [0, false],
      ...[95, 96, 97, 98].map((at) => [at, true]),
    ]);
  });

  it('names the conditioning frames that a limit leaves out', async () => {
    using fixture = new TrackerFixture(FRAMES, { policy: new Sam2MemoryPolicy(2) });
    for (const at of [0, 10, 20, 30]) await fixture.click(MUG, at, 10);
    const account = await fixture.tracker.memoryAccount(MUG, frameIndex(22));
    expect(account?.memories.map((entry) => Number(entry.frame))).toEqual([20, 30]);
    expect(account?.leftOut.map(Number)).toEqual([0, 10]);
  });

  it('counts prompts that wait for the next run, without computing anything', async () => {
    using fixture = new TrackerFixture(FRAMES);
    await fixture.click(MUG, 4, 10);
    fixture.clearCalls();
    const account = await fixture.tracker.memoryAccount(MUG, frameIndex(8));
    expect(account?.memories.map((entry) => Number(entry.frame))).toEqual([4]);
    expect((await fixture.tracker.memoryAccount(MUG, frameIndex(4)))?.isGiven).toBe(true);
    expect(fixture.graphs.calls).toEqual([]);
  });

  it('is absent where the object cannot be tracked', async () => {
    using fixture = new TrackerFixture(FRAMES);
    expect(await fixture.tracker.memoryAccount(MUG, frameIndex(0))).toBeUndefined();
    fixture.tracker.setMemoryEdits(MUG, [{ frame: frameIndex(3), edit: 'pinned' }]);
    expect(await fixture.tracker.memoryAccount(MUG, frameIndex(0))).toBeUndefined();
  });
});
