import { afterEach, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { strokeRle } from '../../../src/core/brush-stroke.ts';
import type { FileMask } from '../../../src/protocol/mask-file.ts';
import { promptsAt } from '../../../src/store/prompts-slice.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';

const VIDEO = { width: 640, height: 360 };
let studio: FakeStudio | undefined;

afterEach(() => {
  studio?.[Symbol.dispose]();
  studio = undefined;
});

async function openClip(): Promise<FakeStudio> {
  studio = buildFakeStudio();
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  return studio;
}

function maskAt(x: number, value: string): FileMask {
  return { value, color: '#ff0000', mask: strokeRle([{ x, y: 50 }], 10, VIDEO) };
}

const file = new File(['png'], 'mug.png', { type: 'image/png' });
const promptOf = ({ store }: FakeStudio, id = 1) =>
  promptsAt(store.getState().prompts, objectId(id), frameIndex(0));
const dialogOf = ({ store }: FakeStudio) => store.getState().view.dialog;
const lastAlert = ({ store }: FakeStudio) => store.getState().alerts.log.at(-1)?.message;

test('the only mask of a file becomes the prompt at once, with what is to be known of it', async () => {
  const made = await openClip();
  const mask = maskAt(50, 'white');
  made.exporter.maskFile = { masks: [mask], notices: ['The masks were resized.'] };
  await made.actions.maskFile.use(file);
  expect(promptOf(made)).toEqual({ kind: 'mask', mask: mask.mask });
  expect(dialogOf(made)).toBeUndefined();
  expect(lastAlert(made)).toBe('The masks were resized.');
});

test('of several masks the user says which, for the object that was selected then', async () => {
  const made = await openClip();
  const masks = [maskAt(50, '1'), maskAt(90, '7')];
  made.exporter.maskFile = { masks, notices: [] };
  await made.actions.maskFile.use(file);
  expect(promptOf(made)).toBeUndefined();
  expect(dialogOf(made)).toMatchObject({
    kind: 'choose-mask',
    name: 'mug.png',
    choices: [{ value: '1' }, { value: '7', color: '#ff0000' }],
  });
  made.actions.tracklets.add();
  made.actions.maskFile.answer(1);
  expect(dialogOf(made)).toBeUndefined();
  expect(promptOf(made)).toEqual({ kind: 'mask', mask: masks[1]?.mask });
  expect(promptOf(made, 2)).toBeUndefined();
});

test('a file without masks says so', async () => {
  const made = await openClip();
  await made.actions.maskFile.use(file);
  expect(lastAlert(made)).toContain('“mug.png” holds no mask');
  expect(promptOf(made)).toBeUndefined();
});

test('a file that cannot be read is reported, and changes nothing', async () => {
  const made = await openClip();
  made.exporter.failures.set('readMaskFile', new Error('no PNG'));
  await made.actions.maskFile.use(file);
  expect(lastAlert(made)).toContain('no PNG');
  expect(promptOf(made)).toBeUndefined();
});

test('an object that was removed meanwhile gets no mask', async () => {
  const made = await openClip();
  made.exporter.maskFile = { masks: [maskAt(50, '1'), maskAt(90, '2')], notices: [] };
  await made.actions.maskFile.use(file);
  made.actions.tracklets.remove(objectId(1));
  made.actions.maskFile.answer(0);
  expect(made.store.getState().prompts.byObject).toEqual({});
});
