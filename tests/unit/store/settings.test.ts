import { afterEach, expect, test } from 'vitest';
import { modelInUse } from '../../../src/store/models-slice.ts';
import { stateOf } from '../../helpers/fake-studio.ts';
import { StudioShelf } from '../../helpers/work-lab.ts';

const shelf = new StudioShelf();
afterEach(() => shelf[Symbol.dispose]());

test('settings outlive the page', async () => {
  const studio = shelf.start();
  studio.actions.view.chooseTheme('dark');
  studio.actions.view.setFillOpacity(0.3);
  const text = studio.settingsText ?? '';
  const next = shelf.start({ services: { settings: { read: () => text, write: () => {} } } });
  expect(stateOf(next).view).toMatchObject({ theme: 'dark', fillOpacity: 0.3 });
  const broken = shelf.start({
    services: { settings: { read: () => '{"theme":3', write: () => {} } },
  });
  expect(stateOf(broken).view.theme).toBe('system');
});

test('how the model is to run outlives the page, one wish without another', async () => {
  const studio = await shelf.ready();
  const { models } = studio.actions;
  await models.setPreferences({ backend: 'wasm', precision: 'fp32' });
  expect(modelInUse(stateOf(studio).models)?.precision).toBe('fp32');
  const read = () => studio.settingsText ?? '';
  const preferences = () =>
    stateOf(shelf.start({ services: { settings: { read, write: () => {} } } })).models.preferences;
  expect(preferences()).toEqual({ backend: 'wasm', precision: 'fp32' });
  await models.setPreferences({ backend: 'auto', imageSize: 256 });
  expect(preferences()).toEqual({ backend: 'auto', imageSize: 256 });
});
