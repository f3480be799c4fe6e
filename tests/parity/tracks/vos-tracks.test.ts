import { openAsBlob } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import type { FramePrompts, MaskSummary } from '../../../src/core/prompts.ts';
import { rleArea, rleFromString, rleIntersection, rleIou } from '../../../src/core/rle.ts';
import { openCheckpoint } from '../../../src/engine/checkpoint/checkpoint.ts';
import type { SegmentationSession } from '../../../src/engine/session/segmentation-session.ts';
import type { FrameMask } from '../../../src/protocol/media-api.ts';
import fixture from '../../fixtures/sam2/vos-tracks.json' with { type: 'json' };
import { ImageClip, withNodeSession } from './node-session.ts';

const MODEL = 'public/models/sam2.1_hiera_nano.safetensors';
const FRAMES = 'tests/fixtures/sam2/coffee';
const LEAST_IOU = 0.9995;

/** By frame of the clip and object, COCO counts. */
type Masks = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What was done to the reference, with every mask that came of it; absent: it gave none out. */
type VosStep = { readonly masks?: Masks } & (
  | { readonly do: 'mask'; readonly frame: number; readonly object: number; readonly mask: string }
  | {
      readonly do: 'points';
      readonly frame: number;
      readonly object: number;
      readonly points: readonly (readonly number[])[];
      readonly labels: readonly number[];
    }
  | { readonly do: 'clear'; readonly frame: number; readonly object: number }
  | { readonly do: 'remove'; readonly object: number }
  | { readonly do: 'forward' | 'reverse'; readonly start: number; readonly end: number }
);

interface VosRun {
  readonly name: string;
  /** Of the clip, which the predictor saw as its whole video. */
  readonly frames: readonly number[];
  readonly appliesPostprocessing: boolean;
  readonly steps: readonly VosStep[];
}

const { width, height, imageSize, frameCount } = fixture;
// JSON modules have no unions: the steps are checked by what is done with them.
const runs = fixture.runs as unknown as readonly VosRun[];

describe.each(runs)('$name', (run) => {
  test('gives the reference’s masks, none of them overlapping', async () => {
    const clip = new ImageClip((frame) => `${FRAMES}/${String(frame).padStart(5, '0')}.jpg`);
    const compared = new Comparison();
    const checkpoint = await openCheckpoint(await openAsBlob(MODEL));
    const isSubset = run.frames.length < frameCount;
    const video = {
      width,
      height,
      frameCount,
      overlap: 'highest-logit-wins' as const,
      postprocessing: run.appliesPostprocessing ? ('applied' as const) : ('none' as const),
      ...(isSubset ? { frames: run.frames.map(frameIndex) } : {}),
    };
    await withNodeSession({ checkpoint, imageSize, video, media: clip }, async (session) => {
      for (const [i, step] of run.steps.entries()) {
        const summaries = await repeatStep(session, step, run);
        compared.step(`step ${i} (${step.do})`, { step, summaries, put: clip.takePut() });
      }
    });
    process.stdout.write(`${run.name}: ${compared.text}\n`);
    expect(compared.shortfalls).toEqual([]);
    expect(compared.masks).toBeGreaterThan(15);
    expect(clip.read.filter((frame) => !run.frames.includes(frame))).toEqual([]);
  });
});

/** Puts masks beside the reference's. */
class Comparison {
  readonly shortfalls: string[] = [];
  masks = 0;
  #least = 1;
  #wrongPixels = 0;

  get text(): string {
    return `${this.masks} masks, least IoU ${this.#least.toFixed(5)}, ${this.#wrongPixels} pixels differ`;
  }

