import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BrowserDeviceOptions } from './browser-engine.ts';
import { fetchNanoGolden, startGoldenLab } from './golden-lab.ts';
import type { LabFacts } from './golden-lab.worker.ts';
import { networkSections, sectionName, type StageError } from './network-errors.ts';

/** Share of the golden's largest magnitude; fp32. */
const TOLERANCE = 2e-3;
const LEAST_IOU = 0.998;

const golden = await fetchNanoGolden();
const sections = networkSections(golden).map((section) => [sectionName(section), section] as const);

/** Every network and the whole track of nano at 128, in a worker, against the reference. */
export function describeNanoGolden(
  title: string,
  options: BrowserDeviceOptions,
  /** What must be true of where it ran. */
  expectedFacts: object,
): void {
  describe(`nano-128, ${title}`, () => {
    let started: Awaited<ReturnType<typeof startGoldenLab>>;
    const all: StageError[] = [];

    beforeAll(async () => {
      started = await startGoldenLab(golden, options);
    }, 120_000);
    afterAll(() => {
      printErrors(title, all);
      started.terminate();
    });

    test('runs as the product does', () => {
      const facts: LabFacts = started.facts;
      expect(facts).toMatchObject({ isModuleWorker: true, isCrossOriginIsolated: true });
      expect(facts).toMatchObject(expectedFacts);
    });

    test.each(sections)('%s', async (_, section) => {
      const errors = await started.lab.errors(section);
      all.push(...errors);
      for (const { stage, error } of errors) {
        expect(error, stage).toBeLessThanOrEqual(TOLERANCE);
      }
    });

    test('tracks as the reference does: forward, corrected, reverse', async () => {
      const runs = await started.lab.track();
      for (const { run, worstError, leastIou } of runs) {
        console.log(
          `${title}: ${run}, worst error ${worstError.toExponential(2)}, least IoU ${leastIou.toFixed(4)}`,
        );
      }
      expect(runs.map(({ run }) => run)).toEqual(['forward', 'corrected', 'reverse']);
      for (const { run, worstError, leastIou } of runs) {
        expect(worstError, run).toBeLessThanOrEqual(TOLERANCE);
        expect(leastIou, run).toBeGreaterThanOrEqual(LEAST_IOU);
      }
    });

    // The last: the networks and the track have attended.
    test('attends to the bank as its device says', async () => {
      const runs = await started.lab.attentionRuns();
      const isKernel = started.facts.device.bankAttention?.way === 'kernel';
      if (isKernel) expect(runs).toBeGreaterThan(0);
      else expect(runs).toBe(0);
    });
  });
}

function printErrors(title: string, errors: readonly StageError[]): void {
  const lines = errors.map(({ stage, error }) => `  ${stage.padEnd(44)} ${error.toExponential(2)}`);
  console.log(`nano-128, ${title}, error as a share of the largest value:\n${lines.join('\n')}`);
}
