import { beforeAll, describe, expect, test } from 'vitest';
import { checkDevice } from '../../src/engine/self-test/device-check.ts';
import { PREPARED_LOCATION, prepareWeights } from '../../src/engine/graph/weight-plan.ts';
import { OrtRuntime } from '../../src/engine/runtime/ort-runtime.ts';
import { openBankAttention } from '../../src/engine/session/gpu-bank-attention.ts';
import { inMemory } from '../../src/engine/session/weight-files.ts';
import { benchCheckpoint } from '../bench/bench-models.ts';
import {
  type BrowserDevice,
  openBrowserDevice,
  openBrowserEngine,
} from '../helpers/browser-engine.ts';
import { shortfalls, worstOf } from '../helpers/track-steps.ts';
import { nanoCheckpoint, nanoTracks } from '../parity/tracks/nano-track-files.ts';
import { repeatOnEngine } from './engine-track.ts';
import { halfErrors } from './half-errors.ts';

/** Of the features, rms; what the studio takes float16 up to (`precision-choice.ts`). */
const MOST_DEVIATION = 0.01;
const LEAST_IOU = 0.995;
/** Others take minutes on a software device: `DAWN_TRACKS=bike-256,blackswan-256`. */
const TRACKS = (process.env['DAWN_TRACKS'] ?? 'bike-256').split(',');

let device: BrowserDevice;
beforeAll(async () => {
  device = await openBrowserDevice({ backend: 'webgpu' });
});

function hasHalf(): boolean {
  return device.plan.report.adapter?.hasShaderF16 === true;
}

test.for(['fp32', 'fp16'] as const)('the self-test passes in %s', async (precision, context) => {
  if (precision === 'fp16' && !hasHalf()) return context.skip('this GPU has no shader-f16');
  const { plan, ort } = device;
  const owned: Disposable[] = [];
  const deviation = await checkDevice(
    async (model, checkpoint) => {
      const prepared = await inMemory(prepareWeights(model.weights, checkpoint));
      const runtime = new OrtRuntime({
        ort,
        plan,
        files: new Map([[PREPARED_LOCATION, prepared]]),
      });
      const attention = await openBankAttention({ plan, runtime, model });
      owned.push(runtime, ...(attention ? [attention] : []));
      const attendToBank = attention && { attendToBank: attention.attend.bind(attention) };
      return { runtime, ...attendToBank };
    },
    { precision, backend: plan.backend },
  );
  for (const resource of owned) resource[Symbol.dispose]();
  process.stdout.write(`self-test, ${precision}: ${deviation.toExponential(2)} of the largest\n`);
});

describe('networks in float16', () => {
  test.for([
    { name: 'nano, made from names', size: 'nano', imageSize: 128 },
    { name: 'tiny, made from names', size: 'tiny', imageSize: 128 },
  ] as const)('$name at $imageSize', async ({ name, size, imageSize }, context) => {
    if (!hasHalf()) return context.skip('this GPU has no shader-f16');
    await expectClose(name, { checkpoint: benchCheckpoint(size), imageSize });
  });

  test('nano, trained, at 256', async (context) => {
    if (!hasHalf()) return context.skip('this GPU has no shader-f16');
    if (nanoTracks().length === 0) return context.skip('the model is not on this machine');
    await expectClose('nano, trained', { checkpoint: await nanoCheckpoint(256), imageSize: 256 });
  });
});

async function expectClose(name: string, half: Parameters<typeof halfErrors>[1]): Promise<void> {
  for (const { output, rms, worst } of await halfErrors(device, half)) {
    process.stdout.write(
      `${name} at ${half.imageSize}, ${output}: rms ${rms.toExponential(2)}, worst ${worst.toExponential(2)}\n`,
    );
    expect(rms, output).toBeLessThanOrEqual(MOST_DEVIATION);
    expect(rms, `${output} is computed in float16`).toBeGreaterThan(1e-5);
  }
}

describe.each(nanoTracks().filter(({ name }) => TRACKS.includes(name)))(
  '$name',
  ({ name, track }) => {
    test.for(['fp32', 'fp16'] as const)('in %s', async (precision, context) => {
      if (precision === 'fp16' && !hasHalf()) return context.skip('this GPU has no shader-f16');
      const checkpoint = await nanoCheckpoint(track.image_size);
      using engine = await openBrowserEngine(device, checkpoint, track.image_size, precision);
      const agreements = await repeatOnEngine(track, engine);
      const worst = worstOf(agreements);
      const mean = agreements.reduce((sum, { iou }) => sum + iou, 0) / agreements.length;
      process.stdout.write(
        `${name}, ${precision}: ${agreements.length} masks, IoU ${worst.iou.toFixed(5)} at least, ${mean.toFixed(5)} in the mean\n`,
      );
      expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
    });
  },
);
