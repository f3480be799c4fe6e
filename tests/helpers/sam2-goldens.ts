import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StateDict } from './deterministic-weights.ts';
import type { Sam2Golden } from './golden-values.ts';

const SHIPPED_FOLDER = '../shared/goldens/sam2';
/** The folder under test; `SAM2_GOLDENS` names another one with files of the same form. */
const FOLDER = process.env['SAM2_GOLDENS'] ?? SHIPPED_FOLDER;
const STATE_DICT = /^state_dict\.(.+)\.json$/;

/** Names of the golden files, `nano-128` for `nano-128.json`; none where the folder is absent. */
export function goldenNames(): string[] {
  if (!existsSync(FOLDER)) {
    process.stderr.write(`SAM 2 goldens skipped: there is no folder ${FOLDER}\n`);
    return [];
  }
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));
  return files
    .filter((file) => !STATE_DICT.test(file))
    .map((file) => file.slice(0, -'.json'.length));
}

/** A golden file. `Golden` adds the sections that a test reads beside those of the networks. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the file is trusted, its type is the caller's to name
export function readGolden<Golden extends Sam2Golden = Sam2Golden>(name: string): Golden {
  return JSON.parse(readFileSync(join(FOLDER, `${name}.json`), 'utf8')) as Golden;
}

/** Shapes of all tensors, by the name in `model`: `sam2.1_tiny`, `sam2.0_tiny`. */
export function readStateDict(model: string): StateDict {
  const [, version, size] = /^sam(\d+\.\d+)_(.+)$/.exec(model) ?? [];
  return readStateDictFile(`${size}${version === '2.0' ? '.2.0' : ''}`);
}

/** The same by the name of its file: `tiny`, `tiny.2.0`. */
export function readStateDictFile(name: string): StateDict {
  const file = `state_dict.${name}.json`;
  const folder = [FOLDER, SHIPPED_FOLDER].find((candidate) => existsSync(join(candidate, file)));
  if (folder === undefined) throw new Error(`there is no ${file}`);
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as StateDict;
}

/** Suffixes of the shipped state dicts: `tiny`, `tiny.2.0`, … */
export function stateDictNames(): string[] {
  if (!existsSync(SHIPPED_FOLDER)) return [];
  return readdirSync(SHIPPED_FOLDER).flatMap((file) => STATE_DICT.exec(file)?.[1] ?? []);
}
