import { expect, test } from 'vitest';
import type { DeviceTensor } from '../../../../src/engine/device-tensor.ts';
import { checkDevice, type OpenRuntime } from '../../../../src/engine/self-test/device-check.ts';
import { NodeGraphRuntime, readFloat32 } from '../../../helpers/onnx-node.ts';

/** A runtime that adds `error` to the values read back, as a wrong shader would. */
function openNodeRuntime(runtime: NodeGraphRuntime, error = 0): OpenRuntime {
  return async (model, checkpoint) => {
    await runtime.mount(model.weights, checkpoint);
    const readable = Object.assign(Object.create(runtime) as NodeGraphRuntime, {
      load: runtime.load.bind(runtime),
      tensor: runtime.tensor.bind(runtime),
      concat: runtime.concat.bind(runtime),
      read: async (tensor: DeviceTensor) => readFloat32(tensor).map((value) => value + error),
    });
    return { runtime: readable };
  };
}

test('a right device agrees with the reference predictor', async () => {
  await using runtime = await NodeGraphRuntime.create();
  expect(await checkDevice(openNodeRuntime(runtime))).toBeLessThan(2e-4);
});

test('in float16 a device may be off by 2 %', async () => {
  await using runtime = await NodeGraphRuntime.create();
  const open = openNodeRuntime(runtime, 0.05);
  const opened: string[] = [];
  const deviation = await checkDevice(
    (model, checkpoint) => {
      opened.push(model.precision);
      return open(model, checkpoint);
    },
    { precision: 'fp16' },
  );
  expect(opened).toEqual(['fp16']);
  expect(deviation).toBeGreaterThan(2e-3);
  expect(deviation).toBeLessThan(2e-2);
});

test('and not by 6 %', async () => {
  await using runtime = await NodeGraphRuntime.create();
  await expect(
    checkDevice(openNodeRuntime(runtime, 0.5), { precision: 'fp16' }),
  ).rejects.toMatchObject({
    code: 'model-self-test-failed',
  });
});

test.for([0.05, Number.NaN])('a device that is off by %f is refused', async (error) => {
  await using runtime = await NodeGraphRuntime.create();
  await expect(checkDevice(openNodeRuntime(runtime, error))).rejects.toMatchObject({
    code: 'model-self-test-failed',
  });
});
