import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import {
  INITIAL_EXPORT_CHOICE,
  savedExportChoice,
  type ExportChoice,
} from '../../../src/store/export-choice.ts';
import {
  exportFormat,
  gifPictureSize,
  videoPictureSize,
} from '../../../src/store/export-format.ts';
import {
  countUntrackedFrames,
  planExport,
  kindRefusal,
  saveSuggestion,
} from '../../../src/store/plan-export.ts';
import { EMPTY_TRACK, withSummaries } from '../../../src/store/summary-track.ts';
import { newTracklet, type Tracklet } from '../../../src/store/tracklets-slice.ts';
import { INITIAL_STATE, type StudioState } from '../../../src/store/studio-state.ts';
import { INITIAL_VIEW } from '../../../src/store/view-slice.ts';
import { buildVideo } from '../../helpers/export-fakes.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';

const VIDEO = buildVideo({ width: 1920, height: 1080, frameCount: 10 });
const RANGE = { first: frameIndex(0), last: frameIndex(9) };

function trackletOn(id: number, frames: readonly number[]): Tracklet {
  const summaries = frames.map((frame) => ({
    objectId: objectId(id),
    frame: frameIndex(frame),
    areaPx: 5,
    origin: 'tracked' as const,
  }));
  return { ...newTracklet(objectId(id)), summaries: withSummaries(EMPTY_TRACK, summaries) };
}

function stateWith(items: readonly Tracklet[]): StudioState {
  return {
    ...INITIAL_STATE,
    video: { ...INITIAL_STATE.video, info: VIDEO },
    tracklets: { ...INITIAL_STATE.tracklets, items },
  };
}

describe('planning', () => {
  const state = stateWith([trackletOn(1, [0, 1]), trackletOn(2, [4]), newTracklet(objectId(3))]);

  test('takes the objects that have masks, or the one that is asked for', () => {
    const all = planExport(state);
    expect(all).toMatchObject({ isPossible: true, isWhole: true, range: RANGE });
    expect(all.isPossible && all.tracklets.map(({ id }) => id)).toEqual([1, 2]);
    const one = planExport(state, { objectId: objectId(2) });
    expect(one).toMatchObject({ isPossible: true, isWhole: false, tracklets: [{ id: 2 }] });
  });

  test.each([
    ['no clip', INITIAL_STATE, {}],
    ['no masks', stateWith([newTracklet(objectId(1))]), {}],
    ['no masks of that object', state, { objectId: objectId(3) }],
    ['an end before the start', state, { range: { first: frameIndex(4), last: frameIndex(3) } }],
    ['an end beyond the clip', state, { range: { first: frameIndex(4), last: frameIndex(10) } }],
  ])('refuses, with a reason: %s', (_, from, scope) => {
    expect(planExport(from, scope)).toEqual({
      isPossible: false,
      reason: expect.stringMatching(/\.$/),
    });
  });

  test('counts the frames on which nobody has looked for any of the objects', () => {
    const items = [trackletOn(1, [0, 1]), trackletOn(2, [4])];
    expect(countUntrackedFrames(items, RANGE)).toBe(7);
    expect(countUntrackedFrames(items, { first: frameIndex(0), last: frameIndex(1) })).toBe(0);
  });
});

