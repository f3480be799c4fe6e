import { expect, test } from 'vitest';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import type { Sam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../../src/engine/self-test/named-checkpoint.ts';
import { halfDeviation } from '../../../../src/engine/session/half-deviation.ts';
import { openReadable } from '../../../helpers/readable-runtime.ts';

const checkpoint = namedCheckpoint(expectedTensors(modelConfig('nano', '2.1')));

test('float16 weights change the features by less than a thousandth', async () => {
  const opened: string[] = [];
  let disposed = 0;
  const openRuntime = async (model: Sam2Model) => {
    opened.push(model.precision);
    expect(disposed, 'one precision is held at a time').toBe(opened.length - 1);
    return openReadable(model, checkpoint, (runtime) => {
      disposed++;
      expect(runtime.liveTensors, 'tensors left').toBe(0);
    });
  };
  const deviation = await halfDeviation({ checkpoint, imageSize: 64, openRuntime });
  expect([opened, disposed]).toEqual([['fp32', 'fp16'], 2]);
  expect(deviation).toBeGreaterThan(1e-5);
  expect(deviation).toBeLessThan(1e-3);
});
