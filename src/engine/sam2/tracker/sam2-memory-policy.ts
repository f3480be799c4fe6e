import { invariant } from '../../../core/assert.ts';
import { frameIndex, type FrameIndex } from '../../../core/ids.ts';
import type { MemoryBankView } from './memory-bank.ts';
import type {
  ChosenMemory,
  ChosenPointer,
  MemoryChoice,
  MemoryPolicy,
  MemoryQuery,
  Remembered,
} from './memory-policy.ts';
import { directionStep } from './tracking-direction.ts';

type Outputs<Item> = ReadonlyMap<FrameIndex, Item>;

/** Conditioning frames, parted by whether the frame attends to them as such. */
interface ConditioningParts<Item> {
  readonly selected: Outputs<Item>;
  /** Still attended to like tracked frames where they are near. */
  readonly unselected: Outputs<Item>;
}

/**
 * SAM 2's own rule: every conditioning frame and the last `numMaskMemories − 1` tracked frames; the
 * pointers of conditioning frames that are not yet to come, and of the last
 * `maxObjectPointers − 1` tracked frames.
 * Source: `sam2_base.py: _prepare_memory_conditioned_features`.
 */
export class Sam2MemoryPolicy implements MemoryPolicy {
  readonly #maxConditioningFrames: number;

  /**
   * @param maxConditioningFrames `max_cond_frames_in_attn`, at least 2; no limit unless given, as in
   * every published configuration
   */
  constructor(maxConditioningFrames = Infinity) {
    invariant(maxConditioningFrames >= 2, 'a frame must attend to 2 conditioning frames at least');
    this.#maxConditioningFrames = maxConditioningFrames;
  }

  choose<Item extends Remembered>(
    query: MemoryQuery,
    bank: MemoryBankView<Item>,
  ): MemoryChoice<Item> {
    invariant(bank.conditioning.size > 0, 'tracking needs a conditioning frame');
    const parts = selectClosest(query.frame, bank.conditioning, this.#maxConditioningFrames);
    return {
      memories: [
        ...conditioningMemories(query, parts.selected),
        ...recentMemories(query, bank.nonConditioning, parts.unselected),
      ],
      pointers: [
        ...conditioningPointers(query, parts.selected),
        ...recentPointers(query, bank.nonConditioning, parts.unselected),
      ],
      leftOut: [...parts.unselected.keys()],
      // The reference divides 0 by 0 on a clip of one frame; there any scale does.
      maxPointerDistance: Math.max(pointerLimit(query) - 1, 1),
    };
  }

  neighbours(query: MemoryQuery): readonly FrameIndex[] {
    return framesBack(query, query.config.numMaskMemories - 1).map(({ frame }) => frame);
  }
}

function conditioningMemories<Item>(
  { config }: MemoryQuery,
  selected: Outputs<Item>,
): ChosenMemory<Item>[] {
  const temporalRow = config.numMaskMemories - 1;
  return [...selected].map(([frame, item]) => ({ frame, item, isConditioning: true, temporalRow }));
}

/** Farthest first: slot 1 is `numMaskMemories − 1` frames back and has the highest row. */
function recentMemories<Item extends Remembered>(
  query: MemoryQuery,
  tracked: Outputs<Item>,
  unselected: Outputs<Item>,
): ChosenMemory<Item>[] {
  const entries: ChosenMemory<Item>[] = [];
  for (const { frame, distance } of framesBack(query, query.config.numMaskMemories - 1).reverse()) {
    const item = tracked.get(frame) ?? unselected.get(frame);
    if (item?.memory === undefined) continue;
    entries.push({ frame, item, isConditioning: false, temporalRow: distance - 1 });
  }
  return entries;
}

/** `only_obj_ptrs_in_the_past_for_eval`, which makes every signed distance 0 or more. */
function conditioningPointers<Item>(
  query: MemoryQuery,
  selected: Outputs<Item>,
): ChosenPointer<Item>[] {
  return [...selected]
    .map(([frame, item]) => ({
      frame,
      item,
      isConditioning: true,
      temporalDistance: (query.frame - frame) * directionStep(query.direction),
    }))
    .filter(({ temporalDistance }) => temporalDistance >= 0);
}

function recentPointers<Item>(
  query: MemoryQuery,
  tracked: Outputs<Item>,
  unselected: Outputs<Item>,
): ChosenPointer<Item>[] {
  const entries: ChosenPointer<Item>[] = [];
  for (const { frame, distance } of framesBack(query, pointerLimit(query) - 1)) {
    const item = tracked.get(frame) ?? unselected.get(frame);
    if (item === undefined) continue;
    entries.push({ frame, item, isConditioning: false, temporalDistance: distance });
  }
  return entries;
}

function pointerLimit({ frameCount, config }: MemoryQuery): number {
  return Math.min(frameCount, config.maxObjectPointers);
}

/** The frames tracked just before this one, nearest first, within the clip. */
function framesBack(
  { frame, direction, frameCount }: MemoryQuery,
  count: number,
): { frame: FrameIndex; distance: number }[] {
  const step = directionStep(direction);
  const available = direction === 'forward' ? frame : frameCount - 1 - frame;
  return Array.from({ length: Math.min(count, available) }, (_, i) => ({
    frame: frameIndex(frame - step * (i + 1)),
    distance: i + 1,
  }));
}

/**
 * The nearest conditioning frame before this one, the nearest at or after it, and the temporally
 * nearest others up to `limit`. Source: `sam2_utils.py: select_closest_cond_frames`.
 */
function selectClosest<Item>(
  frame: FrameIndex,
  conditioning: Outputs<Item>,
  limit: number,
): ConditioningParts<Item> {
  if (conditioning.size <= limit) return { selected: conditioning, unselected: new Map() };
  const frames = [...conditioning.keys()];
  const before = frames.filter((other) => other < frame).sort((a, b) => b - a)[0];
  const after = frames.filter((other) => other >= frame).sort((a, b) => a - b)[0];
  const chosen = new Set([before, after].filter((other) => other !== undefined));
  const byDistance = frames
    .filter((other) => !chosen.has(other))
    .sort((a, b) => Math.abs(a - frame) - Math.abs(b - frame));
  for (const other of byDistance.slice(0, limit - chosen.size)) chosen.add(other);
  const entries = [...conditioning];
  return {
    selected: new Map(entries.filter(([other]) => chosen.has(other))),
    unselected: new Map(entries.filter(([other]) => !chosen.has(other))),
  };
}
