import { afterEach, expect, test } from 'vitest';
import type { TruthSequence } from '../../../src/core/ground-truth.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { ScoreReport } from '../../../src/core/scores.ts';
import { offeredScoreExports, planScoreExport } from '../../../src/store/plan-score-export.ts';
import { buildFakeStudio, type FakeStudio, stateOf } from '../../helpers/fake-studio.ts';
import {
  buildSequence,
  buildTruthOutcome,
  TRUTH_SIZE,
  truthEntries,
} from '../../helpers/truth-builders.ts';

const FIRST = buildSequence('a', { frames: [2, 5, 8], objects: ['board', 'left hand'] });
const SECOND = buildSequence('b', { frames: [12, 14], objects: ['left hand'], offClip: 1 });

let open: FakeStudio[] = [];
afterEach(() => {
  for (const studio of open) studio[Symbol.dispose]();
  open = [];
});

const alerts = (studio: FakeStudio) =>
  stateOf(studio).alerts.log.map((alert) => `${alert.severity}: ${alert.message}`);

/** A ground truth, and masks of these frames of an object that is named as one of its own. */
async function withMasks(
  sequences: readonly TruthSequence[],
  frames: readonly number[],
): Promise<FakeStudio> {
  const studio = buildFakeStudio({ info: { frameCount: 24 } });
  open.push(studio);
  await studio.actions.video.openFiles([new File(['clip'], 'kitchen.mp4', { type: 'video/mp4' })]);
  studio.exporter.truthOutcome = buildTruthOutcome(sequences);
  for (const [key, masks] of truthEntries(sequences)) studio.media.truth.set(key, masks);
  await studio.actions.groundTruth.openPicked([new File(['{}'], 'truth.json')]);
  const id = objectId(3);
  studio.exporter.importOutcome = {
    objects: [{ id, name: 'left hand', color: '#123456' }],
    prompts: [],
    summaries: frames.map((frame) => ({
      objectId: id,
      frame: frameIndex(frame),
      areaPx: 16,
      origin: 'imported',
    })),
    notices: [],
  };
  await studio.actions.project.importFile(new File(['{}'], 'masks.json'));
  return studio;
}

const METRIC = { mean: 0.5, recall: 0.5, decay: 0, correctedDecay: 0 };
const POOLED = { objectCount: 1, mean: 0.5, region: METRIC, boundary: METRIC };
const REPORT: ScoreReport = {
  protocol: 'visor',
  overall: POOLED,
  sequences: [{ name: 'a', score: POOLED }],
  objects: [],
  files: [{ name: 'global_results-val.csv', text: 'J&F-Mean\n0.5\n' }],
  notices: [],
};

function setReport(studio: FakeStudio): void {
  studio.store.setState((before) => ({ groundTruth: { ...before.groundTruth, report: REPORT } }));
}

test.each(['csv', 'json'] as const)('%s: refused before anything is scored', async (kind) => {
  const studio = await withMasks([FIRST], [2]);
  await studio.actions.groundTruth.exportScores(kind);
  expect(alerts(studio).at(-1)).toBe('info: Nothing is scored yet.');
  expect(studio.downloads).toEqual([]);
});

test('each kind has its own reason against it, and what is under way is one for all', async () => {
  const studio = await withMasks([FIRST], [2]);
  const messages = () =>
    (['csv', 'json', 'visor-submission', 'davis-results'] as const).map((kind) => {
      const plan = planScoreExport(stateOf(studio), kind);
      if (plan.isPossible) return undefined;
      expect(plan.hint).toMatch(/\.$/);
      return plan.message;
    });
  const nothing = 'Nothing is scored yet.';
  const partial = 'The challenge needs masks on every annotated frame of every sequence.';
  expect(messages()).toEqual([nothing, nothing, partial, undefined]);
  setReport(studio);
  expect(messages()).toEqual([undefined, undefined, partial, undefined]);
  expect(offeredScoreExports(stateOf(studio))).toContain('visor-submission');
  const { truth } = stateOf(studio).groundTruth;
  if (truth === undefined) throw new Error('a ground truth is open');
  studio.store.setState((before) => ({
    groundTruth: { ...before.groundTruth, truth: { ...truth, kind: 'masks' } },
  }));
  expect(messages()[2]).toBe('The ground truth is not VISOR’s.');
  expect(offeredScoreExports(stateOf(studio))).not.toContain('visor-submission');
  const run = { direction: 'forward', objectIds: [], framesDone: 0, framesTotal: 1 } as const;
  const times = { startedAtMs: 0, lastFrameAtMs: 0, newestFrame: undefined };
  studio.store.setState({ propagation: { status: 'running', run: { ...run, ...times } } });
  expect(new Set(messages())).toEqual(new Set(['Tracking is running.']));
  studio.store.setState(({ project }) => ({
    propagation: { status: 'idle' },
    project: { ...project, transfer: { status: 'hashing', fraction: 0 } },
  }));
  expect(new Set(messages())).toEqual(new Set(['An export or import is running.']));
});

