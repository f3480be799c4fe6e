import { describe, expect, test } from 'vitest';
import { REFERENCE_SETTINGS } from '../../../src/engine/sam2/tracker/tracker-settings.ts';
import { namedValues } from '../../../src/engine/self-test/named-values.ts';
import { deterministicCheckpoint } from '../../helpers/deterministic-weights.ts';
import stateDict from '../../fixtures/sam2/state_dict.nano.json' with { type: 'json' };
import fixture from '../../fixtures/sam2/tracker-scenarios.json' with { type: 'json' };
import { repeatSteps, shortfalls, worstOf, type TrackStep } from '../../helpers/track-steps.ts';
import { stepTarget, withNodeTracker } from './node-tracker.ts';

const LEAST_IOU = 0.998;
/** Of the images' values, which are a function of the frame's name. */
const IMAGE_SCALE = 2;

/**
 * What a user may do, one thing after another, done to the reference predictor as well: refining,
 * corrections in both directions and on conditioning frames, masks, boxes, prompts taken back,
 * objects added and removed. Weights and frames come from names, so nothing else is needed.
 */
describe.each(fixture.scenarios)('$name', ({ name, addsCorrectedFramesAsConditioning, steps }) => {
  test('agrees with the reference after every step', async () => {
    const { imageSize, width, height, frameCount } = fixture;
    const agreements = await withNodeTracker(
      {
        checkpoint: deterministicCheckpoint(stateDict),
        imageSize,
        video: { width, height, frameCount },
        image: async (frame) =>
          namedValues(`scenario/frame${frame}`, 3 * imageSize ** 2).map(
            (value) => value * IMAGE_SCALE,
          ),
        holeAreaPx: 8,
        settings: { ...REFERENCE_SETTINGS, addsCorrectedFramesAsConditioning },
      },
      // JSON modules have no unions: the steps are checked by what is done with them.
      (tracker) => {
        const video = { width, height };
        return repeatSteps(stepTarget(tracker, video), steps as readonly TrackStep[], video);
      },
    );
    const worst = worstOf(agreements);
    process.stdout.write(
      `${name}: ${agreements.length} masks, least IoU ${worst.iou.toFixed(5)} at ${worst.where}\n`,
    );
    expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
  });
});
