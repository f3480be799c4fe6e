import { basename, extname } from 'node:path';
import { parseArgs } from 'node:util';
import { SCORE_PROTOCOLS, type ScoreProtocol } from '../../src/core/scores.ts';

export const USAGE = `Usage: npm run score -- --gt DIR --pred DIR [options]

  --gt DIR        ground truth: one folder a sequence, one PNG of object ids a frame
  --pred DIR      predictions, laid out and named alike
  --protocol P    ${SCORE_PROTOCOLS.join(', ')}; visor when absent
  --set FILE      a list of sequences, one a line, such as ImageSets/2022/val.txt; all when absent
  --out DIR       where to write the files that the official tool writes
  --objects       also print each object's scores

Exit codes: 0 scored, 1 the masks cannot be scored, 2 the command is wrong.
`;

/** The command line, understood. */
export interface ScoreArguments {
  readonly truthFolder: string;
  readonly predictionFolder: string;
  readonly protocol: ScoreProtocol;
  readonly setFile?: string;
  /** As the official files carry it: `val` of `val.txt`. */
  readonly setName: string;
  readonly outFolder?: string;
  readonly printsObjects: boolean;
}

/** A wrong command line; the message says what is wrong with it. */
export class UsageError extends Error {}

/** @throws UsageError */
export function parseScoreArguments(args: readonly string[]): ScoreArguments | 'help' {
  const { values } = parse(args);
  if (values.help === true) return 'help';
  const { gt, pred, set, out, protocol = 'visor' } = values;
  if (gt === undefined) throw new UsageError('--gt is missing.');
  if (pred === undefined) throw new UsageError('--pred is missing.');
  const known = SCORE_PROTOCOLS.find((name) => name === protocol);
  if (known === undefined) {
    throw new UsageError(`There is no protocol ${protocol}: ${SCORE_PROTOCOLS.join(', ')}.`);
  }
  return {
    truthFolder: gt,
    predictionFolder: pred,
    protocol: known,
    setName: set === undefined ? 'all' : basename(set, extname(set)),
    printsObjects: values.objects === true,
    ...(set === undefined ? {} : { setFile: set }),
    ...(out === undefined ? {} : { outFolder: out }),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        gt: { type: 'string' },
        pred: { type: 'string' },
        protocol: { type: 'string' },
        set: { type: 'string' },
        out: { type: 'string' },
        objects: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
