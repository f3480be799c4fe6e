import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameIndex, objectId, type ObjectId } from '../../../src/core/ids.ts';
import type { FrameCounts } from '../../../src/core/scores.ts';
import type { SequenceScoring } from '../../../src/store/ground-truth-slice.ts';
import { SequenceTally, type MaskChange, type ScoreJob } from '../../../src/store/score-tally.ts';
import {
  EMPTY_TRACK,
  withoutFrames,
  withSummaries,
  type SummaryTrack,
} from '../../../src/store/summary-track.ts';

const FRAMES = [3, 10, 11, 40, 600, 601].map(frameIndex);
const OBJECTS = [1, 2].map(objectId);

function tallyOf(): SequenceTally {
  return new SequenceTally({
    name: 's',
    size: { width: 4, height: 4 },
    objects: [],
    frames: FRAMES.map((frame) => ({ stem: `f${frame}`, frame, truthIds: [] })),
    match: {
      rows: [],
      matchedCount: FRAMES.length,
      sizes: 'same',
      problems: [],
      notices: [],
    },
    dropped: [],
  });
}

/** Counts that tell what was counted. */
function countsOf(value: number): FrameCounts {
  const numbers = { predictionPixels: 0, sharedPixels: 0, truthBoundary: 0 };
  const matched = { predictionBoundary: 0, truthMatched: 0, predictionMatched: 0 };
  return { objects: [{ objectId: 1, truthPixels: value, ...numbers, ...matched }] };
}

const actions = fc.array(
  fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      object: fc.nat(1),
      frame: fc.constantFrom(...FRAMES, frameIndex(4)),
    }),
    fc.record({
      kind: fc.constant('remove' as const),
      object: fc.nat(1),
      frame: fc.constantFrom(...FRAMES),
    }),
    fc.record({
      kind: fc.constant('assign' as const),
      assigned: fc.constantFrom<SequenceScoring['assigned']>(
        {},
        { 1: objectId(1) },
        { 1: objectId(2) },
        { 1: objectId(1), 2: objectId(2) },
        { 1: objectId(2), 2: objectId(1) },
      ),
    }),
    fc.record({ kind: fc.constant('take' as const), limit: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ kind: fc.constant('accept' as const) }),
    fc.record({ kind: fc.constant('put back' as const) }),
  ),
  { maxLength: 60 },
);

/** What a frame's counts must be made of: which truth is compared to which mask. */
class World {
  readonly tracks = new Map<ObjectId, SummaryTrack>(OBJECTS.map((id) => [id, EMPTY_TRACK]));
  readonly masks = new Map<string, number>();
  assigned: SequenceScoring['assigned'] = {};
  #masks = 0;