describe('formats', () => {
  const parts = { info: VIDEO, view: INITIAL_VIEW, range: RANGE };
  const choose = (changes: Partial<ExportChoice>) => ({ ...INITIAL_EXPORT_CHOICE, ...changes });

  test('other than videos are their kind alone', () => {
    expect(exportFormat(choose({ kind: 'coco' }), parts)).toEqual({ kind: 'coco' });
  });

  test('of overlays take fill and outline from the stage', () => {
    const format = exportFormat(choose({ kind: 'video' }), parts);
    expect(format).toEqual({
      kind: 'video',
      container: 'mp4',
      hasSound: true,
      ...RANGE,
      look: { kind: 'overlay', fillOpacity: 0.45, outlineAt720: 2 },
    });
    const silent = exportFormat(choose({ kind: 'video', hasSound: false }), parts);
    expect(silent).toMatchObject({ hasSound: false });
    const bare = { ...parts, view: { ...INITIAL_VIEW, outlineWidth: 0 } };
    expect(exportFormat(choose({ kind: 'video', look: 'outline' }), bare)).toMatchObject({
      look: { kind: 'overlay', fillOpacity: 0, outlineAt720: 2 },
    });
  });

  test('that are transparent are WebM, whatever was chosen before', () => {
    const cutOut = choose({ kind: 'video', look: 'cut-out', background: 'transparent' });
    expect(exportFormat(cutOut, parts)).toMatchObject({
      container: 'webm',
      look: { kind: 'cut-out' },
    });
    expect(exportFormat({ ...cutOut, background: '#ffffff' }, parts)).toMatchObject({
      container: 'mp4',
      look: { kind: 'cut-out', background: '#ffffff' },
    });
  });

  test('are GIFs of the same looks, small, with pictures at a rate of their own', () => {
    const gif = choose({ kind: 'video', container: 'gif', look: 'side-by-side', gifSidePx: 320 });
    const format = exportFormat({ ...gif, gifRate: 15 }, parts);
    expect(format).toEqual({
      kind: 'gif',
      ...RANGE,
      look: { kind: 'side-by-side', fillOpacity: 0.45, outlineAt720: 2 },
      maxSidePx: 320,
      framesPerSecond: 15,
    });
    const { width, height } = gifPictureSize(gif, 320, VIDEO);
    expect([width, height]).toEqual([640, 180]);
    expect(saveSuggestion(VIDEO, format)).toMatchObject({
      name: 'blackswan.side-by-side.gif',
      mimeType: 'image/gif',
      extension: '.gif',
    });
    const cutOut = choose({ ...gif, look: 'cut-out', background: 'transparent' });
    expect(exportFormat(cutOut, parts)).toMatchObject({ kind: 'gif', look: { kind: 'cut-out' } });
  });

  test('hide more with more strength', () => {
    for (const look of ['blur', 'pixelate'] as const) {
      const strengths = (['light', 'medium', 'strong'] as const).map((strength) => {
        const format = exportFormat(choose({ kind: 'video', look, strength }), parts);
        if (format.kind !== 'video' || !('strengthAt720' in format.look)) throw new Error(look);
        return format.look.strengthAt720;
      });
      expect(strengths).toEqual(strengths.toSorted((a, b) => a - b));
      expect(new Set(strengths).size).toBe(3);
    }
  });

  test('come in three sizes', () => {
    const size = (choice: ExportChoice, value: ExportChoice['size']) => {
      const { width, height } = videoPictureSize(choice, value, VIDEO);
      return [width, height];
    };
    const overlay = choose({ kind: 'video' });
    expect(size(overlay, 'clip')).toEqual([1920, 1080]);
    expect(size(overlay, 'half')).toEqual([960, 540]);
    expect(size(overlay, 'preview')).toEqual([320, 180]);
    expect(size(choose({ look: 'side-by-side' }), 'preview')).toEqual([640, 180]);
  });

  test('have names of their own', () => {
    const kinds = [
      'png-zip',
      'object-png-zip',
      'cut-out-png-zip',
      'project',
      'coco',
      'youtube-vis',
      'youtube-vos',
      'sav',
      'visor',
    ] as const;
    const names = kinds.map((kind) => saveSuggestion(VIDEO, { kind }).name);
    expect(new Set(names).size).toBe(kinds.length);
    expect(names).toContain('blackswan_manual.json');
    const video = exportFormat(choose({ kind: 'video', container: 'webm' }), parts);
    expect(saveSuggestion(VIDEO, video)).toMatchObject({
      name: 'blackswan.overlay.webm',
      mimeType: 'video/webm',
      extension: '.webm',
    });
    const outlines = exportFormat(choose({ kind: 'video', look: 'outline' }), parts);
    expect(saveSuggestion(VIDEO, outlines).name).toBe('blackswan.outlines.mp4');
  });
});

test('VISOR takes clips of its shape alone, at any resolution', () => {
  const reason = (width: number, height: number) =>
    kindRefusal('visor', { ...VIDEO, width, height });
  for (const [width, height] of [
    [1920, 1080],
    [854, 480],
    [456, 256],
    [3840, 2160],
  ] as const) {
    expect(reason(width, height)).toBeUndefined();
  }
  expect(reason(1080, 1920)).toBe(
    'VISOR’s pictures are 16 : 9, the clip’s 1080 × 1920. Take YouTube-VIS or COCO.',
  );
  expect(kindRefusal('coco', { ...VIDEO, width: 640, height: 480 })).toBeUndefined();
});

