import type { FrameIndex } from '../../../core/ids.ts';
import type { FrameOutput } from './frame-output.ts';
import type { ObjectState } from './object-state.ts';

/**
 * How far from where work goes on tracked outputs are held at all. Going on needs 15 frames back
 * (pointers); the rest lets a correction that far back see the very memories that the reference
 * sees. On one side they take 84 MB for each object at 1024 and d = 256, 21 MB for nano at 512.
 */
export const RECENT_FRAMES = 64;

/**
 * Bytes of logits and memories held for all objects together beyond what going on needs: 3 objects
 * at 1024 keep all of `RECENT_FRAMES` on one side, 20 objects keep 10 frames.
 */
export const RECENT_STATE_BYTES = 256 * 2 ** 20;

/** What may be held. */
export interface RetentionPlan {
  /** Frames on either side whose logits and memories are held whatever they take. */
  readonly neededFrames: number;
  readonly budgetBytes: number;
}

interface HeldOutput {
  readonly output: FrameOutput;
  readonly distance: number;
}

/**
 * Lets go of tracked outputs far from where an object's tracking goes on, which is where it was
 * tracked last or, going on from a correction, prompted last; then of logits and memories beyond
 * the budget, farthest first. Conditioning frames, frames with prompts and pinned frames keep all
 * they have.
 */
export function pruneTracked(states: Iterable<ObjectState>, plan: RetentionPlan): void {
  const held: HeldOutput[] = [];
  for (const state of states) {
    for (const [frame, output] of state.bank.nonConditioning) {
      if (state.prompted.has(frame) || state.edits.isPinned(frame)) continue;
      const fromTracked = distance(state.lastTracked, frame);
      const fromPrompted = distance(state.lastPrompted, frame);
      const isHeld = fromTracked <= RECENT_FRAMES || fromPrompted <= plan.neededFrames;
      if (!isHeld) state.bank.takeNonConditioning(frame)?.[Symbol.dispose]();
      else held.push({ output, distance: Math.min(fromTracked, fromPrompted) });
    }
  }
  releaseBeyondBudget(held, plan);
}

function releaseBeyondBudget(held: HeldOutput[], plan: RetentionPlan): void {
  let bytes = held.reduce((sum, { output }) => sum + output.denseBytes, 0);
  if (bytes <= plan.budgetBytes) return;
  held.sort((a, b) => b.distance - a.distance);
  for (const { output, distance } of held) {
    if (bytes <= plan.budgetBytes || distance <= plan.neededFrames) return;
    bytes -= output.denseBytes;
    output.releaseDense();
  }
}

function distance(from: FrameIndex | undefined, to: FrameIndex): number {
  return from === undefined ? Infinity : Math.abs(from - to);
}
