import { afterEach, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { framesOf } from '../../../src/store/summary-track.ts';
import { stateOf } from '../../helpers/fake-studio.ts';
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

test('a failed load keeps the model in use', async () => {
  const studio = await shelf.ready();
  engineOf(studio).failures.set(
    'loadModel',
    new StudioError('checkpoint-invalid', 'This file is no checkpoint.', { hint: 'Take another.' }),
  );
  await studio.actions.models.loadFile(new File(['x'], 'bad.pt'));
  const { model } = stateOf(studio).models;
  expect(model).toMatchObject({ status: 'failed', previous: { size: 'nano' } });
  await click(studio, 100);
  expect(shownAlerts(studio)).toContain('error: This file is no checkpoint.');
});

test('another model makes the masks of prompted frames anew and asks for tracking', async () => {
  const studio = await shelf.ready();
  await click(studio, 100);
  await studio.actions.propagation.track('forward', 'all');
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_tiny.pt'));
  await rest(studio);
  expect(engineOf(studio).calls.filter((call) => call === 'startSession')).toHaveLength(2);
  expect(engineOf(studio).prompts.size).toBe(1);
  expect(stateOf(studio).propagation.status).toBe('required');
  expect(framesOf(seenObject(studio).summaries, ['tracked'])).toEqual([]);
  expect(seenObject(studio).summaries.coveredFrames).toBe(24);
});

test('running on the CPU is said plainly', async () => {
  const studio = await shelf.ready({ backend: 'wasm' });
  const alert = stateOf(studio).alerts.log.at(-1);
  expect(alert).toMatchObject({ severity: 'info' });
  expect(alert?.message).toContain('CPU (WASM)');
  expect(alert?.hint).toContain('This browser offers no WebGPU adapter.');
  // The small bundled model is quick enough there; a published one is not.
  await studio.actions.models.loadFile(new File(['x'], 'sam2.1_hiera_tiny.pt'));
  const warning = stateOf(studio).alerts.log.find((item) => item.severity === 'warning');
  expect(warning?.message).toContain('SAM 2.1 Tiny runs on the CPU (WASM) and takes seconds');
});
