import { writeFileSync } from 'node:fs';

/**
 * Vitest reporter that writes `{passed, failed, skipped: [{name, reason}]}` to the file named in
 * `LANE_COUNTS`. The JSON reporter does not keep the reason of a skipped test.
 */
export default class CountReporter {
  /** @param {readonly import('vitest/node').TestModule[]} modules */
  onTestRunEnd(modules, /** @type {readonly unknown[]} */ unhandledErrors = []) {
    const file = process.env['LANE_COUNTS'];
    if (file === undefined) return;
    /** @type {{passed: number, failed: number, skipped: {name: string, reason: string}[]}} */
    const counts = { passed: 0, failed: unhandledErrors.length, skipped: [] };
    for (const module of modules) {
      // A file that fails to load has no tests to count.
      if (module.errors().length > 0) counts.failed++;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed++;
        else if (result.state === 'failed') counts.failed++;
        else counts.skipped.push({ name: test.fullName, reason: reasonOf(result) });
      }
    }
    writeFileSync(file, JSON.stringify(counts));
  }
}

/** @param {import('vitest/node').TestResult} result */
function reasonOf(result) {
  return ('note' in result && result.note) || 'no reason given';
}
