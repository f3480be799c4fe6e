import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterEach, expect, test, vi } from 'vitest';
import { objectId } from '../../../src/core/ids.ts';
import type { ModelReport } from '../../../src/protocol/device.ts';
import { prettyJson } from '../../../src/store/pretty-json.ts';
import { scoreReportFile, setNameOf } from '../../../src/store/score-report.ts';
import { buildVideoInfo } from '../../helpers/fake-media.ts';
import { LAB_SIZE, ScoreLab, stemOf } from '../../helpers/score-lab.ts';

const SCHEMA: unknown = JSON.parse(readFileSync('docs/scores.schema.json', 'utf8'));

/** Refuses members that the schema does not name, so that none goes undocumented. */
function closedSchema() {
  const schema = structuredClone(SCHEMA) as Record<string, unknown>;
  const close = (node: unknown) => {
    if (typeof node !== 'object' || node === null) return;
    for (const member of Object.values(node)) close(member);
    if ('type' in node && node.type === 'object') {
      Object.assign(node, { unevaluatedProperties: false });
    }
  };
  close(schema);
  return new Ajv2020({ allErrors: true, formats: { 'date-time': true } }).compile(schema);
}

const isValid = closedSchema();

const MODEL: ModelReport = {
  fileName: 'sam2.1_hiera_tiny.pt',
  fileBytes: 156_008_466,
  sha256: 'ef'.repeat(32),
  size: 'tiny',
  version: '2.1',
  parameters: 38_900_000,
  imageSize: 1024,
  precision: 'fp16',
  device: {
    backend: 'webgpu',
    bundle: 'jspi',
    memory: { capacityBytes: 4, largestBufferBytes: 1 },
    adapter: {
      vendor: 'apple',
      architecture: 'metal-3',
      description: '',
      isFallback: false,
      maxBufferBytes: 1,
      hasShaderF16: true,
    },
    threads: 1,
    reason: 'A GPU answers.',
  },
  notices: [],
  loadMs: 1,
};

const ORIGIN = { appVersion: '1.2.3', createdAt: '2026-11-23T08:00:00Z' };
const disc = (x: number) => ({ x, y: 12, radius: 6 });

let open: ScoreLab[] = [];

afterEach(() => {
  for (const lab of open) lab[Symbol.dispose]();
  open = [];
});

/** Two sequences, one of them without masks; of the other one, object 2 is compared to nothing. */
async function scoredLab(frameCount: number): Promise<ScoreLab> {
  const lab = new ScoreLab({ frameCount: frameCount + 2, objects: 2 });
  open.push(lab);
  lab.set({
    video: { ...lab.state.video, info: buildVideoInfo({ ...LAB_SIZE, frameCount }) },
    models: { ...lab.state.models, model: { status: 'ready', report: MODEL } },
    project: { ...lab.state.project, videoSha256: 'ab'.repeat(32) },
  });
  const frames = Array.from({ length: frameCount }, (_, at) => at + 1);
  const truth = new Map(frames.map((frame) => [frame, { 1: disc(10), 3: disc(30) }]));
  lab.load({ first: truth, other: new Map([[2, { 1: disc(20) }]]) }, { first: { 1: objectId(2) } });
  lab.putAll(frames.map((frame) => [frame, { 2: disc(11) }]));
  await vi.waitFor(
    () => {
      expect(lab.scoringOf('first').scoredFrames).toBe(frameCount);
      expect(lab.report?.objects[0]?.frames).toHaveLength(frameCount - 1);
    },
    { timeout: 20_000 },
  );
  return lab;
}

