import { afterEach, beforeEach, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { rleArea, rleIou } from '../../../src/core/rle.ts';
import type { ModelPreferences, ModelReport } from '../../../src/protocol/device.ts';
import { DiscClip } from '../../helpers/disc-clip.ts';
import { discFrames } from '../../helpers/disc-frames.ts';
import { StudioWorkers } from '../../helpers/studio-workers.ts';
import type { ObjectMask } from '../../helpers/track-steps.ts';

const LEAST_IOU = 0.995;
const FRAME_COUNT = 3;

const clip = new DiscClip({ scale: 0.25 });
let studio: StudioWorkers;

beforeEach(() => {
  studio = new StudioWorkers();
});
afterEach(() => studio[Symbol.dispose]());

async function trackWith(backend: ModelPreferences['backend']) {
  const report: ModelReport = await studio.loadModel({ backend, imageSize: 128 });
  await studio.openFrames('discs', await discFrames(clip, FRAME_COUNT));
  await studio.inference.setPrompts({
    objectId: objectId(1),
    frame: frameIndex(0),
    prompts: { kind: 'clicks', points: [{ ...clip.discCentre(1, 0), label: 'positive' }] },
  });
  const masks: ObjectMask[] = [];
  const range = { start: frameIndex(0), end: frameIndex(FRAME_COUNT - 1) };
  for await (const summaries of studio.propagate({ ...range, direction: 'forward' })) {
    for (const summary of summaries) masks.push(await studio.maskOf(summary));
  }
  return { report, masks };
}

test('one worker goes from WASM to WebGPU and back, with the same masks', async () => {
  const wasm = await trackWith('wasm');
  expect(wasm.report).toMatchObject({
    precision: 'fp32',
    device: {
      backend: 'wasm',
      bankAttention: { way: 'graph' },
      halfPrecision: { isUsable: false, reason: expect.stringContaining('WASM') },
    },
  });
  const gpu = await trackWith('webgpu');
  expect(gpu.report).toMatchObject({
    device: { backend: 'webgpu', threads: 1, bankAttention: { way: 'kernel' } },
  });
  if (gpu.report.device.adapter?.hasShaderF16 !== true) {
    expect(gpu.report).toMatchObject({
      precision: 'fp32',
      device: {
        halfPrecision: { isUsable: false, reason: expect.stringContaining('shader-f16') },
      },
    });
  }
  const ious = wasm.masks.map(({ mask }, i) => rleIou(mask, gpu.masks[i]?.mask ?? mask));
  console.log(`WASM and WebGPU in one worker: least IoU ${Math.min(...ious).toFixed(5)}`);
  expect(gpu.masks.map(({ frame }) => frame)).toEqual([0, 1, 2]);
  for (const { mask } of gpu.masks) expect(rleArea(mask)).toBeGreaterThan(0);
  expect(Math.min(...ious)).toBeGreaterThanOrEqual(LEAST_IOU);
  expect((await trackWith('wasm')).masks).toEqual(wasm.masks);
}, 300_000);

test('a software GPU is used only when it is asked for', async (context) => {
  const asked = await studio.inference.probe({ backend: 'webgpu' });
  if (asked.adapter?.isFallback !== true) return context.skip('there is a real GPU here');
  const found = await studio.inference.probe({ backend: 'auto' });
  expect(found).toMatchObject({ backend: 'wasm', reason: expect.stringContaining('software') });
});
