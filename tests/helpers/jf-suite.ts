import { describe, expect, test } from 'vitest';
import { StudioError } from '../../src/core/errors.ts';
import type {
  FrameCounts,
  IdPlane,
  MetricScore,
  ObjectScore,
  PooledScore,
} from '../../src/core/scores.ts';
import { evaluateSet } from '../../src/scoring/evaluate-set.ts';
import { boundaryRadius } from '../../src/scoring/boundary-radius.ts';
import { FrameScorer } from '../../src/scoring/frame-scorer.ts';
import { boundaryAccuracy, pixelScore, regionSimilarity } from '../../src/scoring/measures.ts';
import { pythonFixed } from '../../src/scoring/python-format.ts';
import { statistics } from '../../src/scoring/statistics.ts';
import { diskMaskFolder } from '../../scripts/score/disk-mask-folder.ts';
import {
  GLOBAL_KEYS,
  OBJECT_KEYS,
  readGoldenJson,
  type GoldenGlobals,
  type GoldenSequence,
  type JfGoldens,
  type JfPairs,
} from './jf-goldens.ts';

/** For goldens of another numpy, whose order of summation may differ in the last digits. */
const FOREIGN_TOLERANCE = 1e-12;
const tolerance = process.env['JF_GOLDENS'] === undefined ? 0 : FOREIGN_TOLERANCE;

/**
 * Proves every number of a folder of J and F goldens: per frame exactly, aggregates exactly too, or
 * to 1e-12 where the goldens are not those that come with the studio.
 */
export function testJfGoldens(folder: string): void {
  const goldens = readGoldenJson<JfGoldens>(folder, 'expected.json');
  if (goldens === undefined) {
    test('J and F goldens', (context) => context.skip(`there is no ${folder}/expected.json`));
    return;
  }
  const trees = {
    truth: diskMaskFolder(`${folder}/davis_root/Annotations/480p`),
    prediction: diskMaskFolder(`${folder}/results`),
  };
  describe.each(Object.entries(goldens.sequences))('%s', (name, golden) => {
    test('radius, J and F of every frame', () => checkFrames(name, golden, trees));
    test.each(['davis', 'visor'] as const)('%s', (protocol) => {
      return checkRule(name, golden[protocol], { ...trees, protocol });
    });
    test('SA-V', () => checkSav(name, golden, trees));
  });
  test.each(Object.entries(goldens.globals))('set %s', (_, golden) => {
    return checkSet(golden, trees);
  });
  const pairs = readGoldenJson<JfPairs>(folder, 'pairs.json');
  if (pairs !== undefined) testPairs(folder, pairs);
}

interface Trees {
  readonly truth: ReturnType<typeof diskMaskFolder>;
  readonly prediction: ReturnType<typeof diskMaskFolder>;
}

async function checkFrames(name: string, golden: GoldenSequence, trees: Trees): Promise<void> {
  expect(boundaryRadius(golden)).toBe(golden.bound_pix);
  const scorer = new FrameScorer();
  for (const [frame, id] of golden.frame_ids.entries()) {
    const truth = await trees.truth.read(`${name}/${id}.png`);
    const prediction = await trees.prediction.read(`${name}/${id}.png`);
    const counts = scorer.count(truth, prediction);
    for (const [objectId, expected] of Object.entries(golden.per_frame ?? {})) {
      expect(scoreOf(counts, Number(objectId))).toEqual({
        J: expected.J[frame],
        F: expected.F[frame],
      });
    }
    for (const [objectId, frames] of Object.entries(golden.seed_report_formula ?? {})) {
      const expected = frames[frame];
      const object = counts.objects.find((object) => object.objectId === Number(objectId));
      if (expected === undefined) throw new Error(`${name} has no golden for frame ${frame}`);
      expect(object?.sharedPixels ?? 0).toBe(expected.inter);
      expect(object?.truthPixels ?? 0).toBe(expected.gt);
      expect(object?.predictionPixels ?? 0).toBe(expected.pred);
      const score = object && pixelScore(object);
      expect(score?.precision ?? null).toBe(expected.P);
      expect(score?.recall ?? null).toBe(expected.R);
      expect(score?.dice ?? null).toBe(expected.F);
    }
  }
}

async function checkRule(
  name: string,
  golden: GoldenSequence['davis'],
  options: Trees & { readonly protocol: 'davis' | 'visor' },
): Promise<void> {
  const scoring = evaluateSet({ ...options, setName: 'val', sequences: [name] });
  if ('error' in golden) {
    const error: unknown = await scoring.catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StudioError);
    expect(String(error)).toContain(name);
    return;
  }
  const report = await scoring;
  expect(report.objects.map(({ object }) => object)).toEqual(Object.keys(golden.objects));
  for (const score of report.objects) {
    expect(score.frames.map(({ name }) => name)).toEqual(
      golden.scored_frames.map((id) => `${id}.png`),
    );
    const expected = golden.objects[score.object];
    const values = objectValues(score);
    for (const key of OBJECT_KEYS) expectClose(values[key], expected?.[key]);
  }
  expectGlobals(report.overall, golden.sequence);
  expect(report.sequences[0]?.score).toEqual(report.overall);
}

