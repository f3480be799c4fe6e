import type { IdPlane, ScoreProtocol } from '../../src/core/scores.ts';
import { BoundaryMap } from '../../src/scoring/boundary-map.ts';
import { BoundaryMatcher } from '../../src/scoring/boundary-matcher.ts';
import { evaluateSet, type EvaluationProgress } from '../../src/scoring/evaluate-set.ts';
import { FrameScorer } from '../../src/scoring/frame-scorer.ts';
import { IdRuns } from '../../src/scoring/id-runs.ts';
import { folderNames, pngNames, type MaskFolder } from '../../src/scoring/mask-folder.ts';
import { diskMaskFolder } from '../../scripts/score/disk-mask-folder.ts';
import { sceneFolder } from './score-scene.ts';

/** Ground truth and predictions to be timed. */
export interface ScoreBenchSet {
  readonly name: string;
  readonly truth: MaskFolder;
  readonly prediction: MaskFolder;
}

/** What one set gave. */
export interface ScoreBenchResult {
  readonly frames: number;
  readonly objects: number;
  /** Of the whole evaluation, from files to the report: its first run, and the median of more. */
  readonly firstMs: number;
  readonly medianMs: number;
  /** Of a frame, masks decoded. */
  readonly countMs: { readonly median: number; readonly p95: number };
  /** Of the matching of a frame's boundaries, by radius in pixels. */
  readonly matchMs: ReadonlyMap<number, number>;
  readonly mean: number;
  /** That the process has held so far. */
  readonly peakBytes: number;
}

const MAX_PAIRS = 200;
const RADII = [1, 8, 18, 36, 72];

export function diskSet(truth: string, prediction: string): ScoreBenchSet {
  return {
    name: `${prediction} against ${truth}`,
    truth: diskMaskFolder(truth),
    prediction: diskMaskFolder(prediction),
  };
}

/** Frames of 854 × 480 made for the purpose, kept as PNGs in memory. */
export async function sceneSet(frames: number, objects: number): Promise<ScoreBenchSet> {
  const options = { frames, objects };
  return {
    name: `${frames} frames of ${objects} objects at 854 × 480`,
    truth: await sceneFolder('truth', { ...options, isPrediction: false }),
    prediction: await sceneFolder('prediction', { ...options, isPrediction: true }),
  };
}

export async function benchScores(
  { truth, prediction }: ScoreBenchSet,
  { protocol, repeats }: { readonly protocol: ScoreProtocol; readonly repeats: number },
): Promise<ScoreBenchResult> {
  let framesTotal = 0;
  const onProgress = (progress: EvaluationProgress) => ({ framesTotal } = progress);
  const run = () => evaluateSet({ truth, prediction, protocol, setName: 'bench', onProgress });
  const start = performance.now();
  const { overall } = await run();
  const firstMs = performance.now() - start;
  const times: number[] = [];
  for (let i = 0; i < repeats; i++) times.push(await timed(run));
  const peakBytes = process.resourceUsage().maxRSS * 1024;
  const pairs = await readPairs(truth, prediction);
  const scorer = new FrameScorer();
  const countTimes: number[] = [];
  for (let i = 0; i < repeats; i++) {
    for (const [left, right] of pairs) {
      countTimes.push(await timed(() => scorer.count(left, right)));
    }
  }
  return {
    frames: framesTotal,
    objects: overall.objectCount,
    firstMs,
    medianMs: quantile(times, 0.5),
    countMs: { median: quantile(countTimes, 0.5), p95: quantile(countTimes, 0.95) },
    matchMs: new Map(RADII.map((radius) => [radius, matchTime(pairs, radius)])),
    mean: overall.mean,
    peakBytes,
  };
}

type Pair = readonly [truth: IdPlane, prediction: IdPlane];

/** The first frames, decoded: enough of them to time. */
async function readPairs(truth: MaskFolder, prediction: MaskFolder): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const sequence of folderNames((await truth.list('')) ?? [])) {
    for (const name of pngNames((await truth.list(sequence)) ?? [])) {
      if (pairs.length === MAX_PAIRS) return pairs;
      const path = `${sequence}/${name}`;
      pairs.push([await truth.read(path), await prediction.read(path)]);
    }
  }
  return pairs;
}

/** Median over frames of matching all objects both ways. */
function matchTime(pairs: readonly Pair[], radius: number): number {
  const [left, right] = [new BoundaryMap(), new BoundaryMap()];
  const runs = new IdRuns();
  const times = pairs.map(([truth, prediction]) => {
    runs.read(truth);
    left.trace(runs);
    runs.read(prediction);
    right.trace(runs);
    const matcher = new BoundaryMatcher(truth, radius);
    const start = performance.now();
    for (let id = 1; id < 256; id++) {
      matcher.countMatched(left.of(id), right.of(id));
      matcher.countMatched(right.of(id), left.of(id));
    }
    return performance.now() - start;
  });
  return quantile(times, 0.5);
}

async function timed(run: () => unknown): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function quantile(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(Math.floor(share * sorted.length), sorted.length - 1)] ?? Number.NaN;
}