  step(
    where: string,
    {
      step,
      summaries,
      put,
    }: { step: VosStep; summaries: readonly MaskSummary[]; put: readonly FrameMask[] },
  ): void {
    if (step.masks === undefined) return;
    const expected = Object.entries(step.masks).flatMap(([frame, masks]) =>
      Object.entries(masks).map(([object, counts]) => ({ frame, object, counts })),
    );
    // Without an output, an object has no mask here and an empty one in the reference.
    expect(put.length, `${where}: masks given out`).toBe(
      expected.filter(
        ({ frame, object, counts }) =>
          rleArea(rleFromString(counts, width, height)) > 0 ||
          find(put, frame, object) !== undefined,
      ).length,
    );
    for (const { frame, object, counts } of expected) {
      const reference = rleFromString(counts, width, height);
      const mask = find(put, frame, object)?.mask;
      if (mask === undefined) continue;
      const iou = rleIou(mask, reference);
      this.masks++;
      this.#least = Math.min(this.#least, iou);
      this.#wrongPixels +=
        rleArea(mask) + rleArea(reference) - 2 * rleIntersection(mask, reference);
      const line = `${where} frame ${frame} object ${object}: IoU ${iou.toFixed(5)}`;
      if (iou < LEAST_IOU) this.shortfalls.push(line);
    }
    for (const [i, one] of put.entries()) {
      for (const other of put.slice(i + 1)) {
        if (one.frame !== other.frame) continue;
        expect(rleIntersection(one.mask, other.mask), `${where}: shared pixels`).toBe(0);
      }
    }
    for (const { frame, objectId: object, areaPx } of summaries) {
      const mask = find(put, `${frame}`, `${object}`)?.mask;
      expect(areaPx).toBe(mask === undefined ? undefined : rleArea(mask));
    }
  }
}

function find(put: readonly FrameMask[], frame: string, object: string): FrameMask | undefined {
  return put.findLast((mask) => `${mask.frame}` === frame && `${mask.objectId}` === object);
}

/** Does to the session what was done to the reference; resolves to the summaries. */
async function repeatStep(
  session: SegmentationSession,
  step: VosStep,
  run: VosRun,
): Promise<readonly MaskSummary[]> {
  switch (step.do) {
    case 'remove':
      await session.removeObject(objectId(step.object));
      return [];
    case 'mask':
    case 'points':
    case 'clear': {
      const placed = { objectId: objectId(step.object), frame: frameIndex(step.frame) };
      const summary = await session.setPrompts({ ...placed, prompts: promptsOf(step) });
      expect(summary).toMatchObject(placed);
      return summary === undefined ? [] : [summary];
    }
    case 'forward':
    case 'reverse':
      return propagate(session, step, run);
  }
}

async function propagate(
  session: SegmentationSession,
  step: Extract<VosStep, { start: number }>,
  { frames }: VosRun,
): Promise<readonly MaskSummary[]> {
  const [start, end] = [frameIndex(step.start), frameIndex(step.end)];
  const propagation = session.propagate({ start, end, direction: step.do });
  const summaries: MaskSummary[] = [];
  let [state, total] = ['running', 0];
  while (state === 'running') {
    const batch = await propagation.nextBatch(1000);
    summaries.push(...batch.summaries);
    [state, total] = [batch.state, batch.framesTotal];
  }
  const order: FrameIndex[] = [...new Set(summaries.map(({ frame }) => frame))];
  const between = frames.filter(
    (frame) => frame >= Math.min(start, end) && frame <= Math.max(start, end),
  );
  expect(order).toEqual(step.do === 'forward' ? between : between.toReversed());
  expect([state, total]).toEqual(['complete', between.length]);
  return summaries;
}

function promptsOf(step: Extract<VosStep, { frame: number }>): FramePrompts {
  if (step.do === 'mask') return { kind: 'mask', mask: rleFromString(step.mask, width, height) };
  if (step.do === 'clear') return { kind: 'clicks', points: [] };
  const points = step.points.map(([x = NaN, y = NaN], i) => ({
    x,
    y,
    label: step.labels[i] === 1 ? ('positive' as const) : ('negative' as const),
  }));
  return { kind: 'clicks', points };
}
