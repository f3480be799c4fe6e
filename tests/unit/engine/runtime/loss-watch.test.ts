import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import type { DevicePlan } from '../../../../src/engine/runtime/device-probe.ts';
import { LossWatch } from '../../../../src/engine/runtime/loss-watch.ts';

/** A plan whose device is lost when `lose` is called. */
function losable() {
  let lose: (info: Pick<GPUDeviceLostInfo, 'reason' | 'message'>) => void = () => {};
  const lost = new Promise<unknown>((resolve) => {
    lose = resolve;
  });
  // Nothing but losses and errors is looked at.
  const device = Object.assign(new EventTarget(), { lost });
  const plan = { backend: 'webgpu', device } as unknown as DevicePlan;
  const report = (error: Error) =>
    device.dispatchEvent(Object.assign(new Event('uncapturederror'), { error }));
  return { watch: new LossWatch(plan), lose, report };
}

/** What browsers have; Node has none. */
class GPUOutOfMemoryError extends Error {}

beforeAll(() => void vi.stubGlobal('GPUOutOfMemoryError', GPUOutOfMemoryError));
afterAll(() => void vi.unstubAllGlobals());

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

test('memory that runs out ends calls under way and all later ones, with what to do', async () => {
  const { watch, report } = losable();
  const call = watch.guard(never);
  report(new GPUOutOfMemoryError('no buffer'));
  const full = { code: 'out-of-memory', hint: expect.stringContaining('smaller image size') };
  await expect(call).rejects.toMatchObject(full);
  await expect(watch.guard(async () => 7)).rejects.toMatchObject(full);
});

test('other errors of the GPU, and those after the watch, end nothing', async () => {
  const { watch, report } = losable();
  report(new Error('a binding is missing'));
  expect(await watch.guard(async () => 7)).toBe(7);
  watch[Symbol.dispose]();
  report(new GPUOutOfMemoryError('no buffer'));
  expect(await watch.guard(async () => 8)).toBe(8);
});

test('what ended first is what is said', async () => {
  const { watch, lose, report } = losable();
  report(new GPUOutOfMemoryError('no buffer'));
  lose({ reason: 'unknown', message: 'driver was reset' });
  await Promise.resolve();
  await expect(watch.guard(never)).rejects.toMatchObject({ code: 'out-of-memory' });
});

test('on WASM there is nothing to lose', async () => {
  const plan = { backend: 'wasm', threads: 1 } as unknown as DevicePlan;
  expect(await new LossWatch(plan).guard(async () => 3)).toBe(3);
});
