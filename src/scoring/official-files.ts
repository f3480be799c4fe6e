import type { ObjectScore, PooledScore, ScoreFile } from '../core/scores.ts';
import { pairwiseMean } from './pairwise-mean.ts';
import { pythonFixed } from './python-format.ts';

const DIGITS = 3;
const GLOBAL_HEADER = 'J&F-Mean,J-Mean,J-Recall,J-Decay,F-Mean,F-Recall,F-Decay';
const PER_SEQUENCE_HEADER = 'Sequence,J-Mean,F-Mean';

/**
 * `global_results-SET.csv` and `per-sequence_results-SET.csv` as davis2017-evaluation and VISOR-VOS
 * write them (`evaluation_method.py`, through pandas), byte for byte.
 */
export function davisFiles(
  setName: string,
  overall: PooledScore,
  objects: readonly ObjectScore[],
): ScoreFile[] {
  const { mean, region, boundary } = overall;
  const global = [
    mean,
    ...[region, boundary].flatMap(({ mean, recall, decay }) => [mean, recall, decay]),
  ];
  const rows = objects.map(({ sequence, object, region, boundary }) =>
    [csvField(`${sequence}_${object}`), csvNumber(region.mean), csvNumber(boundary.mean)].join(','),
  );
  return [
    {
      name: `global_results-${setName}.csv`,
      text: lines([GLOBAL_HEADER, global.map(csvNumber).join(',')]),
    },
    {
      name: `per-sequence_results-${setName}.csv`,
      text: lines([PER_SEQUENCE_HEADER, ...rows]),
    },
  ];
}

/**
 * `results.csv` as SA-V's tool writes it (`sav_benchmark.py: benchmark`): percent with one digit.
 * Objects of a video are by ascending id; the tool's own order is that of a Python set, which is
 * another one for some ids of 8 and above.
 */
export function savFile(objects: readonly ObjectScore[]): ScoreFile {
  const percents = objects.map(({ sequence, object, region, boundary }) => ({
    name: sequence,
    object: object.padStart(3, '0'),
    region: region.mean * 100,
    boundary: boundary.mean * 100,
  }));
  const region = pairwiseMean(Float64Array.from(percents, (percent) => percent.region));
  const boundary = pairwiseMean(Float64Array.from(percents, (percent) => percent.boundary));
  const title = 'Global score';
  const width = Math.max(title.length, ...objects.map(({ sequence }) => sequence.length));
  const number = (value: number) => pythonFixed(value, 1);
  const padded = (value: number) => number(value).padStart(4);
  return {
    name: 'results.csv',
    text: lines([
      `${'sequence'.padEnd(width)},obj,  J&F,    J,    F`,
      `${title.padEnd(width)},   , ` +
        [(region + boundary) / 2, region, boundary].map(number).join(', '),
      ...percents.map(
        ({ name, object, region, boundary }) =>
          `${name.padEnd(width)},${object}, ` +
          [(region + boundary) / 2, region, boundary].map(padded).join(', '),
      ),
    ]),
  };
}

function lines(rows: readonly string[]): string {
  return rows.map((row) => `${row}\n`).join('');
}

/** pandas leaves a NaN empty. */
function csvNumber(value: number): string {
  return Number.isNaN(value) ? '' : pythonFixed(value, DIGITS);
}

/** Python's `csv.QUOTE_MINIMAL`. */
function csvField(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
