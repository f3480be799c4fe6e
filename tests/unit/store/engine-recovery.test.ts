import { afterEach, expect, test } from 'vitest';
import { videoPoint } from '../../../src/core/geometry.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { framesOf, summaryAt } from '../../../src/store/summary-track.ts';
import { deviceLost } from '../../helpers/fake-inference.ts';
import { stateOf } from '../../helpers/fake-studio.ts';
import { until } from '../../helpers/until.ts';
import {
  click,
  clip,
  engineOf,
  rest,
  seenObject,
  shownAlerts,
  StudioShelf,
} from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

const FULL = 'The GPU ran out of memory.';

function outOfMemory(): StudioError {
  return new StudioError('out-of-memory', FULL, { hint: 'Choose a smaller image size.' });
}

test('a lost device while tracking: another engine gets the model and every prompt', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 4;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => seenObject(studio).summaries.coveredFrames === 4, 'four frames are done');
  engineOf(studio).failures.set('nextBatch', deviceLost());
  await run;
  await rest(studio);
  expect(studio.engines).toHaveLength(2);
  expect(studio.inferenceWorkers[0]?.isTerminated).toBe(true);
  expect(engineOf(studio).model).toEqual({ kind: 'bundled' });
  expect(engineOf(studio).restored?.map((placed) => [placed.objectId, placed.frame])).toEqual([
    [1, 0],
  ]);
  expect(seenObject(studio).summaries.coveredFrames).toBe(4);
  expect(framesOf(seenObject(studio).summaries, ['kept'])).toEqual([1, 2, 3]);
  expect(stateOf(studio).models.engine.status).toBe('ready');
  expect(shownAlerts(studio)).toEqual(
    expect.arrayContaining([
      'info: The inference engine is being restarted with your prompts.',
      'success: The inference engine runs again; every prompt and mask is still here.',
    ]),
  );
});

test('memory that runs out while tracking: finished masks stay, and the user reads what to do', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  engineOf(studio).holdAfterFrames = 4;
  const run = studio.actions.propagation.track('forward', 'all');
  await until(() => seenObject(studio).summaries.coveredFrames === 4, 'four frames are done');
  engineOf(studio).failures.set('nextBatch', outOfMemory());
  await run;
  await rest(studio);
  expect(stateOf(studio).propagation).toMatchObject({ status: 'failed', framesDone: 4 });
  expect(seenObject(studio).summaries.coveredFrames).toBe(4);
  expect(studio.engines).toHaveLength(2);
  expect(stateOf(studio).models.engine.status).toBe('ready');
  const said = stateOf(studio).alerts.log.find(({ message }) => message === FULL);
  expect(said).toMatchObject({ severity: 'warning', hint: 'Choose a smaller image size.' });
});

test('memory that runs out when the model is loaded again is not tried once more', async () => {
  const studio = await shelf.ready();
  studio.onEngineStart = (engine) => engine.failures.set('loadModel', outOfMemory());
  engineOf(studio).failures.set('setPrompts', outOfMemory());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => stateOf(studio).models.engine.status === 'stopped', 'it was given up');
  expect(studio.engines).toHaveLength(2);
  expect(shownAlerts(studio)).toContain(`error: ${FULL}`);
});

test('a click that was under way when the device was lost still gets its mask', async () => {
  const studio = await shelf.ready();
  engineOf(studio).failures.set('setPrompts', deviceLost());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => summaryAt(seenObject(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(studio.engines).toHaveLength(2);
  const calls = ['connectMedia', 'setCorrectionMode', 'loadModel', 'restore', 'setPrompts'];
  // What else the point may have meant is asked for afterwards.
  expect(engineOf(studio).calls.filter((call) => call !== 'candidates')).toEqual(calls);
});

test('a load that fails inside the runtime gets a new engine with the earlier model', async () => {
  const studio = await shelf.ready();
  const failure = new StudioError('model-failed', 'ONNX Runtime failed on loading.');
  engineOf(studio).failures.set('loadModel', failure);
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_large.pt'));
  expect(studio.engines).toHaveLength(2);
  expect(engineOf(studio).model).toEqual({ kind: 'bundled' });
  expect(stateOf(studio).models.model).toMatchObject({ status: 'ready' });
  expect(stateOf(studio).models.engine.status).toBe('ready');
});

test('the mode of corrections reaches the engine that replaces a lost one', async () => {
  const studio = await shelf.ready();
  await studio.actions.models.setCorrections('reference');
  expect(engineOf(studio).corrections).toBe('reference');
  engineOf(studio).failures.set('setPrompts', deviceLost());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => summaryAt(seenObject(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(studio.engines).toHaveLength(2);
  expect(engineOf(studio).corrections).toBe('reference');
});

test('after three restarts the engine is given up, and the user can start it again', async () => {
  const studio = await shelf.ready();
  studio.onEngineStart = (engine) => engine.failures.set('loadModel', deviceLost());
  engineOf(studio).failures.set('setPrompts', deviceLost());
  studio.actions.prompts.addPoint(videoPoint(100, 50), 'positive');
  await until(() => stateOf(studio).models.engine.status === 'stopped', 'it was given up');
  expect(studio.engines).toHaveLength(4);
  const offer = stateOf(studio).alerts.log.findLast((alert) => alert.action !== undefined);
  expect(offer).toMatchObject({ severity: 'error', action: { kind: 'restart-engine' } });
  studio.onEngineStart = undefined;
  await studio.actions.alerts.follow(offer?.id ?? -1);
  await until(() => summaryAt(seenObject(studio).summaries, 0) !== undefined, 'the mask is there');
  expect(stateOf(studio).models.engine.status).toBe('ready');
});

test('an inference worker that dies before it answers is replaced', async () => {
  const studio = shelf.start();
  await studio.actions.video.openFiles([clip()]);
  studio.onEngineStart = (engine) => {
    studio.onEngineStart = undefined;
    engine.failures.set('loadModel', deviceLost());
  };
  await studio.actions.models.loadBundled();
  expect(stateOf(studio).models.model.status).toBe('failed');
  expect(stateOf(studio).models.engine.status).toBe('waiting');
  await studio.actions.models.loadBundled();
  await until(() => stateOf(studio).models.engine.status === 'ready', 'the second one runs');
  expect(studio.engines).toHaveLength(2);
});