async function checkSav(name: string, golden: GoldenSequence, trees: Trees): Promise<void> {
  for (const [protocol, expected] of [
    ['sav', golden.sav_skip_first_last],
    ['sav-all-frames', golden.sav_no_skip],
  ] as const) {
    const scoring = evaluateSet({ ...trees, protocol, setName: 'val', sequences: [name] });
    if (Object.keys(expected).length === 0) {
      await expect(scoring).rejects.toBeInstanceOf(StudioError);
      continue;
    }
    const { objects } = await scoring;
    expect(objects.map(({ object }) => object)).toEqual(Object.keys(expected));
    for (const { object, region, boundary } of objects) {
      expectClose(region.mean * 100, expected[object]?.J);
      expectClose(boundary.mean * 100, expected[object]?.F);
    }
  }
}

async function checkSet(golden: JfGoldens['globals'][string], trees: Trees): Promise<void> {
  const { rule: protocol, sequences } = golden;
  const report = await evaluateSet({ ...trees, protocol, setName: 'val', sequences });
  expect(report.objects.map(({ sequence, object }) => `${sequence}_${object}`)).toEqual(
    golden.order,
  );
  expect(report.overall.objectCount).toBe(golden.num_objects);
  expectGlobals(report.overall, golden);
  const row = GLOBAL_KEYS.map((key) => {
    const value = golden[key];
    return value === null ? '' : pythonFixed(value, 3);
  });
  expect(report.files[0]?.name).toBe('global_results-val.csv');
  expect(report.files[0]?.text.split('\n')[1]).toBe(row.join(','));
}

function testPairs(folder: string, goldens: JfPairs): void {
  const read = (name: string) => readBinary(folder, name);
  test.each(goldens.pairs.map((pair) => [pair.name, pair] as const))(
    'pair %s, with all counts',
    async (name, golden) => {
      const [truth, prediction] = [await read(`${name}.gt`), await read(`${name}.pred`)];
      const [object] = new FrameScorer().count(truth, prediction).objects;
      expect(boundaryRadius(golden)).toBe(golden.bound_pix);
      expect(object?.truthPixels ?? 0).toBe(golden.gt_area);
      expect(object?.predictionPixels ?? 0).toBe(golden.pred_area);
      expect(object?.sharedPixels ?? 0).toBe(golden.inter);
      expect(object?.truthBoundary ?? 0).toBe(golden.n_gt_boundary);
      expect(object?.predictionBoundary ?? 0).toBe(golden.n_pred_boundary);
      expect(object?.truthMatched ?? 0).toBe(golden.gt_match);
      expect(object?.predictionMatched ?? 0).toBe(golden.pred_match);
      expect(scoreOf({ objects: object === undefined ? [] : [object] })).toEqual({
        J: golden.J,
        F: golden.F,
      });
    },
  );
  test.each(goldens.void.map((pair) => [pair.name, pair] as const))(
    '%s, void left out',
    async (name, golden) => {
      const [truth, prediction] = [await read(`${name}.gt`), await read(`${name}.pred`)];
      const voids = await read(`${name}.void`);
      const marked = { ...truth, ids: truth.ids.map((id, at) => (voids.ids[at] ? 255 : id)) };
      const ignored = new FrameScorer().count(marked, prediction, { ignoresVoid: true });
      const plain = new FrameScorer().count(truth, prediction);
      expect(scoreOf(ignored)).toEqual({ J: golden.J, F: golden.F });
      expect(scoreOf(plain)).toEqual({ J: golden.J_without_void, F: golden.F_without_void });
    },
  );
  test.each(goldens.db_statistics.map((vector) => [vector.n, vector] as const))(
    'statistics of %i frames',
    (_, golden) => {
      const score = statistics(Float64Array.from(golden.values));
      expectClose(score.mean, golden.mean);
      expectClose(score.recall, golden.recall);
      expectClose(score.decay, golden.decay);
      expect(score.correctedDecay).not.toBeNaN();
      if (golden.n <= 256) expect(score.correctedDecay).toBe(score.decay);
    },
  );
}

/** J and F of an object, which neither side shows when it was not counted. */
function scoreOf({ objects }: FrameCounts, objectId = 1): { J: number; F: number } {
  const object = objects.find((object) => object.objectId === objectId);
  if (object === undefined) return { J: 1, F: 1 };
  return { J: regionSimilarity(object), F: boundaryAccuracy(object) };
}

/** A mask of grey values, anything but 0 being the object. */
async function readBinary(folder: string, name: string): Promise<IdPlane> {
  const plane = await diskMaskFolder(`${folder}/pairs`).read(`${name}.png`);
  return { ...plane, ids: plane.ids.map((value) => (value === 0 ? 0 : 1)) };
}

function objectValues({ region, boundary }: Pick<ObjectScore, 'region' | 'boundary'>) {
  const [j, f]: readonly MetricScore[] = [region, boundary];
  if (j === undefined || f === undefined) throw new Error('unreachable');
  return {
    J_M: j.mean,
    J_R: j.recall,
    J_D: j.decay,
    F_M: f.mean,
    F_R: f.recall,
    F_D: f.decay,
  };
}

/** Compares the seven official numbers; `null` is NaN. */
export function expectGlobals(score: PooledScore, golden: GoldenGlobals): void {
  const { J_M, J_R, J_D, F_M, F_R, F_D } = objectValues(score);
  const values = [score.mean, J_M, J_R, J_D, F_M, F_R, F_D];
  for (const [i, key] of GLOBAL_KEYS.entries()) expectClose(values[i], golden[key]);
}

/** The same number, or within the tolerance for aggregates; `null` is NaN. */
export function expectClose(value: number | undefined, golden: number | null | undefined): void {
  if (golden === null) {
    expect(value).toBeNaN();
    return;
  }
  if (value === undefined || golden === undefined) throw new Error('a number is missing');
  expect(Math.abs(value - golden)).toBeLessThanOrEqual(tolerance);
}
