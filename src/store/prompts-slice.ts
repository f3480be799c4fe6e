import type { VideoBox } from '../core/geometry.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { FramePrompts, PlacedPrompts, PointPrompt } from '../core/prompts.ts';

/** Prompts by object, then by frame. An object or frame without prompts has no entry. */
export interface PromptsSlice {
  readonly byObject: Readonly<Record<number, Readonly<Record<number, FramePrompts>>>>;
}

/** Nothing said yet. */
export const INITIAL_PROMPTS: PromptsSlice = { byObject: {} };

/** What removes a frame's prompts. */
export const NO_CLICKS: FramePrompts = { kind: 'clicks', points: [] };

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
  const frames = isEmpty(placed.prompts) ? others : { ...others, [placed.frame]: placed.prompts };
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

/** Whether nothing is said by these prompts. */
export function isEmpty(prompts: FramePrompts): boolean {
  return prompts.kind === 'clicks' && prompts.points.length === 0 && prompts.box === undefined;
}

/** Clicks with one more point. A mask prompt gives way to clicks, as in the reference. */
export function withPoint(prompts: FramePrompts | undefined, point: PointPrompt): FramePrompts {
  const clicks = clicksOf(prompts);
  return { ...clicks, points: [...clicks.points, point] };
}

/** Clicks without the point at this place in their order. */
export function withoutPoint(prompts: FramePrompts | undefined, index: number): FramePrompts {
  const clicks = clicksOf(prompts);
  return { ...clicks, points: clicks.points.filter((_, at) => at !== index) };
}

/** @param box absent: removes the box */
export function withBox(
  prompts: FramePrompts | undefined,
  box: VideoBox | undefined,
): FramePrompts {
  const { points } = clicksOf(prompts);
  return box === undefined ? { kind: 'clicks', points } : { kind: 'clicks', points, box };
}

function clicksOf(prompts: FramePrompts | undefined) {
  return prompts?.kind === 'clicks' ? prompts : ({ kind: 'clicks', points: [] } as const);
}
