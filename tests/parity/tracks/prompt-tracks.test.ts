import { openAsBlob } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import type { CandidateIndex, ClickPrompts, MaskSummary } from '../../../src/core/prompts.ts';
import { rleFromString, rleIou } from '../../../src/core/rle.ts';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import type { SegmentationSession } from '../../../src/engine/session/segmentation-session.ts';
import fixture from '../../fixtures/sam2/prompt-tracks.json' with { type: 'json' };
import {
  repeatSteps,
  shortfalls,
  worstOf,
  type StepTarget,
  type TrackStep,
} from '../../helpers/track-steps.ts';
import { ImageClip, withNodeSession } from './node-session.ts';

const MODEL = 'public/models/sam2.1_hiera_nano.safetensors';
const FRAMES = 'tests/fixtures/sam2/coffee';
const LEAST_IOU = 0.9995;

const { width, height, imageSize, frameCount } = fixture;

/** What the reference's `_forward_sam_heads` gave for a single point. */
interface GoldenCandidate {
  readonly mask: string;
  readonly predictedIou: number;
}

type PointsStep = Extract<TrackStep, { do: 'points' }> & {
  readonly candidates?: readonly GoldenCandidate[];
};

// JSON modules have no unions: the steps are checked by what is done with them.
const runs = fixture.runs as unknown as readonly {
  readonly name: string;
  readonly steps: readonly (TrackStep | PointsStep)[];
}[];

/** The clip with a session of the bundled model on it, as the studio's inference worker has. */
async function onCoffee<T>(
  use: (session: SegmentationSession, clip: ImageClip) => Promise<T>,
): Promise<T> {
  const media = new ImageClip((frame) => `${FRAMES}/${String(frame).padStart(5, '0')}.jpg`);
  const checkpoint = await openCheckpoint(await openAsBlob(MODEL));
  const video = { width, height, frameCount };
  return withNodeSession({ checkpoint, imageSize, video, media }, (session) => use(session, media));
}

/** Masks are those that the session puts on the stage. */
function targetOf(session: SegmentationSession, clip: ImageClip): StepTarget {
  const masked = ({ objectId: id, frame }: MaskSummary) => {
    const mask = clip.takePut().find((put) => put.objectId === id && put.frame === frame);
    if (mask === undefined) throw new Error(`no mask of object ${id} was put on frame ${frame}`);
    return mask;
  };
  return {
    setPrompts: async (placed) => {
      const summary = await session.setPrompts(placed);
      return summary && masked(summary);
    },
    removeObject: (id) => session.removeObject(id),
    propagate: async function* ({ direction, start = frameIndex(0), end = frameIndex(0) }) {
      const run = session.propagate({ start, end, direction });
      for (let state = 'running'; state === 'running';) ({ state } = await run.nextBatch(1000));
      const put = clip.takePut();
      for (const frame of new Set(put.map((mask) => mask.frame))) {
        yield { frame, masks: put.filter((mask) => mask.frame === frame) };
      }
    },
  };
}

describe.each(runs)('$name', ({ name, steps }) => {
  test('gives the reference’s masks after every step', async () => {
    const agreements = await onCoffee((session, clip) =>
      repeatSteps(targetOf(session, clip), steps, { width, height }),
    );
    const worst = worstOf(agreements);
    process.stdout.write(
      `${name}: ${agreements.length} masks, least IoU ${worst.iou.toFixed(5)} at ${worst.where}\n`,
    );
    expect(agreements.length).toBeGreaterThan(10);
    expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
  });
});

describe('the candidates of a point', () => {
  const step = runs
    .flatMap(({ steps }) => steps)
    .find((one): one is PointsStep => 'candidates' in one);

  function prompts(candidate?: CandidateIndex): ClickPrompts {
    const [[x = NaN, y = NaN] = []] = step?.points ?? [];
    const points = [{ x, y, label: 'positive' as const }];
    return { kind: 'clicks', points, ...(candidate === undefined ? {} : { candidate }) };
  }

  test('are the reference’s three masks, with their predicted IoU', async () => {
    await onCoffee(async (session, clip) => {
      const place = { objectId: objectId(3), frame: frameIndex(step?.frame ?? NaN) };
      await session.setPrompts({ ...place, prompts: prompts() });
      const told = await session.candidates(place.objectId, place.frame);
      const shown = clip.previews.get('candidates');
      expect(step?.candidates).toHaveLength(3);
      for (const [i, golden] of (step?.candidates ?? []).entries()) {
        expect(told?.[i]?.predictedIou).toBeCloseTo(golden.predictedIou, 4);
        const preview = shown?.find(({ key }) => key === told?.[i]?.key);
        if (preview === undefined) throw new Error(`candidate ${i} is not with the stage`);
        const iou = rleIou(preview.mask, rleFromString(golden.mask, width, height));
        expect(iou).toBeGreaterThan(LEAST_IOU);
      }
    });
  });

  test('hold the default: choosing it changes not one pixel or score in the whole track', async () => {
    const [byItself, chosen] = [await trackWith(undefined), await trackWith('best')];
    expect(chosen).toEqual(byItself);
  });

  test('set what is tracked', async () => {
    const [first, last] = [await trackWith(0), await trackWith(2)];
    expect(first.map(({ areaPx }) => areaPx)).not.toEqual(last.map(({ areaPx }) => areaPx));
  });

  /** Clicks, chooses, tracks three frames on; all that is told and put. */
  async function trackWith(choice: CandidateIndex | 'best' | undefined) {
    return onCoffee(async (session, clip) => {
      const place = { objectId: objectId(3), frame: frameIndex(step?.frame ?? NaN) };
      const summary = await session.setPrompts({ ...place, prompts: prompts() });
      let told = summary === undefined ? [] : [summary];
      const three = (await session.candidates(place.objectId, place.frame)) ?? [];
      const best = three.find(({ iouWithBest }) => iouWithBest === 1)?.candidate;
      const candidate = choice === 'best' ? best : choice;
      if (choice === 'best') expect(best).toBeDefined();
      if (candidate !== undefined) {
        clip.takePut();
        const answered = await session.setPrompts({ ...place, prompts: prompts(candidate) });
        told = answered === undefined ? [] : [answered];
      }
      const end = frameIndex(place.frame + 3);
      const run = session.propagate({ start: place.frame, end, direction: 'forward' });
      for (let state = 'running'; state === 'running';) {
        const batch = await run.nextBatch(1000);
        ({ state } = batch);
        told = [...told, ...batch.summaries];
      }
      const masks = clip.takePut();
      return told.map((one, i) => ({ ...one, mask: masks[i]?.mask }));
    });
  }
});
