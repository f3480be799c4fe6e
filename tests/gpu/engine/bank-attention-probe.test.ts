import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { probeBankAttention } from '../../../src/engine/session/bank-attention-probe.ts';
import { openBrowserDevice, type BrowserDevice } from '../../helpers/browser-engine.ts';

let open: BrowserDevice;
let device: GPUDevice;
beforeEach(async () => {
  open = await openBrowserDevice({ backend: 'webgpu', bankAttention: 'graph' });
  if (open.plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  ({ device } = open.plan);
});
afterEach(() => {
  vi.restoreAllMocks();
  device.destroy();
});

/** Makes the device's compiler see another text. */
function changeShaders(change: (code: string) => string): void {
  const create = device.createShaderModule.bind(device);
  vi.spyOn(device, 'createShaderModule').mockImplementation((descriptor) =>
    create({ ...descriptor, code: change(descriptor.code) }),
  );
}

test('a right device takes the kernel', async () => {
  const report = await probeBankAttention(open.plan, open.ort);
  expect(report).toMatchObject({ way: 'kernel' });
});

test('a kernel that gives wrong numbers is found out', async () => {
  // Without the rescaling by the running maximum.
  changeShaders((code) => code.replace('exp(maximum0 - larger0)', 'vec4f(1.0)'));
  const report = await probeBankAttention(open.plan, open.ort);
  expect(report).toMatchObject({ way: 'graph', reason: expect.stringContaining('off by') });
});

test('a kernel that does not compile is found out', async () => {
  changeShaders((code) => code.replace('fn main(', 'fn main(@builtin(nothing) no: u32, '));
  const report = await probeBankAttention(open.plan, open.ort);
  expect(report).toMatchObject({ way: 'graph', reason: expect.stringContaining('does not take') });
});

test('a device that is lost meanwhile is an error, not a choice', async () => {
  device.destroy();
  await expect(probeBankAttention(open.plan, open.ort)).rejects.toMatchObject({
    code: 'device-lost',
  });
});
