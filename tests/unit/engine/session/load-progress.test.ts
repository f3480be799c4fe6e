import { expect, test } from 'vitest';
import { LoadReporter } from '../../../../src/engine/session/load-progress.ts';
import type { LoadProgress } from '../../../../src/protocol/device.ts';

/** As a first load on a GPU goes through them. */
const STAGES = [
  'starting',
  'checking',
  'downloading',
  'reading',
  'comparing float16',
  'preparing weights',
  'timing attention',
  'building graphs',
  'warming up',
] as const satisfies readonly LoadProgress['stage'][];

function reporter() {
  const told: LoadProgress[] = [];
  return { told, progress: new LoadReporter((each) => told.push(each)) };
}

test('a load goes from 0 to 1 and never back', () => {
  const { told, progress } = reporter();
  for (const stage of STAGES) {
    for (const done of [0, 0.5, 1]) progress.at(stage, done);
  }
  const fractions = told.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(new Set(fractions).size).toBe(2 * STAGES.length + 1);
  expect([fractions[0], fractions.at(-1)]).toEqual([0, 1]);
});

test('what of a stage is under way is told with it, and only where it has parts', () => {
  const { told, progress } = reporter();
  progress.at('timing attention', 0.2, 'program 3 of 10');
  progress.at('building graphs');
  expect(told).toEqual([
    { stage: 'timing attention', fraction: expect.any(Number), part: 'program 3 of 10' },
    { stage: 'building graphs', fraction: expect.any(Number) },
  ]);
  expect(told[1]).not.toHaveProperty('part');
});
