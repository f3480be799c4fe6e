import { frameIndex, objectId } from '../../src/core/ids.ts';
import type { PlacedPrompts } from '../../src/core/prompts.ts';
import { encodeRle } from '../../src/core/rle.ts';
import type { ObjectFrameResult } from '../../src/engine/sam2/tracker/propagation.ts';
import type { TrackingRequest } from '../../src/engine/sam2/tracker/tracking-range.ts';
import type { VideoTracker } from '../../src/engine/sam2/tracker/video-tracker.ts';
import { namedValues } from '../../src/engine/self-test/named-values.ts';
import { enlargeLogits } from './enlarge-logits.ts';
import {
  goldenError,
  goldenMask,
  type GoldenMask,
  type GoldenTensor,
  type Sam2Golden,
} from './golden-values.ts';

export interface GoldenPrompt {
  readonly frame: number;
  readonly object: number;
  readonly points?: readonly (readonly number[])[];
  readonly labels?: readonly number[];
  readonly mask?: GoldenMask;
}

/** By frame: one tensor `[1,S,S]` for each object, logits at the video's size, which is S. */
export type GoldenFrames = Readonly<Record<string, readonly GoldenTensor[]>>;

/** A clip of S×S pixels and what the reference made of it. */
export interface GoldenTrack {
  /** Names of the images' values. */
  readonly frames: readonly string[];
  readonly scale: number;
  readonly prompts: readonly GoldenPrompt[];
  readonly correction: GoldenPrompt;
  readonly forward: GoldenFrames;
  readonly corrected: GoldenFrames;
  readonly reverse: GoldenFrames;
}

/** A golden file that may hold a track beside the networks. */
export interface TrackGolden extends Sam2Golden {
  readonly track?: GoldenTrack;
}

/** How well one run over the clip agrees with the reference. */
export interface RunAgreement {
  readonly run: 'forward' | 'corrected' | 'reverse';
  /** Share of the golden's largest magnitude. */
  readonly worstError: number;
  /** Of the thresholded masks, on the pixels that the golden gives. */
  readonly leastIou: number;
}

/** A frame of the clip as the image encoder takes it, `[1,3,S,S]`. */
export function goldenFrame(track: GoldenTrack, frame: number, size: number): Float32Array {
  const name = track.frames[frame] ?? '';
  return namedValues(name, 3 * size * size).map((value) => value * track.scale);
}

export interface GoldenTrackOptions {
  readonly track: GoldenTrack;
  /** S */
  readonly size: number;
  /** Low-resolution logits of a result. */
  readonly logitsOf: (result: ObjectFrameResult) => Promise<Float32Array>;
}

/**
 * Does what was done to the reference: the prompts, forward, a correction, forward again, and
 * reverse from the last frame. Throws where other frames or objects come out.
 */
export async function repeatGoldenTrack(
  tracker: VideoTracker,
  options: GoldenTrackOptions,
): Promise<readonly RunAgreement[]> {
  const { track, size } = options;
  const last = frameIndex(track.frames.length - 1);
  for (const prompt of track.prompts) await tracker.setPrompts(placedPrompt(prompt, size));
  const forward = await repeatRun(tracker, 'forward', { direction: 'forward' }, options);
  await tracker.setPrompts(placedPrompt(track.correction, size));
  const corrected = await repeatRun(tracker, 'corrected', { direction: 'forward' }, options);
  const backward: TrackingRequest = { direction: 'reverse', start: last };
  return [forward, corrected, await repeatRun(tracker, 'reverse', backward, options)];
}

/** @param size S */
export function placedPrompt(prompt: GoldenPrompt, size: number): PlacedPrompts {
  const place = { objectId: objectId(prompt.object), frame: frameIndex(prompt.frame) };
  if (prompt.mask !== undefined) {
    const data = goldenMask(prompt.mask, size);
    return {
      ...place,
      prompts: { kind: 'mask', mask: encodeRle({ width: size, height: size, data }) },
    };
  }
  const points = (prompt.points ?? []).map(([x = NaN, y = NaN], i) => ({
    x,
    y,
    label: prompt.labels?.[i] === 1 ? ('positive' as const) : ('negative' as const),
  }));
  return { ...place, prompts: { kind: 'clicks', points } };
}

async function repeatRun(
  tracker: VideoTracker,
  run: RunAgreement['run'],
  request: TrackingRequest,
  { track, size, logitsOf }: GoldenTrackOptions,
): Promise<RunAgreement> {
  const frames = [];
  let [worstError, leastIou] = [0, 1];
  for await (const { frame, results } of tracker.propagate(request)) {
    frames.push(`${frame}`);
    const expected = track[run][frame] ?? [];
    if (results.length !== expected.length) {
      throw new Error(`${run}, frame ${frame}: ${results.length} objects, not ${expected.length}`);
    }
    for (const [object, result] of results.entries()) {
      const golden = expected[object];
      if (golden === undefined) throw new Error(`no golden of object ${object}`);
      const logits = enlargeLogits(await logitsOf(result), { width: size, height: size });
      worstError = Math.max(worstError, goldenError(logits, golden));
      leastIou = Math.min(leastIou, sampledIou(logits, golden));
    }
  }
  const expectedFrames = Object.keys(track[run]);
  if (frames.toSorted().join() !== expectedFrames.toSorted().join()) {
    throw new Error(`${run} gave frames ${frames.join()}, the golden has ${expectedFrames.join()}`);
  }
  return { run, worstError, leastIou };
}

function sampledIou(logits: Float32Array, { values, step }: GoldenTensor): number {
  let [shared, union] = [0, 0];
  for (const [i, value] of values.entries()) {
    const [isObject, isExpected] = [(logits[i * step] ?? NaN) > 0, value > 0];
    if (isObject && isExpected) shared++;
    if (isObject || isExpected) union++;
  }
  return union === 0 ? 1 : shared / union;
}