test('without a ground truth there is nothing to write', async () => {
  const studio = buildFakeStudio();
  open.push(studio);
  await studio.actions.groundTruth.exportScores('davis-results');
  expect(alerts(studio).at(-1)).toBe('info: Load a ground truth first.');
});

test('the official files are written, with a warning where frames have no masks', async () => {
  const studio = await withMasks([FIRST, SECOND], [2, 5]);
  setReport(studio);
  await studio.actions.groundTruth.exportScores('csv');
  expect(studio.exporter.scoreFileRequests).toEqual([
    {
      fileName: 'kitchen.scores.zip',
      files: REPORT.files,
      createdAt: '2026-11-23T08:00:00.000Z',
    },
  ]);
  expect(studio.downloads.map(({ name }) => name)).toEqual(['kitchen.scores.zip']);
  expect(alerts(studio).slice(-2)).toEqual([
    'success: “kitchen.scores.zip” is written: 4.2 kB.',
    'warning: The scores are over 2 of 6 annotated frames.',
  ]);
  expect(stateOf(studio).project.transfer.status).toBe('idle');
});

test('the report says how the scores came about', async () => {
  const studio = await withMasks([FIRST], [2, 5, 8]);
  setReport(studio);
  await studio.actions.groundTruth.exportScores('json');
  expect(studio.downloads.map(({ name }) => name)).toEqual(['kitchen.scores.json']);
  const report: unknown = JSON.parse(studio.texts[0] ?? '');
  expect(report).toMatchObject({
    protocol: 'visor',
    clip: { sha256: 'ab'.repeat(32) },
    groundTruth: { sources: [{ sha256: 'cd'.repeat(32) }] },
    settings: { corrections: 'keep' },
  });
  expect(report).not.toMatchObject({ settings: { protocolFrames: 'annotated' } });
});

test('the challenge needs every annotated frame, those off the clip too', async () => {
  const studio = await withMasks([FIRST, SECOND], [2, 5, 8, 12, 14]);
  await studio.actions.groundTruth.exportScores('visor-submission');
  expect(studio.exporter.resultRequests).toEqual([]);
  expect(stateOf(studio).alerts.log.at(-1)).toMatchObject({
    message: 'The challenge needs masks on every annotated frame of every sequence.',
    hint: 'Track the rest first: b (2 of 3 frames).',
  });
});

test('a whole submission holds every object under its entity’s name', async () => {
  const studio = await withMasks([FIRST], [2, 5, 8]);
  await studio.actions.groundTruth.exportScores('visor-submission');
  expect(studio.exporter.calls).toContain('exportVisorSubmission');
  expect(studio.exporter.resultRequests[0]?.sequences).toEqual([
    {
      name: 'a',
      size: TRUTH_SIZE,
      frames: FIRST.frames.map(({ stem, frame }) => ({ stem, frame })),
      objects: [
        { truthId: 1, name: 'board' },
        { truthId: 2, name: 'left hand', objectId: 3 },
      ],
    },
  ]);
  expect(alerts(studio).at(-1)).toBe(
    'success: “kitchen.submission.zip” is written: 3 frames, 4.2 kB.',
  );
});

test('results are written of sequences with any mask, with a warning', async () => {
  const studio = await withMasks([FIRST, SECOND], [5]);
  await studio.actions.groundTruth.exportScores('davis-results');
  expect(studio.exporter.resultRequests[0]?.sequences.map(({ name }) => name)).toEqual(['a']);
  expect(alerts(studio).at(-1)).toContain('warning: Only 1 of 6 annotated frames have masks');
});

test('an error of the worker is told, and the transfer ends', async () => {
  const studio = await withMasks([FIRST], [2, 5, 8]);
  studio.exporter.failures.set('exportDavisResults', new Error('no room'));
  await studio.actions.groundTruth.exportScores('davis-results');
  expect(alerts(studio).at(-1)).toContain('no room');
  expect(stateOf(studio).project.transfer.status).toBe('idle');
});
