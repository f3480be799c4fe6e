import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ARROWS, PACKAGES } from '../../../scripts/import-arrows.mjs';
import { lintConfig } from '../../../scripts/lint-config.mjs';

interface Import {
  readonly from: string;
  readonly to: string;
  readonly isTypeOnly: boolean;
  readonly isAllowed: boolean;
}

const folders = Object.keys(ARROWS);
const imports = folders.flatMap((from) => [
  ...folders.filter((to) => to !== from).flatMap((to) => folderImports(from, to)),
  ...Object.entries(PACKAGES).map(([to, homes]) => ({
    from,
    to,
    isTypeOnly: false,
    isAllowed: homes.includes(from),
  })),
]);

function folderImports(from: string, to: string): Import[] {
  const allowed = ARROWS[from] ?? [];
  const isFree = allowed.includes(to);
  return [
    { from, to, isTypeOnly: false, isAllowed: isFree },
    { from, to, isTypeOnly: true, isAllowed: isFree || allowed.includes(`${to} (types)`) },
  ];
}

let refused: ReadonlySet<string>;
let root: string;

/** Lints a tree that breaks every arrow once, under the project's own configuration. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'arrows-'));
  cpSync('.oxlintrc.json', join(root, '.oxlintrc.json'));
  for (const one of imports) {
    const path = join(root, fileOf(one));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, sourceOf(one));
  }
  const report = lint(root);
  refused = new Set(
    report.diagnostics
      .filter(({ code }) => code === 'eslint(no-restricted-imports)')
      .map(({ filename }) => filename),
  );
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function fileOf({ from, to, isTypeOnly }: Import): string {
  return `src/${from}/${isTypeOnly ? 'type' : 'value'}-of-${to}.ts`;
}

function sourceOf({ to, isTypeOnly }: Import): string {
  const path = folders.includes(to) ? `../${to}/thing.ts` : to;
  return isTypeOnly
    ? `import type { Thing } from '${path}';\nexport type Mine = Thing;\n`
    : `import { thing } from '${path}';\nexport const mine = thing;\n`;
}

function lint(folder: string): {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
} {
  const programs = join(process.cwd(), 'node_modules/.bin');
  // The linter looks for its type checker beside the folder and in the path.
  const env = { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH']}` };
  try {
    const options = { cwd: folder, encoding: 'utf8', env } as const;
    return JSON.parse(execFileSync(join(programs, 'oxlint'), ['-f', 'json'], options));
  } catch (error) {
    // The linter exits with 1 when it finds something, which it must.
    const { stdout } = error as { readonly stdout: string };
    return JSON.parse(stdout);
  }
}

test.each(imports)('$from → $to (type only: $isTypeOnly) is allowed: $isAllowed', (one) => {
  expect(refused.has(fileOf(one))).toBe(!one.isAllowed);
});

test('the configuration is the one that the tables give', () => {
  // `npm run lint:config` writes it.
  expect(JSON.parse(readFileSync('.oxlintrc.json', 'utf8'))).toEqual(lintConfig());
});

test('CONTRIBUTING names every folder of src', () => {
  const text = readFileSync('CONTRIBUTING.md', 'utf8');
  for (const folder of folders) expect(text).toContain(`src/${folder}/`);
});
