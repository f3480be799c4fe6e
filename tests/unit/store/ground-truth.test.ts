import { afterEach, describe, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import type { TruthSequence } from '../../../src/core/ground-truth.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { colorForObject } from '../../../src/store/object-colors.ts';
import { buildFakeStudio, type FakeStudio, stateOf } from '../../helpers/fake-studio.ts';
import { buildSequence, buildTruthOutcome, truthEntries } from '../../helpers/truth-builders.ts';
import { until } from '../../helpers/until.ts';
import { visorText } from '../../helpers/visor-builders.ts';

const FIRST = buildSequence('a', { frames: [2, 5, 8], objects: ['board', 'left hand'] });
const SECOND = buildSequence('b', { frames: [12, 14], objects: ['left hand'] });

let open: FakeStudio[] = [];
afterEach(() => {
  for (const studio of open) studio[Symbol.dispose]();
  open = [];
});

const truthOf = (studio: FakeStudio) => stateOf(studio).groundTruth;
const messages = (studio: FakeStudio) =>
  stateOf(studio).alerts.log.map((alert) => `${alert.severity}: ${alert.message}`);
const clip = (name = 'kitchen.mp4') => new File(['clip'], name, { type: 'video/mp4' });
const visor = (name = 'P01_107.json') => new File([visorText([])], name);

async function withClip(): Promise<FakeStudio> {
  const studio = buildFakeStudio({ info: { frameCount: 24 } });
  open.push(studio);
  await studio.actions.video.openFiles([clip()]);
  return studio;
}

function bring(
  studio: FakeStudio,
  sequences: readonly TruthSequence[],
  fields: Parameters<typeof buildTruthOutcome>[1] = {},
): void {
  studio.exporter.truthOutcome = buildTruthOutcome(sequences, fields);
  for (const [key, masks] of truthEntries(sequences)) studio.media.truth.set(key, masks);
}

async function withTruth(
  ...given: Parameters<typeof bring> extends [unknown, ...infer R] ? R : never
) {
  const studio = await withClip();
  bring(studio, ...given);
  await studio.actions.groundTruth.openPicked([visor()]);
  return studio;
}

describe('opening', () => {
  test('the files are read onto the clip, and the first sequence with frames is in view', async () => {
    const off = buildSequence('_off', { frames: [], objects: ['cup'], offClip: 2 });
    const studio = await withTruth([off, FIRST, SECOND], {
      notices: ['Two polygons were mended.'],
    });
    expect(studio.exporter.truthRequests).toMatchObject([
      {
        name: 'P01_107.json',
        files: [{ path: 'P01_107.json' }],
        video: { frameCount: 24 },
        rule: 'first-frame',
        offsetFrames: 0,
      },
    ]);
    expect(truthOf(studio)).toMatchObject({
      loading: undefined,
      sequence: 'a',
      protocol: 'visor',
      truth: { kind: 'visor', rule: 'first-frame', notices: ['Two polygons were mended.'] },
    });
    expect(messages(studio)).toContain(
      'success: “truth” is the ground truth: 5 annotated frames lie on this clip.',
    );
  });

  test('objects of the same name are assigned; masks without names go by number', async () => {
    const studio = await withClip();
    studio.actions.tracklets.add();
    studio.actions.tracklets.rename(objectId(1), 'left hand');
    bring(studio, [FIRST, SECOND]);
    await studio.actions.groundTruth.openPicked([visor()]);
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 2: 1 });
    expect(truthOf(studio).scoring['b']?.assigned).toEqual({ 1: 1 });
    const masks = buildSequence('m', { frames: [0], objects: ['Object 1', 'Object 2'] });
    bring(studio, [masks], { kind: 'masks' });
    await studio.actions.groundTruth.openPicked([new File(['x'], 'masks.zip')]);
    expect(truthOf(studio).scoring).toMatchObject({ m: { assigned: { 2: 2 } } });
    expect(truthOf(studio).protocol).toBe('davis');
  });

  test('what is being read is shown with its progress, and can be cancelled', async () => {
    const studio = await withTruth([FIRST]);
    studio.exporter.stepMs = 5;
    const reading = studio.actions.groundTruth.openPicked([visor('other.json')]);
    await until(() => (truthOf(studio).loading?.bytesDone ?? 0) > 0, 'there is progress');
    expect(truthOf(studio).loading?.name).toBe('other.json');
    expect(truthOf(studio).truth?.sequences).toEqual([FIRST]);
    studio.actions.groundTruth.cancelOpening();
    await reading;
    expect(truthOf(studio).loading).toBeUndefined();
    expect(truthOf(studio).truth?.sequences).toEqual([FIRST]);
    expect(messages(studio).filter((message) => message.startsWith('error'))).toEqual([]);
  });

  test('one that fails leaves the one before, its files too', async () => {
    const studio = await withTruth([FIRST]);
    const before = truthOf(studio);
    studio.exporter.failures.set(
      'openGroundTruth',
      new StudioError('file-invalid', 'The file is cut off.', { hint: 'Download it again.' }),
    );
    await studio.actions.groundTruth.openPicked([visor('broken.json')]);
    expect(truthOf(studio)).toEqual(before);
    expect(messages(studio)).toContain('error: The file is cut off.');
    await studio.actions.groundTruth.reopen({ offsetFrames: 2 });
    expect(studio.exporter.truthRequests.at(-1)).toMatchObject({
      name: 'P01_107.json',
      offsetFrames: 2,
    });
  });

  test('reading takes the place of one under way', async () => {
    const studio = await withClip();
    bring(studio, [FIRST]);
    studio.exporter.stepMs = 5;
    const first = studio.actions.groundTruth.openPicked([visor('one.json')]);
    await until(() => truthOf(studio).loading !== undefined, 'the first is read');
    await studio.actions.groundTruth.openPicked([visor('two.json')]);
    await first;
    expect(studio.exporter.truthRequests.map(({ name }) => name)).toEqual(['one.json', 'two.json']);
    expect(truthOf(studio).truth).toBeDefined();
  });

  test('with another offset: the rest of the reading stays, and so does what the user assigned', async () => {
    const studio = await withTruth([FIRST]);
    studio.actions.groundTruth.assign(1, objectId(1));
    await studio.actions.groundTruth.reopen({ rule: 'all-frames' });
    await studio.actions.groundTruth.reopen({ offsetFrames: -3, sequences: ['a'] });
    expect(studio.exporter.truthRequests.at(-1)).toMatchObject({
      rule: 'all-frames',
      offsetFrames: -3,
      sequences: ['a'],
    });
    expect(truthOf(studio).truth).toMatchObject({ rule: 'all-frames', offsetFrames: -3 });
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 1: 1 });
  });

  test('no sequence that lies there beyond doubt: the user chooses from those not loaded', async () => {
    const unloaded = [{ name: 'a', frameCount: 3, matchedCount: 3, reason: 'Which is meant?' }];
    const studio = await withTruth([], { unloaded });
    expect(truthOf(studio)).toMatchObject({
      sequence: undefined,
      truth: { sequences: [], unloaded },
    });
    expect(studio.media.calls).toContain('clearTruth');
    expect(messages(studio)).toContain(
      'warning: Of “truth” no annotated frame was laid on this clip.',
    );
    bring(studio, [FIRST]);
    await studio.actions.groundTruth.reopen({ sequences: ['a'] });
    expect(truthOf(studio).sequence).toBe('a');
  });

  test('an import under way is not disturbed', async () => {
    const studio = await withTruth([FIRST]);
    const importing = studio.actions.project.importFile(new File(['{}'], 'masks.json'));
    await studio.actions.groundTruth.openPicked([visor()]);
    await importing;
    expect(studio.exporter.truthRequests).toHaveLength(1);
    expect(messages(studio)).toContain('info: An export or import is running.');
  });

  test('closing forgets it on both sides; objects stay', async () => {
    const studio = await withTruth([FIRST]);
    await studio.actions.groundTruth.close();
    expect(truthOf(studio)).toMatchObject({ truth: undefined, sequence: undefined, scoring: {} });
    expect(studio.media.truth.size).toBe(0);
    expect(stateOf(studio).tracklets.items).toHaveLength(1);
    await studio.actions.groundTruth.reopen({ offsetFrames: 1 });
    expect(studio.exporter.truthRequests).toHaveLength(1);
  });

  test('another clip stops the reading and forgets what was there', async () => {
    const studio = await withTruth([FIRST]);
    studio.exporter.stepMs = 5;
    const reading = studio.actions.groundTruth.openPicked([visor('slow.json')]);
    await until(() => truthOf(studio).loading !== undefined, 'it is read');
    await studio.actions.video.openFiles([clip('other.mp4')]);
    await reading;
    expect(stateOf(studio).video.generation).toBe(2);
    expect(truthOf(studio)).toMatchObject({ truth: undefined, loading: undefined });
  });
});

