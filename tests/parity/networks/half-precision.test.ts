import { describe, expect, test } from 'vitest';
import { modelConfig } from '../../../src/engine/sam2/model-config.ts';
import { buildSam2Model, type Sam2Model } from '../../../src/engine/sam2/sam2-model.ts';
import { expectedTensors } from '../../../src/engine/sam2/state-dict.ts';
import { namedCheckpoint } from '../../../src/engine/self-test/named-checkpoint.ts';
import { halfDeviation } from '../../../src/engine/session/half-deviation.ts';
import { HalfSumsRuntime } from '../../bench/half-sums-runtime.ts';
import { openReadable } from '../../helpers/readable-runtime.ts';
import { shortfalls, worstOf } from '../../helpers/track-steps.ts';
import { nanoCheckpoint, nanoTracks, repeatNanoTrack } from '../tracks/nano-track-files.ts';

const LEAST_IOU = 0.995;
/** One click and seven frames: float16 is summed in TypeScript here, which takes seconds a frame. */
const TRACK = 'bike-256';

describe('the graphs in float16, in ONNX Runtime on the CPU', () => {
  test.each(['tiny', 'base_plus'] as const)('%s loads, and is close to float32', async (size) => {
    const checkpoint = namedCheckpoint(expectedTensors(modelConfig(size, '2.1')));
    const openRuntime = (model: Sam2Model) => openReadable(model, checkpoint);
    const deviation = await halfDeviation({ checkpoint, imageSize: 128, openRuntime });
    process.stdout.write(`${size}: float16 weights, deviation ${deviation.toExponential(2)}\n`);
    expect(deviation).toBeGreaterThan(1e-5);
    expect(deviation).toBeLessThan(1e-3);
  });
});

const [found] = nanoTracks().filter(({ name }) => name === TRACK);

test('with sums in float16 too, masks are the reference’s to half a percent', async (context) => {
  if (found === undefined) {
    context.skip('the reference’s tracks are not on this machine');
    return;
  }
  const { track } = found;
  const checkpoint = await nanoCheckpoint(track.image_size);
  const model = buildSam2Model(checkpoint, track.image_size, { precision: 'fp16' });
  const agreements = await repeatNanoTrack(track, {
    checkpoint,
    model,
    runtimeOver: (runtime) => new HalfSumsRuntime(runtime, model, checkpoint),
  });
  const worst = worstOf(agreements);
  process.stdout.write(`${TRACK}: float16 sums, least IoU ${worst.iou.toFixed(5)}\n`);
  expect(worst.iou).toBeLessThan(1);
  expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
});
