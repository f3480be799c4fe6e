import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  SCORE_PROTOCOLS,
  type CountedSequence,
  type IdPlane,
  type ScoreProtocol,
} from '../../../src/core/scores.ts';
import { FrameScorer } from '../../../src/scoring/frame-scorer.ts';
import { invariant } from '../../../src/core/assert.ts';
import { reportSoFar } from '../../../src/scoring/report-so-far.ts';
import { scoreSequence } from '../../../src/scoring/sequence-scores.ts';
import { plane } from '../../helpers/memory-mask-folder.ts';

const EMPTY = plane('0000', '0000', '0000');
const FIRST = plane('1000', '1000', '0000');
const BOTH = plane('1022', '1022', '0000');
const SECOND = plane('0022', '0022', '0000');

type Frame = readonly [truth: IdPlane, prediction: IdPlane];

function sequence(name: string, ...frames: readonly Frame[]): CountedSequence {
  const scorer = new FrameScorer();
  return {
    name,
    frames: frames.map(([truth, prediction], i) => ({
      name: `${i}.png`,
      counts: scorer.count(truth, prediction),
    })),
  };
}

/** The J of each object's frames. */
function regions(...args: Parameters<typeof scoreSequence>): Record<string, number[]> {
  return Object.fromEntries(
    scoreSequence(...args).map(({ object, frames }) => [object, frames.map((f) => f.region)]),
  );
}

describe('which frames', () => {
  const frames = sequence('s', [FIRST, EMPTY], [FIRST, FIRST], [FIRST, EMPTY], [FIRST, FIRST]);

  test('VISOR: all but the first', () => {
    expect(regions(frames, 'visor')).toEqual({ 1: [1, 0, 1] });
  });

  test('DAVIS and SA-V: neither the first nor the last', () => {
    expect(regions(frames, 'davis')).toEqual({ 1: [1, 0] });
    expect(regions(frames, 'sav')).toEqual({ 1: [1, 0] });
  });

  test('SA-V’s switch: all', () => {
    expect(regions(frames, 'sav-all-frames')).toEqual({ 1: [0, 1, 0, 1] });
  });

  test('a sequence with no frame left is refused, or has no object', () => {
    const two = sequence('short', [FIRST, FIRST], [FIRST, FIRST]);
    expect(() => scoreSequence(two, 'davis')).toThrow('Sequence short has 2 ground-truth frame(s)');
    expect(regions(two, 'visor')).toEqual({ 1: [1] });
    expect(regions(two, 'sav')).toEqual({});
    expect(() => scoreSequence(sequence('one', [FIRST, FIRST]), 'visor')).toThrow('Sequence one');
  });
});

describe('which objects', () => {
  test('DAVIS and VISOR: 1 to the highest of the first frame, absent ones too', () => {
    const frames = sequence('s', [SECOND, EMPTY], [FIRST, FIRST], [SECOND, EMPTY]);
    expect(regions(frames, 'visor')).toEqual({ 1: [1, 1], 2: [1, 0] });
  });

  test('DAVIS and VISOR: an object that comes later is left out, predicted it is refused', () => {
    const late = sequence('s', [FIRST, EMPTY], [BOTH, FIRST], [BOTH, FIRST]);
    expect(regions(late, 'visor')).toEqual({ 1: [1, 1] });
    const predicted = sequence('s', [FIRST, EMPTY], [BOTH, FIRST], [BOTH, BOTH]);
    expect(() => scoreSequence(predicted, 'visor')).toThrow(
      'The prediction s/2.png holds object id 2; the first ground-truth frame has object ids up to 1.',
    );
    expect(regions(predicted, 'davis')).toEqual({ 1: [1] });
  });

  test('DAVIS and VISOR: void is background in the ground truth and an id in predictions', () => {
    const voids = { ...EMPTY, ids: EMPTY.ids.map(() => 255) };
    const frames = sequence('s', [FIRST, EMPTY], [voids, EMPTY], [FIRST, FIRST]);
    expect(regions(frames, 'visor')).toEqual({ 1: [1, 1] });
    expect(() => scoreSequence(sequence('s', [FIRST, EMPTY], [FIRST, voids]), 'visor')).toThrow(
      'holds object id 255',
    );
    expect(regions(frames, 'sav-all-frames')).toHaveProperty('255');
  });

  test('SA-V: an object counts from where either side first shows it', () => {
    const frames = sequence(
      's',
      [EMPTY, EMPTY],
      [FIRST, FIRST],
      [FIRST, BOTH],
      [BOTH, BOTH],
      [EMPTY, EMPTY],
    );
    expect(regions(frames, 'sav-all-frames')).toEqual({ 1: [1, 1, 1, 1], 2: [0, 1, 1] });
  });

  test('SA-V: an object that only predictions show is not reported', () => {
    const frames = sequence('s', [FIRST, FIRST], [FIRST, BOTH], [FIRST, FIRST]);
    expect(regions(frames, 'sav')).toEqual({ 1: [1] });
  });

  test('SA-V: a folder of an object that is never seen is refused', () => {
    const frames = { ...sequence('v', [EMPTY, FIRST], [EMPTY, FIRST]), object: '007' };
    expect(() => scoreSequence(frames, 'sav-all-frames')).toThrow('The ground truth v/007');
  });
});

function reportOf(protocol: ScoreProtocol, sequences: readonly CountedSequence[]) {
  const report = reportSoFar({ protocol, setName: 'val', sequences });
  invariant(report !== undefined, 'nothing is scored');
  return report;
}

