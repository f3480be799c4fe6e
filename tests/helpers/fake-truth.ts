import type { MatchRow } from '../../src/core/frame-match.ts';
import type { TruthSequence } from '../../src/core/ground-truth.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import type {
  MetricScore,
  ObjectFrameScore,
  ObjectScore,
  PooledScore,
  ScoreReport,
} from '../../src/core/scores.ts';
import type { GroundTruthSlice, SequenceScoring } from '../../src/store/ground-truth-slice.ts';
import { INITIAL_GROUND_TRUTH } from '../../src/store/ground-truth-slice.ts';

interface FakeTruthOptions {
  /** Of the clip. */
  readonly frameCount: number;
  /** Every so many frames of the clip one is annotated. */
  readonly spacing?: number;
  readonly names?: readonly string[];
  readonly sequenceNames?: readonly string[];
  /** Share of the annotated frames that are scored so far, 0..1. */
  readonly scored?: number;
  /** Of the first rows, those that are not matched. */
  readonly unmatched?: number;
}

/** A ground truth with scores as they look half way through correcting, without any mask. */
export function buildFakeTruth(options: FakeTruthOptions): GroundTruthSlice {
  const { sequenceNames = ['P01_107_seq_00001'], scored = 0.75 } = options;
  const sequences = sequenceNames.map((name) => fakeSequence(name, options));
  const objects = sequences.flatMap((sequence) => fakeScores(sequence, scored));
  return {
    ...INITIAL_GROUND_TRUTH,
    truth: {
      name: 'P01_107.json',
      kind: 'visor',
      rule: 'first-frame',
      offsetFrames: 0,
      sources: [{ path: 'P01_107.json', sha256: '9f'.repeat(32) }],
      sequences,
      unloaded: [],
      notices: [],
    },
    sequence: sequenceNames[0],
    scoring: Object.fromEntries(
      sequences.map((sequence) => [sequence.name, fakeScoring(sequence, scored)]),
    ),
    report: scored === 0 ? undefined : fakeReport(objects),
  };
}

function fakeSequence(name: string, options: FakeTruthOptions): TruthSequence {
  const { frameCount, spacing = 8, unmatched = 0 } = options;
  const { names = ['chopping board', 'mug', 'right hand'] } = options;
  const objects = names.map((one, at) => ({ truthId: at + 1, name: one }));
  const count = Math.ceil(frameCount / spacing);
  const stems = Array.from({ length: count }, (_, at) => {
    return `P01_107_frame_${String(155 + at * spacing).padStart(10, '0')}`;
  });
  const rows = stems.map((stem, at): MatchRow => {
    if (at < unmatched) {
      return { stem, reason: 'The clip has no frame within 0.1 s of its time, 12.340 s.' };
    }
    const distanceUs = ((at * 37) % 16) * 900 - 6000;
    return { stem, frame: frameIndex(at * spacing), basis: 'visor-clock', distanceUs };
  });
  const truthIds = objects.map(({ truthId }) => truthId);
  return {
    name,
    size: { width: 854, height: 480 },
    objects,
    frames: rows.flatMap((row) => {
      return 'frame' in row ? [{ stem: row.stem, frame: row.frame, truthIds }] : [];
    }),
    match: { rows, matchedCount: count - unmatched, sizes: 'same', problems: [], notices: [] },
    dropped: [],
  };
}

function fakeScoring(sequence: TruthSequence, scored: number): SequenceScoring {
  const scoredFrames = Math.round(sequence.frames.length * scored);
  return {
    assigned: Object.fromEntries(
      sequence.objects.map(({ truthId }) => [truthId, objectId(truthId)]),
    ),
    coveredFrames: scoredFrames,
    scoredFrames,
    history: [
      { clicks: 1, mean: 0.612 },
      { clicks: 3, mean: 0.742 },
    ],
    lastChange: undefined,
  };
}

function fakeScores(sequence: TruthSequence, scored: number): ObjectScore[] {
  const count = Math.round(sequence.frames.length * scored);
  return sequence.objects.map(({ truthId }) => {
    const frames = sequence.frames.slice(1, count).map(({ stem }, at) => {
      return fakeFrameScore(stem, Math.abs(Math.sin(at / 7 + truthId)));
    });
    return {
      sequence: sequence.name,
      object: String(truthId),
      region: metric(frames.map(({ region }) => region)),
      boundary: metric(frames.map(({ boundary }) => boundary)),
      frames,
    };
  });
}

function fakeFrameScore(name: string, wave: number): ObjectFrameScore {
  const region = 0.45 + 0.5 * wave;
  const boundary = 0.4 + 0.58 * wave;
  return { name, region, boundary, dice: (2 * region) / (1 + region) };
}

function metric(values: readonly number[]): MetricScore {
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1);
  const recall = values.filter((value) => value > 0.5).length / Math.max(values.length, 1);
  return { mean, recall, decay: 0.043, correctedDecay: 0.043 };
}

function fakeReport(objects: readonly ObjectScore[]): ScoreReport {
  const names = [...new Set(objects.map(({ sequence }) => sequence))];
  return {
    protocol: 'visor',
    overall: pooled(objects),
    sequences: names.map((name) => ({
      name,
      score: pooled(objects.filter(({ sequence }) => sequence === name)),
    })),
    objects,
    files: [],
    notices: [],
  };
}

function pooled(objects: readonly ObjectScore[]): PooledScore {
  const region = metric(objects.map((one) => one.region.mean));
  const boundary = metric(objects.map((one) => one.boundary.mean));
  return {
    objectCount: objects.length,
    mean: (region.mean + boundary.mean) / 2,
    region,
    boundary,
  };
}
