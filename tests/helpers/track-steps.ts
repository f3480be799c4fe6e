import type { Size } from '../../src/core/geometry.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../../src/core/ids.ts';
import type { FrameMemoryEdit, MemoryEdit } from '../../src/core/memory.ts';
import type {
  CandidateIndex,
  ClickPrompts,
  FramePrompts,
  PlacedPrompts,
  PointPrompt,
} from '../../src/core/prompts.ts';
import { rleFromString, rleIou, type MaskRle } from '../../src/core/rle.ts';

/** A mask for each object id, as the `counts` of a COCO RLE at the video's size. */
type Masks = Readonly<Record<string, string>>;

/** One thing that was done to the reference predictor, with the masks that came of it. */
export type TrackStep =
  | {
      readonly do: 'points';
      readonly frame: number;
      readonly object: number;
      /** All points of the frame so far, in video pixels. */
      readonly points?: readonly (readonly number[])[] | null;
      readonly labels?: readonly number[] | null;
      readonly box?: readonly number[] | null;
      /** The mask given before, which the points refine. */
      readonly mask?: string;
      /** Which of the first point's masks is taken. */
      readonly candidate?: number;
      readonly masks: Masks;
    }
  | {
      readonly do: 'mask';
      readonly frame: number;
      readonly object: number;
      readonly mask: string;
      readonly masks?: Masks;
    }
  /** Takes a frame's prompts back. */
  | { readonly do: 'clear'; readonly frame: number; readonly object: number; readonly masks: Masks }
  | { readonly do: 'remove'; readonly object: number }
  /** All that is decided about an object's memories from here on. */
  | {
      readonly do: 'remember';
      readonly object: number;
      readonly edits: readonly { readonly frame: number; readonly edit: MemoryEdit }[];
    }
  | {
      readonly do: 'forward' | 'reverse';
      readonly start?: number;
      readonly end?: number;
      readonly frames: Readonly<Record<string, Masks>>;
    };

/** How well a mask agrees with the reference's. */
export interface Agreement {
  /** `step frame object` */
  readonly where: string;
  readonly iou: number;
}

/** One object's mask on a frame, at the video's size. */
export interface ObjectMask {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly mask: MaskRle;
}

/** Frames to track; absent ends are the tracker's to choose. */
export interface StepRange {
  readonly direction: 'forward' | 'reverse';
  readonly start?: FrameIndex;
  readonly end?: FrameIndex;
}

/** What tracks: the tracker itself, or a whole studio around it. */
export interface StepTarget {
  setPrompts(placed: PlacedPrompts): Promise<ObjectMask | undefined>;
  removeObject(id: ObjectId): Promise<void>;
  /** Needed for the steps that say so. */
  setMemoryEdits?(id: ObjectId, edits: readonly FrameMemoryEdit[]): Promise<void>;
  propagate(
    range: StepRange,
  ): AsyncIterable<{ readonly frame: FrameIndex; readonly masks: readonly ObjectMask[] }>;
}

/** Does to the tracker what was done to the reference, and compares every mask. */
export async function repeatSteps(
  target: StepTarget,
  steps: readonly TrackStep[],
  video: Size,
): Promise<Agreement[]> {
  const agreements: Agreement[] = [];
  for (const [index, step] of steps.entries()) {
    const compare = ({ objectId: id, frame, mask }: ObjectMask, masks: Masks | undefined) => {
      const expected = masks?.[id];
      if (expected === undefined) throw new Error(`object ${id} has no golden mask`);
      const reference = rleFromString(expected, video.width, video.height);
      const where = `step ${index} (${step.do}) frame ${frame} object ${id}`;
      agreements.push({ where, iou: rleIou(mask, reference) });
    };
    await repeatStep(target, step, { video, compare });
  }
  return agreements;
}

interface StepContext {
  readonly video: Size;
  readonly compare: (result: ObjectMask, masks: Masks | undefined) => void;
}

async function repeatStep(
  target: StepTarget,
  step: TrackStep,
  { video, compare }: StepContext,
): Promise<void> {
  switch (step.do) {
    case 'remove':
      await target.removeObject(objectId(step.object));
      return;
    case 'remember': {
      if (target.setMemoryEdits === undefined) throw new Error('memories cannot be edited here');
      const edits = step.edits.map(({ frame, edit }) => ({ frame: frameIndex(frame), edit }));
      await target.setMemoryEdits(objectId(step.object), edits);
      return;
    }
    case 'points':
    case 'mask':
    case 'clear': {
      const result = await target.setPrompts({
        objectId: objectId(step.object),
        frame: frameIndex(step.frame),
        prompts: promptsOf(step, video),
      });
      if (step.masks === undefined) return;
      if (result === undefined) throw new Error(`no mask on frame ${step.frame}`);
      compare(result, step.masks);
      return;
    }
    case 'forward':
    case 'reverse': {
      const frames = [];
      const propagation = target.propagate({
        direction: step.do,
        ...optionalFrame('start', step.start),
        ...optionalFrame('end', step.end),
      });
      for await (const { frame, masks } of propagation) {
        frames.push(`${frame}`);
        const expected = step.frames[frame];
        const objects = masks.map((mask) => `${mask.objectId}`);
        sameMembers(objects, Object.keys(expected ?? {}), `objects on frame ${frame}`);
        for (const mask of masks) compare(mask, expected);
      }
      sameMembers(frames, Object.keys(step.frames), 'frames tracked');
    }
  }
}

/** A frame index from a number in a golden, where absent stays absent. */
function optionalFrame<Key extends string>(key: Key, value: number | undefined) {
  // The computed key's type is lost without the cast.
  return (value === undefined ? {} : { [key]: frameIndex(value) }) as {
    [K in Key]?: FrameIndex;
  };
}

function sameMembers(actual: readonly string[], expected: readonly string[], what: string): void {
  if (actual.toSorted().join() === expected.toSorted().join()) return;
  throw new Error(`${what}: ${actual.join()}, the reference has ${expected.join()}`);
}

function promptsOf(
  step: Extract<TrackStep, { frame: number }>,
  { width, height }: Size,
): FramePrompts {
  if (step.do === 'mask') return { kind: 'mask', mask: rleFromString(step.mask, width, height) };
  if (step.do === 'clear') return { kind: 'clicks', points: [] };
  const points = (step.points ?? []).map(([x = NaN, y = NaN], i): PointPrompt => ({
    x,
    y,
    label: step.labels?.[i] === 1 ? 'positive' : 'negative',
  }));
  const { mask, candidate } = step;
  const clicks: ClickPrompts = {
    kind: 'clicks',
    points,
    ...(mask === undefined ? {} : { mask: rleFromString(mask, width, height) }),
    // A golden's number is one of the three.
    ...(candidate === undefined ? {} : { candidate: candidate as CandidateIndex }),
  };
  if (step.box === undefined || step.box === null) return clicks;
  const [x0 = NaN, y0 = NaN, x1 = NaN, y1 = NaN] = step.box;
  return { ...clicks, box: { x0, y0, x1, y1 } };
}

/** The least agreement, for printing. */
export function worstOf(agreements: readonly Agreement[]): Agreement {
  const [worst] = agreements.toSorted((a, b) => a.iou - b.iou);
  if (worst === undefined) throw new Error('nothing was compared');
  return worst;
}

/** What falls short of `least`, as lines. */
export function shortfalls(agreements: readonly Agreement[], least: number): string[] {
  return agreements
    .filter(({ iou }) => iou < least)
    .map(({ where, iou }) => `${where}: IoU ${iou.toFixed(4)}`);
}
