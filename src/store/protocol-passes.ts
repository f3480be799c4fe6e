import { invariant } from '../core/assert.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { PlacedPrompts } from '../core/prompts.ts';
import type { TrackingPass } from './tracking-runner.ts';

/**
 * Passes over the frames of a session in which each object is tracked from its prompt on, together
 * with those that came before it. So no frame before an object's first is given a mask of it, and
 * objects on a frame are computed together.
 * @param frames of the session, ascending
 * @param placed one for each object, on frames of the session
 */
export function passesOf(
  frames: readonly FrameIndex[],
  placed: readonly PlacedPrompts[],
): readonly TrackingPass[] {
  const starts = [...new Set(placed.map(({ frame }) => frame))].sort((a, b) => a - b);
  return starts.map((start, at): TrackingPass => {
    const next = starts[at + 1] ?? Infinity;
    const seen = frames.filter((frame) => frame >= start && frame < next);
    const end = seen.at(-1);
    invariant(seen[0] === start && end !== undefined, 'an object starts on a frame of its session');
    const objectIds = placed.filter(({ frame }) => frame <= start).map(({ objectId }) => objectId);
    return {
      request: { objectIds, start, end, direction: 'forward' },
      framesTotal: seen.length,
    };
  });
}
