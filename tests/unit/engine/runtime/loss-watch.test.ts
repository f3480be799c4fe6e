import { expect, test } from 'vitest';
import type { DevicePlan } from '../../../../src/engine/runtime/device-probe.ts';
import { LossWatch } from '../../../../src/engine/runtime/loss-watch.ts';

/** A plan whose device is lost when `lose` is called. */
function losable() {
  let lose: (info: Pick<GPUDeviceLostInfo, 'reason' | 'message'>) => void = () => {};
  const lost = new Promise<unknown>((resolve) => {
    lose = resolve;
  });
  // Nothing but the loss is looked at.
  const plan = { backend: 'webgpu', device: { lost } } as unknown as DevicePlan;
  return { watch: new LossWatch(plan), lose };
}

const LOST = { code: 'device-lost', message: expect.stringContaining('driver was reset') };
const never = () => new Promise<never>(() => {});

test('calls keep their results and errors while the device is there', async () => {
  const { watch } = losable();
  expect(await watch.guard(async () => 7)).toBe(7);
  const failure = new Error('the graph failed');
  await expect(watch.guard(() => Promise.reject(failure))).rejects.toBe(failure);
});

test('a call that never answers ends with the device', async () => {
  const { watch, lose } = losable();
  const calls = [watch.guard(never), watch.guard(never)];
  lose({ reason: 'unknown', message: 'driver was reset' });
  for (const call of calls) await expect(call).rejects.toMatchObject(LOST);
  let isStarted = false;
  const late = watch.guard(async () => {
    isStarted = true;
  });
  await expect(late).rejects.toMatchObject(LOST);
  expect(isStarted).toBe(false);
});

test('a call that fails just before the loss is told fails of the loss', async () => {
  const { watch, lose } = losable();
  const call = watch.guard(() => Promise.reject(new Error('mapping was aborted')));
  setTimeout(() => lose({ reason: 'unknown', message: 'driver was reset' }), 5);
  await expect(call).rejects.toMatchObject(LOST);
});

test('on WASM there is nothing to lose', async () => {
  const plan = { backend: 'wasm', threads: 1 } as unknown as DevicePlan;
  expect(await new LossWatch(plan).guard(async () => 3)).toBe(3);
});