describe('what was chosen last', () => {
  test('comes back as it was, and as at the first visit where it cannot be read', () => {
    const choice: ExportChoice = {
      kind: 'video',
      look: 'blur',
      region: 'objects',
      strength: 'strong',
      background: '#ffffff',
      container: 'webm',
      size: 'preview',
      hasSound: false,
      gifSidePx: 320,
      gifRate: 15,
    };
    expect(savedExportChoice(JSON.parse(JSON.stringify(choice)))).toEqual(choice);
    for (const broken of [undefined, null, 'x', 7, [], { kind: 'gif', size: 3, look: null }]) {
      expect(savedExportChoice(broken)).toEqual(INITIAL_EXPORT_CHOICE);
    }
    expect(savedExportChoice({ ...choice, kind: 'gone' })).toEqual({ ...choice, kind: 'png-zip' });
  });
});

describe('in the studio', () => {
  let studio: FakeStudio;

  beforeEach(async () => {
    studio = buildFakeStudio();
    // Where work saves itself, no export is needed to keep it.
    studio.saved.records.failure = new DOMException('denied', 'InvalidStateError');
    await studio.actions.video.openFiles([new File(['x'], 'kitchen.mp4', { type: 'video/mp4' })]);
    studio.store.setState((state) => ({
      tracklets: { ...state.tracklets, items: [trackletOn(1, [0, 1]), trackletOn(2, [1])] },
      project: { ...state.project, hasUnsavedWork: true },
    }));
  });

  afterEach(() => studio[Symbol.dispose]());

  test('one object is written with its own summaries, and what is not written stays unsaved', async () => {
    const choice: ExportChoice = { ...INITIAL_EXPORT_CHOICE, kind: 'coco' };
    await studio.actions.project.exportMasks(choice, { objectId: objectId(2) });
    const [request] = studio.exporter.requests;
    expect(request?.format).toEqual({ kind: 'coco' });
    expect(request?.objects.map(({ id }) => id)).toEqual([2]);
    expect(request?.summaries.map(({ objectId, frame }) => [objectId, frame])).toEqual([[2, 1]]);
    expect(studio.store.getState().project.hasUnsavedWork).toBe(true);
  });

  test('a video keeps no masks: the work is still unsaved', async () => {
    await studio.actions.project.exportMasks({ ...INITIAL_EXPORT_CHOICE, kind: 'video' });
    expect(studio.downloads).toEqual([{ name: 'kitchen.overlay.mp4' }]);
    expect(studio.store.getState().project.hasUnsavedWork).toBe(true);
    await studio.actions.project.exportMasks(INITIAL_EXPORT_CHOICE);
    expect(studio.store.getState().project.hasUnsavedWork).toBe(false);
  });

  test('the choice outlives the visit, and how long an export takes is told', async () => {
    const choice: ExportChoice = { ...INITIAL_EXPORT_CHOICE, kind: 'sav', size: 'half' };
    studio.actions.view.chooseExport(choice);
    expect(JSON.parse(studio.settingsText ?? '{}')).toMatchObject({ exportChoice: choice });
    studio.exporter.stepMs = 5;
    const elapsed: number[] = [];
    studio.store.subscribe(({ project: { transfer } }) => {
      if (transfer.status === 'exporting') elapsed.push(transfer.elapsedMs);
    });
    await studio.actions.project.exportMasks(choice);
    expect(Math.max(...elapsed)).toBeGreaterThan(20);
  });

  test('the worker is asked which codec it would take', async () => {
    const video: ExportChoice = { ...INITIAL_EXPORT_CHOICE, kind: 'video' };
    const codecOf = async (choice: ExportChoice) =>
      (await studio.actions.project.videoEncoding(choice))?.codec;
    expect(await codecOf(video)).toBe('H.264');
    studio.exporter.codecs = { mp4: undefined, webm: 'VP9' };
    expect(await codecOf(video)).toBeUndefined();
    const cutOut = { ...video, look: 'cut-out', background: 'transparent' } as const;
    expect(await codecOf(cutOut)).toBe('VP9');
  });
});
