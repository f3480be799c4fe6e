import { openAsBlob } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frameIndex } from '../../../src/core/ids.ts';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import type { SegmentationSession } from '../../../src/engine/session/segmentation-session.ts';
import fixture from '../../fixtures/sam2/memory-tracks.json' with { type: 'json' };
import {
  repeatSteps,
  shortfalls,
  worstOf,
  type Agreement,
  type StepTarget,
  type TrackStep,
} from '../../helpers/track-steps.ts';
import { ImageClip, withNodeSession } from './node-session.ts';

const MODEL = 'public/models/sam2.1_hiera_nano.safetensors';
const FRAMES = 'tests/fixtures/sam2/coffee';
const LEAST_IOU = 0.9995;

const { width, height, imageSize, frameCount } = fixture;

// JSON modules have no unions: the steps are checked by what is done with them.
const runs = fixture.runs as unknown as readonly {
  readonly name: string;
  readonly steps: readonly TrackStep[];
}[];

/** Repeats the steps on a session of the bundled model, as the studio's inference worker has. */
async function repeat(steps: readonly TrackStep[]): Promise<Agreement[]> {
  const media = new ImageClip((frame) => `${FRAMES}/${String(frame).padStart(5, '0')}.jpg`);
  const checkpoint = await openCheckpoint(await openAsBlob(MODEL));
  const video = { width, height, frameCount };
  return withNodeSession({ checkpoint, imageSize, video, media }, (session) =>
    repeatSteps(targetOf(session, media), steps, { width, height }),
  );
}

/** Masks are those that the session puts on the stage. */
function targetOf(session: SegmentationSession, clip: ImageClip): StepTarget {
  return {
    setPrompts: async (placed) => {
      await session.setPrompts(placed);
      return clip.takePut()[0];
    },
    removeObject: (id) => session.removeObject(id),
    setMemoryEdits: (id, edits) => session.setMemoryEdits(id, edits),
    propagate: async function* ({ direction, start, end }) {
      if (start === undefined || end === undefined) throw new Error('these runs say both ends');
      const run = session.propagate({ direction, start, end });
      while ((await run.nextBatch(1000)).state === 'running');
      const put = clip.takePut();
      const step = direction === 'forward' ? 1 : -1;
      for (let at = Number(start); step * (end - at) >= 0; at += step) {
        const masks = put.filter(({ frame }) => Number(frame) === at);
        yield { frame: frameIndex(at), masks };
      }
    },
  };
}

describe.each(runs)('$name', ({ name, steps }) => {
  test('memories pinned and dropped change masks as entries moved in the reference do', async () => {
    const agreements = await repeat(steps);
    const worst = worstOf(agreements);
    process.stdout.write(
      `memories, ${name}: ${agreements.length} masks, least IoU ${worst.iou.toFixed(5)} at ${worst.where}\n`,
    );
    expect(shortfalls(agreements, LEAST_IOU)).toEqual([]);
  });
});

test('without the decisions the masks are others', async () => {
  const [run] = runs;
  const asked =
    run?.steps.filter((step) => step.do !== 'remember' || step.edits.length === 0) ?? [];
  const agreements = await repeat(asked.filter((step) => !hasPinnedGap(step)));
  expect(shortfalls(agreements, LEAST_IOU)).not.toEqual([]);
});

/** Whether a run passes a pinned frame, which would have a mask were it not pinned. */
function hasPinnedGap(step: TrackStep): boolean {
  if (step.do !== 'forward' && step.do !== 'reverse') return false;
  return Object.values(step.frames).some((masks) => Object.keys(masks).length < 2);
}
