import { expect, test } from 'vitest';
import { NO_CHANGE, type HistorySlice } from '../../../src/store/history-slice.ts';
import { agreedHistory, type PackSteps } from '../../../src/store/saved-history.ts';

/** Steps named by their numbers. */
function saved(firstStep: number, nextStep: number, endStep: number): HistorySlice {
  const steps = Array.from({ length: endStep - firstStep }, (_, at) => ({
    name: String(firstStep + at),
    isBulk: false,
    change: NO_CHANGE,
  }));
  return { firstStep, nextStep, steps };
}

function pack(firstStep: number, nextStep: number, endStep: number): PackSteps {
  return { firstStep, nextStep, endStep };
}

function agreed(history: HistorySlice, steps: PackSteps) {
  const { history: both, ...rest } = agreedHistory(history, steps);
  const { firstStep, nextStep } = both;
  return { firstStep, nextStep, names: both.steps.map(({ name }) => name).join(' '), ...rest };
}

const SAME = { stepsToUndo: 0, stepToBegin: undefined, stepToDrop: undefined };

test('two that know the same agree', () => {
  expect(agreed(saved(1, 4, 4), pack(1, 4, 4))).toEqual({
    firstStep: 1,
    nextStep: 4,
    names: '1 2 3',
    ...SAME,
  });
  expect(agreed(saved(3, 4, 6), pack(3, 4, 6))).toEqual({
    firstStep: 3,
    nextStep: 4,
    names: '3 4 5',
    ...SAME,
  });
});

test('a step that only the page knows is begun in the decode worker', () => {
  expect(agreed(saved(1, 4, 4), pack(1, 3, 3))).toEqual({
    firstStep: 1,
    nextStep: 4,
    names: '1 2 3',
    ...SAME,
    stepToBegin: 3,
  });
});

test('a pack that is lost is told to count from where the page is', () => {
  expect(agreed(saved(150, 340, 342), pack(1, 1, 1))).toMatchObject({
    firstStep: 150,
    nextStep: 340,
    ...SAME,
    stepToBegin: 339,
    stepToDrop: 149,
  });
});

test('an undo that only the decode worker knows is made on the page', () => {
  expect(agreed(saved(1, 5, 5), pack(1, 3, 5))).toEqual({
    firstStep: 1,
    nextStep: 5,
    names: '1 2 3 4',
    ...SAME,
    stepsToUndo: 2,
  });
});

test('steps that only the decode worker knows stay, and can be undone by themselves', () => {
  expect(agreed(saved(1, 3, 3), pack(1, 5, 5))).toEqual({
    firstStep: 1,
    nextStep: 5,
    names: '1 2 last change last change',
    ...SAME,
  });
});

test('a new step in place of an undone one is not taken for the undone one', () => {
  expect(agreed(saved(1, 2, 4), pack(1, 3, 3))).toEqual({
    firstStep: 1,
    nextStep: 3,
    names: '1 last change',
    ...SAME,
  });
});

test('undone steps that either has forgotten are gone', () => {
  expect(agreed(saved(1, 2, 4), pack(1, 2, 3))).toMatchObject({ nextStep: 2, names: '1 2' });
  expect(agreed(saved(1, 2, 2), pack(1, 2, 4))).toMatchObject({ nextStep: 2, names: '1' });
});

test('steps that either has dropped are gone', () => {
  expect(agreed(saved(1, 6, 6), pack(3, 6, 6))).toMatchObject({
    firstStep: 3,
    names: '3 4 5',
    stepToDrop: undefined,
  });
  expect(agreed(saved(3, 6, 6), pack(1, 6, 6))).toMatchObject({
    firstStep: 3,
    names: '3 4 5',
    stepToDrop: 2,
  });
});

test('a record far behind its pack leaves only steps that the pack still knows', () => {
  expect(agreed(saved(1, 4, 4), pack(10, 12, 12))).toMatchObject({
    firstStep: 10,
    nextStep: 12,
    names: 'last change last change',
  });
});
