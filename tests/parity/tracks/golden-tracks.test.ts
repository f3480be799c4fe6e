import { describe, expect, test } from 'vitest';
import { deterministicCheckpoint } from '../../helpers/deterministic-weights.ts';
import { goldenFrame, repeatGoldenTrack, type TrackGolden } from '../../helpers/golden-track.ts';
import { readFloat32 } from '../../helpers/onnx-node.ts';
import { goldenNames, readGolden, readStateDict } from '../../helpers/sam2-goldens.ts';
import { withNodeTracker } from './node-tracker.ts';

/** Share of the golden's largest magnitude; fp32. */
const TOLERANCE = 2e-3;
const LEAST_IOU = 0.998;

const goldens = goldenNames().flatMap((name) => {
  const { track, image_size: size, model, weights } = readGolden<TrackGolden>(name);
  return track === undefined ? [] : [{ name, track, size, model, suffix: weights.suffix }];
});
if (goldens.length === 0) {
  test('golden tracks', (context) => context.skip('no golden with a track is on this machine'));
}

describe.each(goldens)('$name', ({ name, track, size, model, suffix }) => {
  test('tracks as the reference does: forward, corrected, reverse', async () => {
    const runs = await withNodeTracker(
      {
        checkpoint: deterministicCheckpoint(readStateDict(model), suffix),
        imageSize: size,
        video: { width: size, height: size, frameCount: track.frames.length },
        image: async (frame) => goldenFrame(track, frame, size),
        holeAreaPx: 0,
      },
      (tracker) => {
        const logitsOf = async ({ lowResMaskLogits }: { lowResMaskLogits: Logits }) =>
          readFloat32(lowResMaskLogits);
        return repeatGoldenTrack(tracker, { track, size, logitsOf });
      },
    );
    for (const { run, worstError, leastIou } of runs) {
      process.stdout.write(
        `${name.padEnd(14)} ${run.padEnd(9)} worst error ${worstError.toExponential(2)}, ` +
          `least IoU ${leastIou.toFixed(4)}\n`,
      );
      expect(worstError, run).toBeLessThanOrEqual(TOLERANCE);
      expect(leastIou, run).toBeGreaterThanOrEqual(LEAST_IOU);
    }
  });
});

type Logits = Parameters<typeof readFloat32>[0];
