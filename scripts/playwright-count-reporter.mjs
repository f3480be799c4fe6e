import { writeFileSync } from 'node:fs';

/** Playwright's side of `vitest-count-reporter.mjs`: the same file, the same form. */
export default class CountReporter {
  #passed = 0;
  #failed = 0;
  /** @type {{name: string, reason: string}[]} */
  #skipped = [];

  /**
   * @param {import('@playwright/test/reporter').TestCase} test
   * @param {import('@playwright/test/reporter').TestResult} result
   */
  onTestEnd(test, result) {
    const name = test.titlePath().filter(Boolean).join(' › ');
    if (result.status === 'skipped') {
      const note = test.annotations.find(({ type }) => type === 'skip');
      this.#skipped.push({ name, reason: note?.description ?? 'no reason given' });
      return;
    }
    // What a test could not look at, for want of a program, is as good as skipped.
    const leftOut = test.annotations.filter(({ type }) => type === 'left out');
    for (const reason of new Set(leftOut.map(({ description }) => description ?? ''))) {
      this.#skipped.push({ name: `${name} (in part)`, reason });
    }
    if (result.status === test.expectedStatus) this.#passed++;
    else if (result.retry === test.retries) this.#failed++;
  }

  /** @param {import('@playwright/test/reporter').TestError} error */
  onError(error) {
    console.error(error.message ?? error.value);
    this.#failed++;
  }

  onEnd() {
    const file = process.env['LANE_COUNTS'];
    if (file === undefined) return;
    const counts = { passed: this.#passed, failed: this.#failed, skipped: this.#skipped };
    writeFileSync(file, JSON.stringify(counts));
  }
}