describe('what is dropped', () => {
  const dialog = (studio: FakeStudio) => stateOf(studio).view.dialog;

  test('a clip with VISOR annotations: both are opened, in order', async () => {
    const studio = buildFakeStudio();
    open.push(studio);
    bring(studio, [FIRST]);
    await studio.actions.video.openFiles([visor(), clip()]);
    expect(stateOf(studio).video.info?.name).toBe('kitchen.mp4');
    expect(truthOf(studio).sequence).toBe('a');
    expect(dialog(studio)).toBeUndefined();
  });

  test('with work to lose, the annotations follow the clip that was confirmed', async () => {
    const studio = await withClip();
    bring(studio, [FIRST]);
    studio.store.setState((before) => ({ project: { ...before.project, hasUnsavedWork: true } }));
    await studio.actions.video.openFiles([visor(), clip('other.mp4')]);
    expect(dialog(studio)).toEqual({ kind: 'confirm-open', name: 'other.mp4' });
    expect(studio.exporter.truthRequests).toEqual([]);
    await studio.actions.video.confirmOpen();
    expect(stateOf(studio).video.generation).toBe(2);
    expect(truthOf(studio).sequence).toBe('a');
  });

  test('a clip that does not open takes its annotations with it', async () => {
    const studio = await withClip();
    studio.media.failures.set('open', new StudioError('video-unsupported', 'No decoder.'));
    await studio.actions.video.openFiles([visor(), clip('other.mp4')]);
    expect(studio.exporter.truthRequests).toEqual([]);
    expect(messages(studio)).toContain('error: No decoder.');
  });

  test.each([
    ['truth', 'openGroundTruth'],
    ['masks', 'importFile'],
  ] as const)('VISOR annotations on a clip are asked about: %s', async (meaning, call) => {
    const studio = await withClip();
    bring(studio, [FIRST]);
    await studio.actions.video.openFiles([visor()]);
    expect(dialog(studio)).toEqual({ kind: 'choose-meaning', name: 'P01_107.json', of: 'labels' });
    expect(studio.exporter.calls).not.toContain(call);
    await studio.actions.video.answerMeaning(meaning);
    expect(dialog(studio)).toBeUndefined();
    expect(studio.exporter.calls).toContain(call);
  });

  test('a zip on a clip is asked about, and can be a clip itself', async () => {
    const studio = await withClip();
    await studio.actions.video.openFiles([new File(['x'], 'frames.zip')]);
    expect(dialog(studio)).toEqual({ kind: 'choose-meaning', name: 'frames.zip', of: 'zip' });
    await studio.actions.video.answerMeaning('frames');
    expect(stateOf(studio).video.generation).toBe(2);
  });

  test('a folder of PNGs keeps its paths, whatever it turns out to be', async () => {
    const studio = await withClip();
    bring(studio, [FIRST], { kind: 'masks' });
    const files = [0, 1].map((at) => {
      const file = new File(['x'], `0000${at}.png`);
      return Object.defineProperty(file, 'webkitRelativePath', { value: `bear/0000${at}.png` });
    });
    await studio.actions.video.openFolder(files);
    expect(dialog(studio)).toEqual({ kind: 'choose-meaning', name: 'bear', of: 'folder' });
    await studio.actions.video.answerMeaning('truth');
    expect(studio.exporter.truthRequests).toMatchObject([
      { name: 'bear', files: [{ path: 'bear/00000.png' }, { path: 'bear/00001.png' }] },
    ]);
  });

  test('each of several questions is asked after the other; closing one ends it', async () => {
    const studio = await withClip();
    bring(studio, [FIRST]);
    await studio.actions.video.openFiles(['a.zip', 'b.zip'].map((name) => new File(['x'], name)));
    expect(dialog(studio)).toMatchObject({ name: 'a.zip' });
    await studio.actions.video.answerMeaning('truth');
    expect(dialog(studio)).toMatchObject({ name: 'b.zip' });
    studio.actions.view.closeDialog();
    expect(studio.exporter.truthRequests).toHaveLength(1);
  });
});

