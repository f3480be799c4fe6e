import type { VideoBox } from '../core/geometry.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../core/ids.ts';
import {
  isEmptyPrompt,
  type CandidateIndex,
  type ClickPrompts,
  type FramePrompts,
  type PlacedPrompts,
  type PointPrompt,
} from '../core/prompts.ts';

/** Prompts by object, then by frame. An object or frame without prompts has no entry. */
export interface PromptsSlice {
  readonly byObject: Readonly<Record<number, Readonly<Record<number, FramePrompts>>>>;
}

/** Nothing said yet. */
export const INITIAL_PROMPTS: PromptsSlice = { byObject: {} };

/** What removes a frame's prompts. */
export const NO_CLICKS: ClickPrompts = { kind: 'clicks', points: [] };

/** What was said of the object on this frame; absent when nothing was. */
export function promptsAt(
  slice: PromptsSlice,
  object: ObjectId | undefined,
  frame: FrameIndex,
): FramePrompts | undefined {
  return object === undefined ? undefined : slice.byObject[object]?.[frame];
}

/** Frames on which the object has prompts, ascending. */
export function promptedFrames(slice: PromptsSlice, object: ObjectId): FrameIndex[] {
  return Object.keys(slice.byObject[object] ?? {}).map((key) => frameIndex(Number(key)));
}

/** Every prompt, by object, then by frame. */
export function allPrompts(slice: PromptsSlice): PlacedPrompts[] {
  return Object.entries(slice.byObject).flatMap(([object, frames]) =>
    Object.entries(frames).map(([frame, prompts]) => ({
      objectId: objectId(Number(object)),
      frame: frameIndex(Number(frame)),
      prompts,
    })),
  );
}

/** The prompts with those of one frame replaced; empty clicks remove the frame's entry. */
export function withPrompts(slice: PromptsSlice, placed: PlacedPrompts): PromptsSlice {
  const { [placed.frame]: _replaced, ...others } = slice.byObject[placed.objectId] ?? {};
  const frames = isEmptyPrompt(placed.prompts)
    ? others
    : { ...others, [placed.frame]: placed.prompts };
  const { [placed.objectId]: _object, ...objects } = slice.byObject;
  return {
    byObject:
      Object.keys(frames).length === 0 ? objects : { ...objects, [placed.objectId]: frames },
  };
}

/** The prompts without all of one object's. */
export function withoutObjectPrompts(slice: PromptsSlice, object: ObjectId): PromptsSlice {
  const { [object]: _removed, ...objects } = slice.byObject;
  return { byObject: objects };
}

/** Clicks with one more point. On a mask, they refine it, as in the reference. */
export function withPoint(prompts: FramePrompts | undefined, point: PointPrompt): ClickPrompts {
  const clicks = clicksOf(prompts);
  return { ...clicks, points: [...clicks.points, point] };
}

/**
 * Clicks without the point at this place in their order; the mask that they were on when none is
 * left. What the first point meant goes with it.
 */
export function withoutPoint(prompts: FramePrompts | undefined, index: number): FramePrompts {
  const { candidate, ...clicks } = clicksOf(prompts);
  const points = clicks.points.filter((_, at) => at !== index);
  const { mask, box } = clicks;
  if (points.length === 0 && box === undefined && mask !== undefined) return { kind: 'mask', mask };
  return { ...clicks, points, ...(candidate === undefined || index === 0 ? {} : { candidate }) };
}

/**
 * Clicks with another box, which starts over from a mask that they were on.
 * @param box absent: removes the box
 */
export function withBox(
  prompts: FramePrompts | undefined,
  box: VideoBox | undefined,
): ClickPrompts {
  const { points } = clicksOf(prompts);
  return box === undefined ? { kind: 'clicks', points } : { kind: 'clicks', points, box };
}

/** Clicks whose first point means this one of the model's three masks. */
export function withCandidate(
  prompts: FramePrompts | undefined,
  candidate: CandidateIndex,
): ClickPrompts {
  return { ...clicksOf(prompts), candidate };
}

/** The only point of these prompts, if it is positive and there is no box: it has candidates. */
export function lonePoint(prompts: FramePrompts | undefined): PointPrompt | undefined {
  if (prompts?.kind !== 'clicks' || prompts.box !== undefined) return undefined;
  const [point, ...others] = prompts.points;
  return others.length === 0 && point?.label === 'positive' ? point : undefined;
}

function clicksOf(prompts: FramePrompts | undefined): ClickPrompts {
  if (prompts === undefined) return NO_CLICKS;
  return prompts.kind === 'clicks' ? prompts : { ...NO_CLICKS, mask: prompts.mask };
}