  put(object: number, frame: number): void {
    const id = objectId(object + 1);
    const summary = {
      objectId: id,
      frame: frameIndex(frame),
      areaPx: 1,
      origin: 'tracked' as const,
    };
    this.tracks.set(id, withSummaries(this.tracks.get(id) ?? EMPTY_TRACK, [summary]));
    this.masks.set(`${id}/${frame}`, ++this.#masks);
  }

  remove(object: number, frame: number): void {
    const id = objectId(object + 1);
    this.tracks.set(id, withoutFrames(this.tracks.get(id) ?? EMPTY_TRACK, [frame]));
    this.masks.delete(`${id}/${frame}`);
  }

  /** One number for the masks of a frame under the ids of the ground truth; 0 where none is. */
  stateOf(frame: number): number {
    let state = 0;
    for (const [truthId, id] of Object.entries(this.assigned)) {
      state += (this.masks.get(`${id}/${frame}`) ?? 0) * (truthId === '1' ? 1 : 1000);
    }
    return state;
  }
}

/** What a worker would count of a job: only the objects that the job names. */
function countJob(world: World, { pair }: ScoreJob): number {
  if (pair.prediction.kind !== 'tracked') throw new Error('not a tracked frame');
  const { frame, objects = [] } = pair.prediction;
  return objects.reduce(
    (sum, { objectId: id, truthId }) =>
      sum + (world.masks.get(`${id}/${frame}`) ?? 0) * (truthId === 1 ? 1 : 1000),
    0,
  );
}

test('whatever happens, in the end each frame’s counts are those of its masks', () => {
  fc.assert(
    fc.property(actions, (steps) => {
      const world = new World();
      const tally = tallyOf();
      const dealt: { job: ScoreJob; value: number }[] = [];
      const update = () => tally.update(world.assigned, new Map(world.tracks), () => {});
      const take = (limit: number) => {
        for (const job of tally.take(limit, [4])) dealt.push({ job, value: countJob(world, job) });
      };
      const accept = () => {
        const next = dealt.shift();
        if (next !== undefined) tally.accept(next.job, countsOf(next.value));
      };
      const check = (isAtRest: boolean) => {
        const covered = FRAMES.filter((frame) => world.stateOf(frame) > 0);
        expect(tally.coveredFrames).toBe(covered.length);
        const current = FRAMES.filter((_, at) => tally.isCurrent(at));
        for (const frame of current) {
          const own = tally.counted().find(({ name }) => name === `f${frame}`);
          // Without the first frame nothing is handed out.
          if (own !== undefined) {
            expect(own.counts).toEqual(countsOf(world.stateOf(frame)));
          }
        }
        const scored = covered.filter((frame) => current.includes(frame));
        expect(tally.scoredFrames).toBe(scored.length);
        if (!isAtRest) return;
        const needed = covered.length === 0 ? [] : new Set([...FRAMES.slice(0, 1), ...covered]);
        expect(tally.counted().map(({ name }) => name)).toEqual(
          [...needed].sort((a, b) => a - b).map((frame) => `f${frame}`),
        );
        for (const { name, counts } of tally.counted()) {
          expect(counts).toEqual(countsOf(world.stateOf(Number(name.slice(1)))));
        }
      };
      for (const step of steps) {
        if (step.kind === 'put') world.put(step.object, step.frame);
        else if (step.kind === 'remove') world.remove(step.object, step.frame);
        else if (step.kind === 'assign') world.assigned = step.assigned;
        else if (step.kind === 'take') take(step.limit);
        else if (step.kind === 'accept') accept();
        else for (const { job } of dealt.splice(0)) tally.putBack(job);
        update();
        check(false);
      }
      for (take(100); dealt.length > 0; accept());
      check(true);
      expect(tally.take(100, [0, 1])).toEqual([]);
    }),
    { numRuns: 500 },
  );
});

test('the revision grows whenever what is counted changes', () => {
  fc.assert(
    fc.property(actions, (steps) => {
      const world = new World();
      const tally = tallyOf();
      let seen = { revision: tally.revision, counted: tally.counted() };
      let jobs: ScoreJob[] = [];
      for (const step of steps) {
        if (step.kind === 'put') world.put(step.object, step.frame);
        else if (step.kind === 'remove') world.remove(step.object, step.frame);
        else if (step.kind === 'assign') world.assigned = step.assigned;
        else if (step.kind === 'take') jobs.push(...tally.take(step.limit, []));
        else if (step.kind === 'accept') {
          for (const job of jobs) tally.accept(job, countsOf(countJob(world, job)));
          jobs = [];
        }
        tally.update(world.assigned, new Map(world.tracks), () => {});
        const now = { revision: tally.revision, counted: tally.counted() };
        if (now.revision === seen.revision) expect(now.counted).toEqual(seen.counted);
        else expect(now.revision).toBeGreaterThan(seen.revision);
        seen = now;
      }
    }),
    { numRuns: 500 },
  );
});

test('tells which masks of compared objects changed, but not those of new assignments', () => {
  const world = new World();
  const tally = tallyOf();
  const update = () => {
    const changes: MaskChange[] = [];
    tally.update(world.assigned, new Map(world.tracks), (change) => changes.push(change));
    return changes;
  };
  world.put(0, 10);
  world.assigned = { 1: objectId(1) };
  expect(update()).toEqual([]);
  world.put(0, 10);
  world.put(0, 11);
  world.put(0, 12);
  world.put(1, 40);
  expect(update()).toEqual([
    { objectId: 1, position: 1 },
    { objectId: 1, position: 2 },
  ]);
  world.remove(0, 10);
  expect(update()).toEqual([{ objectId: 1, position: 1 }]);
  expect(update()).toEqual([]);
});

test('the first frame comes first, then what is preferred, then the oldest change', () => {
  const world = new World();
  const tally = tallyOf();
  world.assigned = { 2: objectId(1) };
  for (const frame of [601, 10, 600, 11]) world.put(0, frame);
  tally.update(world.assigned, new Map(world.tracks), () => {});
  const jobs = tally.take(4, [undefined, 4]);
  expect(jobs.map(({ position }) => position)).toEqual([0, 4, 1, 2]);
  expect(jobs[1]?.pair).toEqual({
    name: 's/f600',
    truth: { kind: 'truth', sequence: 's', frame: 600, width: 4, height: 4 },
    prediction: {
      kind: 'tracked',
      frame: 600,
      overlap: 'lowest-id-wins',
      objects: [{ objectId: 1, truthId: 2 }],
      width: 4,
      height: 4,
    },
  });
  expect(tally.take(9, []).map(({ position }) => position)).toEqual([5]);
});

test('a frame that cannot be counted is left alone until it changes', () => {
  const world = new World();
  const tally = tallyOf();
  world.assigned = { 1: objectId(1) };
  for (const frame of [3, 10]) world.put(0, frame);
  const update = () => tally.update(world.assigned, new Map(world.tracks), () => {});
  update();
  const [first, second] = tally.take(2, []);
  if (first === undefined || second === undefined) throw new Error('no frames to count');
  tally.accept(first, countsOf(1));
  tally.fail(second);
  update();
  expect(tally.take(2, [])).toEqual([]);
  expect(tally.counted()).toHaveLength(1);
  world.put(0, 10);
  update();
  const [again] = tally.take(2, []);
  expect(again?.position).toBe(1);
  // What is said of the frame as it was says nothing of it as it is.
  tally.fail(second);
  tally.accept(second, countsOf(5));
  expect(tally.isCurrent(1)).toBe(false);
});
