import { expect, test } from 'vitest';
import type { LoadProgress } from '../../../../src/protocol/device.ts';
import { INITIAL_MODELS, type ModelsSlice } from '../../../../src/store/models-slice.ts';
import { modelLine } from '../../../../src/ui/models/model-text.ts';

const TIMING: LoadProgress = {
  stage: 'timing attention',
  part: 'program 3 of 10',
  fraction: 0.664,
};

function loading(progress: LoadProgress): ModelsSlice {
  const model = { status: 'loading', fileName: 'tiny.pt', progress, previous: undefined } as const;
  return { ...INITIAL_MODELS, model };
}

test('a load says which part of its step is under way', () => {
  expect(modelLine(loading(TIMING))).toEqual({
    tone: 'busy',
    title: 'tiny.pt',
    detail: 'timing attention: program 3 of 10 · 66 %',
    fraction: 0.664,
  });
  expect(modelLine(loading({ stage: 'building graphs', fraction: 0.7 })).detail).toBe(
    'building graphs · 70 %',
  );
});

test('an engine that starts again says as much', () => {
  const recovering = (progress: LoadProgress | undefined): ModelsSlice => ({
    ...INITIAL_MODELS,
    engine: { status: 'recovering', progress },
  });
  expect(modelLine(recovering(TIMING))).toMatchObject({
    title: 'Restarting',
    detail: 'timing attention: program 3 of 10 · 66 %',
  });
  expect(modelLine(recovering(undefined))).toMatchObject({ detail: 'starting', fraction: 0 });
});
