import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const EXPORT = /^export (?:async )?(?:abstract )?(?:function|class|const|interface|type) (\w+)/;

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))
    .map((path) => join(folder, path));
}

/** Exports of a file that no comment stands directly above. */
function undocumented(path: string): string[] {
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.flatMap((line, i) => {
    const name = EXPORT.exec(line)?.[1];
    const isDocumented = (lines[i - 1] ?? '').trimEnd().endsWith('*/');
    return name === undefined || isDocumented ? [] : [`${path}: ${name}`];
  });
}

test('every export of src says what it is', () => {
  const files = sources('src');
  expect(files.length).toBeGreaterThan(100);
  expect(files.flatMap(undocumented)).toEqual([]);
});
