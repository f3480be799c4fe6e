import { expect, test } from 'vitest';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import type { Sam2Model } from '../../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../../src/engine/self-test/named-checkpoint.ts';
import { halfDeviation } from '../../../../src/engine/session/half-deviation.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';

const checkpoint = namedCheckpoint(expectedTensors(modelConfig('nano', '2.1')));

test('float16 weights change the features by less than a thousandth', async () => {
  const opened: string[] = [];
  let disposed = 0;
  const openRuntime = async (model: Sam2Model) => {
    opened.push(model.precision);
    expect(disposed, 'one precision is held at a time').toBe(opened.length - 1);
    const runtime = await NodeGraphRuntime.create();
    await runtime.mount(model.weights, checkpoint);
    return {
      load: runtime.load.bind(runtime),
      tensor: runtime.tensor.bind(runtime),
      concat: runtime.concat.bind(runtime),
      split: runtime.split.bind(runtime),
      read: async (tensor: DeviceTensor) => await Promise.resolve(readFloat32(tensor)),
      [Symbol.dispose]: () => {
        disposed++;
        expect(runtime.liveTensors, 'tensors left').toBe(0);
        void runtime[Symbol.asyncDispose]();
      },
    };
  };
  const deviation = await halfDeviation({ checkpoint, imageSize: 64, openRuntime });
  expect([opened, disposed]).toEqual([['fp32', 'fp16'], 2]);
  expect(deviation).toBeGreaterThan(1e-5);
  expect(deviation).toBeLessThan(1e-3);
});