test('says all that the scores came from, and keeps to the schema', async () => {
  const lab = await scoredLab(4);
  const file = scoreReportFile(lab.state, { ...ORIGIN, runFrames: 'every' });
  expect(file.name).toBe('scores.json');
  const report = JSON.parse(file.text) as Record<string, unknown>;
  isValid(report);
  expect(isValid.errors).toBeNull();
  const overall = lab.report?.overall;
  expect(report).toMatchObject({
    ...ORIGIN,
    protocol: 'visor',
    setName: 'truth',
    clip: { name: 'kitchen.mp4', ...LAB_SIZE, frameCount: 4, sha256: 'ab'.repeat(32) },
    groundTruth: {
      name: 'truth.zip',
      kind: 'masks',
      rule: 'all-frames',
      offsetFrames: 0,
      sources: [{ path: 'truth.zip', sha256: 'cd'.repeat(32) }],
    },
    model: { fileName: 'sam2.1_hiera_tiny.pt', backend: 'webgpu', adapter: { vendor: 'apple' } },
    settings: { corrections: 'keep', overlap: 'lowest-id-wins', protocolFrames: 'every' },
    overall,
  });
  const scores = lab.report?.objects ?? [];
  const frames = (at: number) =>
    scores[at]?.frames.map((score, place) => ({
      ...score,
      frame: place + 2,
      dice: score.dice ?? null,
    }));
  expect(report['sequences']).toEqual([
    {
      name: 'first',
      size: LAB_SIZE,
      annotatedFrames: 4,
      coveredFrames: 4,
      scoredFrames: 4,
      score: overall,
      clicks: [{ clicks: 0, mean: overall?.mean }],
      objects: [
        {
          truthId: 1,
          name: 'thing 1',
          object: { id: 2, name: 'Object 2' },
          mean: ((scores[0]?.region.mean ?? 0) + (scores[0]?.boundary.mean ?? 0)) / 2,
          region: scores[0]?.region,
          boundary: scores[0]?.boundary,
          frames: frames(0),
        },
        // Not in the ground truth, but between its ids: the official tools score it.
        {
          truthId: 2,
          mean: 1,
          region: scores[1]?.region,
          boundary: scores[1]?.boundary,
          frames: frames(1),
        },
        {
          truthId: 3,
          name: 'thing 3',
          mean: 0,
          region: scores[2]?.region,
          boundary: scores[2]?.boundary,
          frames: frames(2),
        },
      ],
    },
    {
      name: 'other',
      size: LAB_SIZE,
      annotatedFrames: 1,
      coveredFrames: 0,
      scoredFrames: 0,
      clicks: [],
      objects: [{ truthId: 1, name: 'thing 1' }],
    },
  ]);
  expect(file.text).toContain(`{ "name": "${stemOf(2)}", "frame": 2, "region": `);
});

test('a decay that is not a number in the official code is null', async () => {
  const lab = await scoredLab(300);
  lab.set({
    models: { ...lab.state.models, model: { status: 'none' } },
    project: { ...lab.state.project, videoSha256: undefined },
  });
  const report = JSON.parse(scoreReportFile(lab.state, ORIGIN).text) as Record<string, unknown>;
  isValid(report);
  expect(isValid.errors).toBeNull();
  expect(report).toMatchObject({
    overall: { region: { decay: null, correctedDecay: expect.closeTo(0, 12) } },
  });
  expect(report).not.toHaveProperty('model');
  expect(report).not.toHaveProperty('clip.sha256');
  expect(report['notices']).toEqual([expect.stringContaining('256 frames')]);
});

test('needs a report', () => {
  const lab = new ScoreLab({ frameCount: 2, objects: 1 });
  open.push(lab);
  expect(() => scoreReportFile(lab.state, ORIGIN)).toThrow('nothing is scored');
});

test('the set is named after the ground truth, as files may be', async () => {
  const lab = await scoredLab(2);
  const { truth } = lab.state.groundTruth;
  if (truth === undefined) throw new Error('no ground truth');
  const named = ['P01_107.json', 'Müsli (2).tar.zip', 'a/b', 'plain'].map((name) =>
    setNameOf({ ...truth, name }),
  );
  expect(named).toEqual(['P01_107', 'Müsli_2_.tar', 'a_b', 'plain']);
});

test('JSON has a line for each innermost value', () => {
  const value = { a: [], b: {}, c: [1, 'two', null], d: [{ x: 1, y: undefined }, { x: [2] }] };
  const text = prettyJson(value);
  expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
  expect(text).toBe(
    `{
  "a": [],
  "b": {},
  "c": [1, "two", null],
  "d": [
    { "x": 1 },
    {
      "x": [2]
    }
  ]
}
`,
  );
});
