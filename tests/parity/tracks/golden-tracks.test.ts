import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { PlacedPrompts } from '../../../src/core/prompts.ts';
import { encodeRle } from '../../../src/core/rle.ts';
import type {
  TrackingRequest,
  VideoTracker,
} from '../../../src/engine/sam2/tracker/video-tracker.ts';
import {
  deterministicCheckpoint,
  deterministicValues,
} from '../../helpers/deterministic-weights.ts';
import {
  goldenError,
  goldenMask,
  goldenNames,
  readGolden,
  readStateDict,
  type GoldenMask,
  type GoldenTensor,
  type Sam2Golden,
} from '../../helpers/sam2-goldens.ts';
import { videoLogits, withNodeTracker } from './node-tracker.ts';

/** Share of the golden's largest magnitude; fp32. */
const TOLERANCE = 2e-3;
const LEAST_IOU = 0.998;

interface GoldenPrompt {
  readonly frame: number;
  readonly object: number;
  readonly points?: readonly (readonly number[])[];
  readonly labels?: readonly number[];
  readonly mask?: GoldenMask;
}

/** By frame: one tensor `[1,S,S]` for each object, logits at the video's size, which is S. */
type GoldenFrames = Readonly<Record<string, readonly GoldenTensor[]>>;

interface TrackGolden extends Sam2Golden {
  readonly track?: {
    readonly frames: readonly string[];
    readonly scale: number;
    readonly prompts: readonly GoldenPrompt[];
    readonly correction: GoldenPrompt;
    readonly forward: GoldenFrames;
    readonly corrected: GoldenFrames;
    readonly reverse: GoldenFrames;
  };
}

const goldens = goldenNames().flatMap((name) => {
  const { track, image_size: size, model, weights } = readGolden<TrackGolden>(name);
  return track === undefined ? [] : [{ name, track, size, model, suffix: weights.suffix }];
});
if (goldens.length === 0) {
  test('golden tracks', (context) => context.skip('no golden with a track is on this machine'));
}

describe.each(goldens)('$name', ({ name, track, size, model, suffix }) => {
  const video = { width: size, height: size };

  test('tracks as the reference does: forward, corrected, reverse', async () => {
    await withNodeTracker(
      {
        checkpoint: deterministicCheckpoint(readStateDict(model), suffix),
        imageSize: size,
        video: { ...video, frameCount: track.frames.length },
        image: async (frame) =>
          deterministicValues(track.frames[frame] ?? '', 3 * size * size).map(
            (value) => value * track.scale,
          ),
        holeAreaPx: 0,
      },
      async (tracker) => {
        const last = frameIndex(track.frames.length - 1);
        for (const prompt of track.prompts) await tracker.setPrompts(placed(prompt));
        await expectTrack(tracker, 'forward', { direction: 'forward' });
        await tracker.setPrompts(placed(track.correction));
        await expectTrack(tracker, 'corrected', { direction: 'forward' });
        await expectTrack(tracker, 'reverse', { direction: 'reverse', start: last });
      },
    );
  });

  function placed(prompt: GoldenPrompt): PlacedPrompts {
    const place = { objectId: objectId(prompt.object), frame: frameIndex(prompt.frame) };
    if (prompt.mask !== undefined) {
      const mask = encodeRle({ ...video, data: goldenMask(prompt.mask, size) });
      return { ...place, prompts: { kind: 'mask', mask } };
    }
    const points = (prompt.points ?? []).map(([x = NaN, y = NaN], i) => ({
      x,
      y,
      label: prompt.labels?.[i] === 1 ? ('positive' as const) : ('negative' as const),
    }));
    return { ...place, prompts: { kind: 'clicks', points } };
  }

  async function expectTrack(
    tracker: VideoTracker,
    run: 'forward' | 'corrected' | 'reverse',
    request: TrackingRequest,
  ) {
    const frames = [];
    let [worstError, leastIou] = [0, 1];
    for await (const { frame, results } of tracker.propagate(request)) {
      frames.push(`${frame}`);
      const expected = track[run][frame] ?? [];
      expect(results).toHaveLength(expected.length);
      for (const [object, result] of results.entries()) {
        const golden = expected[object] ?? expect.fail('no golden');
        const logits = videoLogits(result, video);
        worstError = Math.max(worstError, goldenError(logits, golden));
        leastIou = Math.min(leastIou, sampledIou(logits, golden));
      }
    }
    process.stdout.write(
      `${name.padEnd(14)} ${run.padEnd(9)} worst error ${worstError.toExponential(2)}, ` +
        `least IoU ${leastIou.toFixed(4)}\n`,
    );
    expect(frames.toSorted()).toEqual(Object.keys(track[run]).toSorted());
    expect(worstError).toBeLessThanOrEqual(TOLERANCE);
    expect(leastIou).toBeGreaterThanOrEqual(LEAST_IOU);
  }
});

/** Of the thresholded masks, on the pixels that the golden gives. */
function sampledIou(logits: Float32Array, { values, step }: GoldenTensor): number {
  let [shared, union] = [0, 0];
  for (const [i, value] of values.entries()) {
    const [isObject, isExpected] = [(logits[i * step] ?? NaN) > 0, value > 0];
    if (isObject && isExpected) shared++;
    if (isObject || isExpected) union++;
  }
  return union === 0 ? 1 : shared / union;
}
