import { execFileSync } from 'node:child_process';
import { mkdtempSync, openAsBlob, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { invariant } from '../../../src/core/assert.ts';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import type { FramePrompts } from '../../../src/core/prompts.ts';
import { rleArea, rleIou, type MaskRle } from '../../../src/core/rle.ts';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import type { SegmentationSession } from '../../../src/engine/session/segmentation-session.ts';
import type { AgreementRule } from '../../../src/protocol/inference-api.ts';
import { ImageClip, withNodeSession } from './node-session.ts';

const MODEL = 'public/models/sam2.1_hiera_nano.safetensors';
const CLIP = 'public/samples/coffee.mp4';
const [WIDTH, HEIGHT, FRAMES] = [640, 360, 44];
/** Tracked from here both ways. */
const CLICKED = 16;
const CORRECTED = 20;
/** Its mask is the correction, which is wrong enough to matter. */
const TAKEN_FROM = 8;
const UNTIL: AgreementRule = { agreeingFrames: 10, iou: 0.98 };
const CUP = objectId(1);

const folder = extractFrames();
if (folder === undefined) {
  test('re-tracking', (context) => context.skip('ffmpeg is not on this machine'));
}
afterAll(() => folder !== undefined && rmSync(folder, { recursive: true }));

describe.runIf(folder !== undefined)('a correction of a tracked clip', () => {
  test('changes what a full run changes, and comes to its end early both ways', async () => {
    const full = await corrected(async (session, track) => {
      await track(session, CORRECTED, FRAMES - 1);
      await track(session, CORRECTED - 1, 0);
    });
    const bounded = await corrected(async (session, track) => [
      await track(session, CORRECTED, FRAMES - 1, UNTIL),
      await track(session, CORRECTED - 1, 0, UNTIL),
    ]);
    const [forward, reverse] = bounded.result;
    const first = reverse?.stoppedAt ?? 0;
    const last = forward?.stoppedAt ?? FRAMES - 1;
    const run = last - first + 1;
    process.stdout.write(`re-tracking: frames ${first} to ${last} run, ${FRAMES - run} saved\n`);
    expect(forward?.stoppedAt).toBeLessThan(FRAMES - 1);
    expect(reverse?.stoppedAt).toBeGreaterThan(0);
    for (let frame = 0; frame < FRAMES; frame++) {
      const [now, whole] = [bounded.masks.get(frame), full.masks.get(frame)];
      const before = bounded.before.get(frame);
      const isRun = frame >= first && frame <= last;
      // Within the span the masks are a full run's; beyond it they are as they were.
      expect(now).toEqual(isRun ? whole : before);
    }
    // The correction was worth a run.
    const [was, is] = [bounded.before.get(CORRECTED + 1), bounded.masks.get(CORRECTED + 1)];
    expect(was !== undefined && is !== undefined && rleIou(was, is)).toBeLessThan(UNTIL.iou);
    expect(is !== undefined && rleArea(is)).toBeGreaterThan(0);
  });
});

type Masks = ReadonlyMap<number, MaskRle>;
type Track = typeof trackFrames;

/** Tracks an object, corrects it on a frame, and lets it be tracked again. */
async function corrected<T>(again: (session: SegmentationSession, track: Track) => Promise<T>) {
  const clip = new ImageClip((frame) =>
    join(folder ?? '', `${String(frame + 1).padStart(5, '0')}.png`),
  );
  const checkpoint = await openCheckpoint(await openAsBlob(MODEL));
  const video = { width: WIDTH, height: HEIGHT, frameCount: FRAMES };
  return withNodeSession({ checkpoint, imageSize: 256, video, media: clip }, async (session) => {
    session.setCorrectionMode('keep');
    const point = { x: 438, y: 262, label: 'positive' } as const;
    await say(session, CLICKED, { kind: 'clicks', points: [point] });
    await trackFrames(session, CLICKED, FRAMES - 1);
    await trackFrames(session, CLICKED, 0);
    const before = await masksOf(clip);
    const mask = before.get(TAKEN_FROM);
    invariant(mask !== undefined, 'every frame was tracked');
    await say(session, CORRECTED, { kind: 'mask', mask });
    const result = await again(session, trackFrames);
    return { before, masks: await masksOf(clip), result };
  });
}

async function say(session: SegmentationSession, frame: number, prompts: FramePrompts) {
  await session.setPrompts({ objectId: CUP, frame: frameIndex(frame), prompts });
}

async function trackFrames(
  session: SegmentationSession,
  start: number,
  end: number,
  until?: AgreementRule,
): Promise<{ readonly stoppedAt?: FrameIndex }> {
  const run = session.propagate({
    start: frameIndex(start),
    end: frameIndex(end),
    direction: start <= end ? 'forward' : 'reverse',
    ...(until === undefined ? {} : { until }),
  });
  for (;;) {
    const batch = await run.nextBatch(1000);
    if (batch.state !== 'running') return batch;
  }
}

async function masksOf(clip: ImageClip): Promise<Masks> {
  const masks = new Map<number, MaskRle>();
  for (let frame = 0; frame < FRAMES; frame++) {
    const mask = await clip.maskOf(CUP, frameIndex(frame));
    if (mask !== undefined) masks.set(frame, mask);
  }
  return masks;
}

/** The clip's first frames as images; undefined without ffmpeg. */
function extractFrames(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), 'retrack-'));
  try {
    const frames = ['-frames:v', String(FRAMES), join(path, '%05d.png')];
    execFileSync('ffmpeg', ['-v', 'error', '-i', CLIP, ...frames]);
    return path;
  } catch (error) {
    rmSync(path, { recursive: true });
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