describe('comparing', () => {
  const compare = (studio: FakeStudio) => studio.media.style?.compare;

  async function onStage(...given: Parameters<typeof withTruth>): Promise<FakeStudio> {
    const studio = await withTruth(...given);
    studio.actions.view.resizeStage({ width: 800, height: 500 }, 2);
    return studio;
  }

  test('the stage hears of the sequence, its colours and the wipe', async () => {
    const studio = await onStage([FIRST, SECOND]);
    await until(() => studio.media.style !== undefined, 'the style has arrived');
    expect(compare(studio)).toBeUndefined();
    studio.actions.tracklets.recolor(objectId(1), '#123456');
    studio.actions.groundTruth.assign(2, objectId(1));
    studio.actions.groundTruth.setWipe(1.7);
    studio.actions.groundTruth.showView('errors');
    await until(() => compare(studio) !== undefined, 'the comparison has arrived');
    expect(compare(studio)).toEqual({
      sequence: 'a',
      view: 'errors',
      wipe: 1,
      objects: [
        { truthId: 1, color: colorForObject(1), isVisible: true },
        { truthId: 2, objectId: 1, color: '#123456', isVisible: true },
      ],
    });
    studio.actions.groundTruth.selectSequence('b');
    await until(() => compare(studio)?.sequence === 'b', 'the other sequence has arrived');
    studio.actions.groundTruth.selectSequence('nowhere');
    studio.actions.groundTruth.showView('masks');
    await until(() => compare(studio) === undefined, 'it is gone');
    expect(truthOf(studio).sequence).toBe('b');
  });

  test('a truth is hidden with its object, and with all masks', async () => {
    const studio = await onStage([FIRST]);
    studio.actions.groundTruth.assign(1, objectId(1));
    studio.actions.groundTruth.showView('outlines');
    await until(() => compare(studio)?.objects[0]?.objectId === objectId(1), 'it has arrived');
    studio.actions.tracklets.toggleVisibility(objectId(1));
    await until(() => compare(studio)?.objects[0]?.isVisible === false, 'it is hidden');
    expect(compare(studio)?.objects[1]?.isVisible).toBe(true);
    studio.actions.view.toggleMasks();
    await until(() => compare(studio)?.objects[1]?.isVisible === false, 'all are hidden');
  });

  test('an object stands for one truth of a sequence; removed, for none until it is back', async () => {
    const studio = await withTruth([FIRST]);
    studio.actions.groundTruth.assign(1, objectId(1));
    studio.actions.groundTruth.assign(2, objectId(1));
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 2: 1 });
    studio.actions.groundTruth.assign(2, undefined);
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({});
    studio.actions.groundTruth.assign(2, objectId(1));
    studio.actions.tracklets.remove(objectId(1));
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({});
    studio.actions.history.undo();
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 2: 1 });
    studio.actions.history.redo();
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({});
  });

  test('imported objects are looked for by name', async () => {
    const studio = await withTruth([FIRST]);
    studio.actions.groundTruth.assign(1, objectId(1));
    studio.exporter.importOutcome = {
      objects: [{ id: objectId(7), name: 'left hand', color: '#123456' }],
      prompts: [],
      summaries: [{ objectId: objectId(7), frame: frameIndex(5), areaPx: 5, origin: 'imported' }],
      notices: [],
    };
    await studio.actions.project.importFile(new File(['{}'], 'masks.json'));
    expect(truthOf(studio).scoring['a']?.assigned).toEqual({ 2: 7 });
  });
});
