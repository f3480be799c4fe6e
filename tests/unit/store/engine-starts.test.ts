import { afterEach, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import {
  click,
  engineOf,
  rest,
  seenObject,
  shownAlerts,
  StudioShelf,
} from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

test('tracking waits for the start of the engine that a click has begun', async () => {
  const studio = await shelf.ready({ delayMs: 5 });
  await click(studio);
  await studio.actions.propagation.track('forward', 'all');
  studio.actions.history.undo();
  await rest(studio);
  const run = studio.actions.propagation.track('forward', 'all');
  studio.actions.prompts.addPoint(videoPoint(120, 50), 'positive');
  expect(studio.store.getState().models.engine.status).toBe('starting');
  await run;
  expect(shownAlerts(studio)).toEqual([]);
  expect(seenObject(studio).summaries.coveredFrames).toBe(24);
  expect(engineOf(studio).sessions).toHaveLength(1);
});
