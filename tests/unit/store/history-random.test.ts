import * as fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { fakeStorage, type FakeStudio } from '../../helpers/fake-studio.ts';
import { discsOf, rest, StudioShelf, workOf } from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterAll(() => shelf[Symbol.dispose]());

/** Something that a user does. */
type Deed = (studio: FakeStudio) => unknown;

const FRAMES = 8;
const ids = fc.integer({ min: 1, max: 4 }).map(objectId);
const deeds: fc.Arbitrary<Deed> = fc.oneof(
  fc.tuple(fc.integer({ min: 0, max: 600 }), fc.boolean()).map(
    ([x, isPositive]): Deed =>
      ({ actions }) =>
        actions.prompts.addPoint(videoPoint(x, 50), isPositive ? 'positive' : 'negative'),
  ),
  fc.integer({ min: 10, max: 300 }).map(
    (x1): Deed =>
      ({ actions }) =>
        actions.prompts.setBox({ x0: 2, y0: 2, x1, y1: 80 }),
  ),
  fc.constant<Deed>(({ actions }) => actions.prompts.removeLast()),
  fc.constant<Deed>(({ actions }) => actions.prompts.clearFrame()),
  fc.constant<Deed>(({ actions }) => actions.tracklets.add()),
  ids.map(
    (id): Deed =>
      ({ actions }) =>
        actions.tracklets.remove(id),
  ),
  ids.map(
    (id): Deed =>
      ({ actions }) =>
        actions.tracklets.select(id),
  ),
  ids.map(
    (id): Deed =>
      ({ actions }) =>
        actions.tracklets.toggleVisibility(id),
  ),
  fc.tuple(ids, fc.string({ minLength: 1, maxLength: 5 })).map(
    ([id, name]): Deed =>
      ({ actions }) =>
        actions.tracklets.rename(id, name),
  ),
  ids.map(
    (id): Deed =>
      ({ actions }) =>
        actions.tracklets.recolor(id, `#0000${id}0`),
  ),
  fc.integer({ min: 0, max: FRAMES - 1 }).map((frame): Deed => (studio) => {
    studio.actions.playback.seekTo(frame);
  }),
  fc.constantFrom('forward', 'reverse', 'both').map(
    (direction): Deed =>
      ({ actions }) =>
        actions.propagation.track(direction, 'all'),
  ),
  fc.constant<Deed>(({ actions }) => actions.propagation.clear()),
  fc.constantFrom('pinned', 'dropped').map(
    (edit): Deed =>
      ({ actions }) =>
        actions.memory.toggle(edit),
  ),
  fc.array(ids, { maxLength: 3 }).map((objects): Deed => async ({ actions, exporter, media }) => {
    const own = [...new Set(objects)];
    exporter.importOutcome = {
      objects: own.map((id) => ({ id, name: `imported ${id}`, color: '#123456' })),
      prompts: [],
      summaries: own.map((id) => ({
        objectId: id,
        frame: frameIndex(3),
        areaPx: 5,
        origin: 'imported',
      })),
      notices: [],
    };
    exporter.onImport = () => {
      for (const id of own) {
        media.masks.put(id, 3, { x: 1, y: 1, radius: 1 }, { areaPx: 5, origin: 'imported' });
      }
    };
    await actions.project.importFile(new File(['{}'], 'kitchen.json'));
  }),
);

const seenIn = (studio: FakeStudio) => ({ ...workOf(studio), discs: discsOf(studio) });
const pointerOf = ({ store }: FakeStudio) => store.getState().history.nextStep;

/** What the work was like before each step, and after the last. */
async function doAll(studio: FakeStudio, done: readonly Deed[]) {
  const seen = new Map([[pointerOf(studio), seenIn(studio)]]);
  for (const deed of done) {
    await deed(studio);
    await rest(studio);
    seen.set(pointerOf(studio), seenIn(studio));
  }
  return seen;
}

function expectNoErrors({ faults, store }: FakeStudio): void {
  expect(faults).toEqual([]);
  const { log } = store.getState().alerts;
  expect(log.filter(({ severity }) => severity === 'error')).toEqual([]);
}

const RUNS = 15;

test('whatever was done can be undone step by step, and redone', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deeds, { maxLength: 12 }), async (done) => {
      const studio = await shelf.ready({ info: { frameCount: FRAMES } });
      const { history } = studio.actions;
      const seen = await doAll(studio, done);
      const end = pointerOf(studio);
      for (let step = end - 1; step >= 1; step--) {
        history.undo();
        await rest(studio);
        expect(pointerOf(studio)).toBe(step);
        expect(seenIn(studio)).toEqual(seen.get(step));
      }
      for (let step = 2; step <= end; step++) {
        history.redo();
        await rest(studio);
        expect(seenIn(studio)).toEqual(seen.get(step));
      }
      // As fast as a key repeats, the end is the same.
      for (let step = end; step > 1; step--) history.undo();
      await rest(studio);
      expect(seenIn(studio)).toEqual(seen.get(1));
      for (let step = 1; step < end; step++) history.redo();
      await rest(studio);
      expect(seenIn(studio)).toEqual(seen.get(end));
      expectNoErrors(studio);
      shelf.crash(studio);
    }),
    { numRuns: RUNS },
  );
}, 60_000);

test('after the page was closed, all of it is there again, and can be undone and redone', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deeds, { minLength: 1, maxLength: 8 }),
      fc.nat({ max: 8 }),
      async (done, undone) => {
        const saved = fakeStorage();
        const first = await shelf.ready({ info: { frameCount: FRAMES }, saved });
        const seen = await doAll(first, done);
        const end = pointerOf(first);
        for (let step = 0; step < undone; step++) first.actions.history.undo();
        await rest(first);
        const at = pointerOf(first);
        first.actions.recent.saveNow();
        await rest(first);
        shelf.crash(first);

        const studio = await shelf.ready({ info: { frameCount: FRAMES }, saved });
        await rest(studio);
        expect(pointerOf(studio)).toBe(at);
        expect(seenIn(studio)).toEqual(seen.get(at));
        for (let step = at - 1; step >= 1; step--) {
          studio.actions.history.undo();
          await rest(studio);
          expect(seenIn(studio)).toEqual(seen.get(step));
        }
        for (let step = 2; step <= end; step++) {
          studio.actions.history.redo();
          await rest(studio);
          expect(seenIn(studio)).toEqual(seen.get(step));
        }
        expectNoErrors(studio);
        shelf.crash(studio);
      },
    ),
    { numRuns: RUNS },
  );
}, 60_000);
