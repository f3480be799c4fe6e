import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { diskMaskFolder } from '../../../scripts/score/disk-mask-folder.ts';
import type { ScoreProtocol } from '../../../src/core/scores.ts';
import { evaluateSet } from '../../../src/scoring/evaluate-set.ts';
import { readGoldenJson, type JfGoldens } from '../../helpers/jf-goldens.ts';
import { testJfGoldens } from '../../helpers/jf-suite.ts';

const FOLDER = 'tests/fixtures/jf';

testJfGoldens(FOLDER);

const goldens = readGoldenJson<JfGoldens>(FOLDER, 'expected.json');
const all = Object.keys(goldens?.sequences ?? {});

test.each<[ScoreProtocol, readonly string[]]>([
  ['davis', goldens?.globals['davis_subset']?.sequences ?? []],
  ['visor', goldens?.globals['visor_subset']?.sequences ?? []],
  ['sav', all],
  ['sav-all-frames', all],
])('the files of the official tool, byte for byte: %s', async (protocol, sequences) => {
  const official = `${FOLDER}/official/${protocol}`;
  const { files } = await evaluateSet({
    truth: diskMaskFolder(`${FOLDER}/davis_root/Annotations/480p`),
    prediction: diskMaskFolder(`${FOLDER}/results`),
    protocol,
    setName: 'val',
    sequences,
  });
  expect(files.map(({ name }) => name).sort()).toEqual(readdirSync(official).sort());
  for (const { name, text } of files) {
    expect(text, name).toBe(readFileSync(`${official}/${name}`, 'utf8'));
  }
});
