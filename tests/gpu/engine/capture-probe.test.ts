import type { InferenceSession } from 'onnxruntime-web';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { OrtModule } from '../../../src/engine/runtime/ort-module.ts';
import { probeGraphCapture } from '../../../src/engine/session/capture-probe.ts';
import { openBrowserDevice, type BrowserDevice } from '../../helpers/browser-engine.ts';

let open: BrowserDevice;
let device: GPUDevice;
beforeEach(async () => {
  open = await openBrowserDevice({
    backend: 'webgpu',
    bankAttention: 'graph',
    graphCapture: false,
  });
  if (open.plan.backend !== 'webgpu') throw new Error('this lane needs a WebGPU adapter');
  ({ device } = open.plan);
});
afterEach(() => {
  vi.restoreAllMocks();
  device.destroy();
});

/** The build of ONNX Runtime with another way of opening a session that records. */
function withRecorder(
  change: (open: () => Promise<InferenceSession>) => Promise<InferenceSession>,
): OrtModule {
  const { InferenceSession: sessions } = open.ort;
  const create = (model: Uint8Array, options: InferenceSession.SessionOptions) => {
    const opened = () => sessions.create(model, options);
    return options.enableGraphCapture === true ? change(opened) : opened();
  };
  return { ...open.ort, InferenceSession: { ...sessions, create } as typeof sessions };
}

test('a device that replays rightly records runs', async () => {
  const report = await probeGraphCapture(open.plan, open.ort);
  expect(report).toMatchObject({ isOn: true });
});

test('replays that do not see their own inputs are found out', async () => {
  const create = device.createCommandEncoder.bind(device);
  let fills = 0;
  vi.spyOn(device, 'createCommandEncoder').mockImplementation((descriptor) => {
    const encoder = create(descriptor);
    // What a replay would do that reads what the recorded run read.
    if (descriptor?.label === 'copy tensors' && fills++ > 0) {
      vi.spyOn(encoder, 'copyBufferToBuffer').mockReturnValue(undefined);
    }
    return encoder;
  });
  const report = await probeGraphCapture(open.plan, open.ort);
  expect(report).toMatchObject({ isOn: false, reason: expect.stringContaining('other numbers') });
});

test('a build that does not record is found out', async () => {
  const ort = withRecorder(() => Promise.reject(new Error('no recording here')));
  const report = await probeGraphCapture(open.plan, ort);
  expect(report).toMatchObject({
    isOn: false,
    reason: expect.stringContaining('no recording here'),
  });
});

test('a device that is lost meanwhile is an error, not a choice', async () => {
  device.destroy();
  await expect(probeGraphCapture(open.plan, open.ort)).rejects.toMatchObject({
    code: 'device-lost',
  });
});