describe('reports', () => {
  test('each object counts once, however long its sequence', () => {
    const long = sequence(
      'long',
      [FIRST, EMPTY],
      ...Array.from({ length: 9 }, (): Frame => [FIRST, FIRST]),
    );
    const short = sequence('short', [FIRST, EMPTY], [FIRST, EMPTY]);
    const report = reportOf('visor', [long, short]);
    expect(report.overall).toMatchObject({ objectCount: 2, mean: 0.5 });
    expect(report.sequences.map(({ name, score }) => [name, score.mean])).toEqual([
      ['long', 1],
      ['short', 0],
    ]);
  });

  test('VISOR’s unseen kitchens are pooled apart, and have files of their own', () => {
    const seen = sequence('P01_107_seq_00001', [FIRST, EMPTY], [FIRST, EMPTY]);
    const unseen = sequence('P09_02_seq_00001', [FIRST, EMPTY], [FIRST, FIRST]);
    const report = reportOf('visor', [seen, unseen]);
    expect(report.unseenKitchens).toMatchObject({ objectCount: 1, mean: 1 });
    expect(report.files.map(({ name }) => name)).toEqual([
      'global_results-val.csv',
      'per-sequence_results-val.csv',
      'global_results-val_unseen.csv',
      'per-sequence_results-val_unseen.csv',
    ]);
    expect(reportOf('visor', [seen])).not.toHaveProperty('unseenKitchens');
    expect(
      reportOf('davis', [{ ...unseen, frames: [...unseen.frames, ...unseen.frames] }]),
    ).not.toHaveProperty('unseenKitchens');
  });

  test('a sequence without object is left out with a notice; none at all is refused', () => {
    const empty = sequence('empty', [EMPTY, EMPTY], [FIRST, EMPTY]);
    const full = sequence('full', [FIRST, EMPTY], [FIRST, FIRST]);
    const report = reportOf('visor', [empty, full]);
    expect(report.notices).toEqual([
      expect.stringContaining('empty: the ground truth of the first'),
    ]);
    expect(() => reportOf('visor', [empty])).toThrow('has no object to score');
  });

  test('past 256 frames both decays are given, and said to differ', () => {
    const frames = Array.from({ length: 300 }, (_, i): Frame => [FIRST, i < 150 ? FIRST : EMPTY]);
    const { overall, notices, files } = reportOf('visor', [sequence('s', ...frames)]);
    expect(overall.region.decay).toBeNaN();
    expect(overall.region.correctedDecay).toBe(1);
    expect(notices).toEqual([expect.stringContaining('256 frames')]);
    expect(files[0]?.text.split('\n')[1]).toBe('0.498,0.498,0.498,,0.498,0.498,');
  });

  test('names that CSV must quote are quoted', () => {
    const odd = sequence('a,"b"', [FIRST, EMPTY], [FIRST, FIRST]);
    expect(
      reportOf('davis', [{ ...odd, frames: [...odd.frames, ...odd.frames] }]).files,
    ).toContainEqual({
      name: 'per-sequence_results-val.csv',
      text: 'Sequence,J-Mean,F-Mean\n"a,""b""_1",0.500,0.500\n',
    });
  });

  test('perfect predictions score 1 under every protocol', () => {
    const planes = fc.array(fc.constantFrom(0, 1, 2, 3), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(planes, { minLength: 3, maxLength: 8 }), (frames) => {
        const first = Uint8Array.from([3, ...(frames[0]?.slice(1) ?? [])]);
        const truths = frames.map((ids, i) => ({
          width: 4,
          height: 3,
          ids: i < 2 ? first : Uint8Array.from(ids),
        }));
        const counted = sequence('s', ...truths.map((truth): Frame => [truth, truth]));
        for (const protocol of SCORE_PROTOCOLS) {
          expect(reportOf(protocol, [counted]).overall.mean).toBe(1);
        }
      }),
    );
  });
});

describe('what is counted so far', () => {
  const whole = sequence('whole', [FIRST, EMPTY], [FIRST, FIRST], [FIRST, FIRST]);
  const begun = sequence('begun', [FIRST, FIRST]);

  test('a sequence without a scored frame waits', () => {
    const report = reportOf('davis', [begun, whole, sequence('two', [BOTH, BOTH], [BOTH, BOTH])]);
    expect(report.sequences.map(({ name }) => name)).toEqual(['whole']);
    expect(report.notices).toEqual([]);
    expect(reportSoFar({ protocol: 'visor', setName: 'val', sequences: [begun] })).toBeUndefined();
  });

  test('SA-V: nothing is refused while no scored frame shows an object', () => {
    const early = sequence('s', [FIRST, FIRST], [EMPTY, EMPTY], [FIRST, FIRST]);
    expect(reportSoFar({ protocol: 'sav', setName: 'val', sequences: [early] })).toBeUndefined();
  });

  test('an object that comes later is left out with a notice, and costs the others nothing', () => {
    const late = sequence('s', [FIRST, EMPTY], [BOTH, FIRST], [BOTH, BOTH]);
    const alone = sequence('s', [FIRST, EMPTY], [BOTH, FIRST], [BOTH, FIRST]);
    const report = reportOf('visor', [late]);
    expect(report.objects).toEqual(scoreSequence(alone, 'visor'));
    expect(report.notices).toEqual([
      's: the first true frame does not show object 2, which this protocol therefore does not score.',
    ]);
    expect(reportOf('sav-all-frames', [late]).objects.map(({ object }) => object)).toEqual([
      '1',
      '2',
    ]);
  });
});
