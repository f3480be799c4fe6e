import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runScoreCommand } from '../../../scripts/score/score-command.ts';

const FIXTURES = 'tests/fixtures/jf';
const GT = `${FIXTURES}/davis_root/Annotations/480p`;
const PRED = `${FIXTURES}/results`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'score-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  let [printed, reported] = ['', ''];
  const code = await runScoreCommand(args, {
    print: (text) => {
      printed += text;
    },
    report: (text) => {
      reported += text;
    },
    isInteractive: false,
  });
  return { code, printed, reported };
}

function listOf(...sequences: readonly string[]): string {
  const file = join(folder, 'val.txt');
  writeFileSync(file, sequences.join('\n'));
  return file;
}

test('scores a set, prints the table and writes the official files', async () => {
  const set = listOf('P09_02_seq_90001', 'empty_cases');
  const out = join(folder, 'scores');
  const { code, printed, reported } = await run(
    '--gt',
    GT,
    '--pred',
    PRED,
    '--set',
    set,
    '--out',
    out,
  );
  expect(code).toBe(0);
  expect(printed.split('\n').slice(0, 5)).toEqual([
    '                  objects     J&F       J  J-Recall  J-Decay       F  F-Recall  F-Decay',
    'P09_02_seq_90001        4  0.8650  0.8387    0.9000   0.2719  0.8914    0.9000   0.2715',
    'empty_cases             2  0.6128  0.6299    0.7500  -0.4099  0.5957    0.7500  -0.3843',
    'all                     6  0.7810  0.7691    0.8500   0.0446  0.7928    0.8500   0.0529',
    'unseen kitchens         4  0.8650  0.8387    0.9000   0.2719  0.8914    0.9000   0.2715',
  ]);
  expect(readFileSync(join(out, 'global_results-val_unseen.csv'), 'utf8')).toBe(
    readFileSync(`${FIXTURES}/official/visor/global_results-val_unseen.csv`, 'utf8'),
  );
  expect(reported).toContain('13 frames, empty_cases');
  expect(reported).toContain(`Wrote ${join(out, 'per-sequence_results-val.csv')}`);
});

test('prints each object’s scores, Dice beside them, when asked to', async () => {
  const { printed } = await run(
    '--gt',
    GT,
    '--pred',
    PRED,
    '--set',
    listOf('odd_3x5'),
    '--objects',
  );
  expect(printed).toMatch(
    /object +J +F +Dice \(not F\)\nodd_3x5_1 +0\.\d{4} +0\.\d{4} +0\.\d{4}\n/,
  );
});

describe('exit code 1: the masks cannot be scored', () => {
  test('an unknown id, by its file', async () => {
    const { code, reported, printed } = await run(
      '--gt',
      GT,
      '--pred',
      PRED,
      '--set',
      listOf('pred_extra_id_error'),
    );
    expect(code).toBe(1);
    expect(reported).toMatch(/pred_extra_id_error\/0000\d\.png holds object id/);
    expect(printed).toBe('');
  });

  test('a missing file, by its path', async () => {
    const { code, reported } = await run('--gt', GT, '--pred', folder);
    expect(code).toBe(1);
    expect(reported).toContain(`There is no mask ${folder}`);
  });

  test('too short a sequence', async () => {
    const set = listOf('P01_107_seq_90002');
    const { code } = await run('--gt', GT, '--pred', PRED, '--set', set, '--protocol', 'davis');
    expect(code).toBe(1);
  });
});

describe('exit code 2: the command is wrong', () => {
  test.each([
    [['--pred', PRED], '--gt is missing'],
    [['--gt', GT], '--pred is missing'],
    [['--gt', GT, '--pred', PRED, '--protocol', 'coco'], 'no protocol coco'],
    [['--gt', 'nowhere', '--pred', PRED], '--gt: there is no folder nowhere'],
    [['--gt', GT, '--pred', 'nowhere'], '--pred: there is no folder nowhere'],
    [['--gt', GT, '--pred', PRED, '--set', 'nowhere.txt'], '--set: nowhere.txt cannot be read'],
    [['--gt', GT, '--pred', PRED, '--colour'], '--colour'],
    [['--gt', GT, '--pred', PRED, 'more'], 'more'],
  ])('%j', async (args, message) => {
    const { code, reported } = await run(...args);
    expect(code).toBe(2);
    expect(reported).toContain(message);
    expect(reported).toContain('Usage:');
  });
});

test('--help says how to use it', async () => {
  expect(await run('--help')).toMatchObject({ code: 0, printed: expect.stringContaining('--gt') });
});
