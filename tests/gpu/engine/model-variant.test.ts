import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DeviceReport, LoadProgress } from '../../../src/protocol/device.ts';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import {
  type AttendingModel,
  variantsFor,
} from '../../../src/engine/session/gpu-bank-attention.ts';
import { LoadReporter } from '../../../src/engine/session/load-progress.ts';
import { modelVariant, variantRates } from '../../../src/engine/session/model-variant.ts';
import { requestAbleDevice } from '../../helpers/gpu-device.ts';

/** 4 × 4 tokens. */
const MODEL: AttendingModel = {
  config: modelConfig('nano', '2.1'),
  imageSize: 64,
  precision: 'fp32',
};

let device: GPUDevice;
beforeAll(async () => {
  device = await requestAbleDevice();
});
afterAll(() => device.destroy());

/** A device as a check finds it, said to be a real GPU unless told otherwise. */
function planOf(way: 'kernel' | 'graph', isFallback = false) {
  const report: DeviceReport = {
    backend: 'webgpu',
    bundle: 'jspi',
    threads: 1,
    reason: '',
    memory: { capacityBytes: 2 ** 30, largestBufferBytes: 2 ** 27 },
    adapter: {
      vendor: '',
      architecture: '',
      description: '',
      isFallback,
      maxBufferBytes: 2 ** 28,
      hasShaderF16: false,
    },
    bankAttention: { way, reason: '' },
  };
  return { backend: 'webgpu', device, report } as const;
}

/** What the choice is made with, and what it noted and told. */
function choiceLab() {
  const keys = new Set<string>();
  const told: LoadProgress[] = [];
  const checks = {
    hasPassed: (key: string) => Promise.resolve(keys.has(key)),
    notePass: (key: string) => Promise.resolve(void keys.add(key)),
  };
  const progress = new LoadReporter((each) => told.push(each));
  return { keys, told, choice: { checks, key: 'here', progress } };
}

test('one of the device’s variants is measured and kept', async () => {
  const { keys, told, choice } = choiceLab();
  const placed = { plan: planOf('kernel'), model: MODEL };
  const chosen = await modelVariant(placed, choice);
  expect([...keys]).toEqual([expect.stringMatching(/^here\|attention of 16\|/u)]);
  expect([...keys][0]).toContain(chosen?.name);
  const count = variantsFor(device, MODEL).length;
  expect(count).toBeGreaterThan(1);
  expect(told.map(({ stage, part }) => `${stage}: ${part}`)).toEqual(
    Array.from({ length: count }, (_, at) => `timing attention: program ${at + 1} of ${count}`),
  );
  const made = vi.spyOn(device, 'createBuffer');
  expect(await modelVariant(placed, choice)).toBe(chosen);
  expect(made).not.toHaveBeenCalled();
  expect(told).toHaveLength(count);
  vi.restoreAllMocks();
});

test('nothing is measured where the graph attends, or on a software GPU', async () => {
  const { keys, choice } = choiceLab();
  const choose = async (plan: ReturnType<typeof planOf>) =>
    await modelVariant({ plan, model: MODEL }, choice);
  expect(await choose(planOf('graph'))).toBeUndefined();
  expect(await variantRates({ plan: planOf('graph'), model: MODEL })).toEqual([]);
  expect((await choose(planOf('kernel', true)))?.name).toBe('64 × 32, 128 threads, float32');
  expect(keys.size).toBe(0);
});

test('a device that is lost meanwhile is an error, not a choice', async () => {
  const { keys, choice } = choiceLab();
  const placed = { plan: planOf('kernel'), model: MODEL };
  device.destroy();
  await expect(modelVariant(placed, choice)).rejects.toMatchObject({
    code: 'device-lost',
  });
  expect(keys.size).toBe(0);
});
