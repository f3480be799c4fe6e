import { RECENT_FRAMES, RECENT_STATE_BYTES } from '../sam2/tracker/retention.ts';
import { type ModelMemory, neededBytes } from './memory-plan.ts';

/** What a session may hold on the device, in bytes, besides what the next frame needs. */
export interface MemoryBudgets {
  /** Features of frames that may be asked for again. */
  readonly featureBytes: number;
  /** Logits and memories of tracked frames that a correction may go back to. */
  readonly recentStateBytes: number;
}

/** What a session keeps where nothing was planned. */
export const DEFAULT_BUDGETS: MemoryBudgets = {
  featureBytes: 256 * 2 ** 20,
  recentStateBytes: RECENT_STATE_BYTES,
};

/** Frames seen lately that a click is answered on without encoding them again. */
const FEATURE_FRAMES = 6;
/** Objects whose recent frames are all kept; more of them share what is kept. */
const OBJECTS = 3;

/**
 * What is kept for later beside a model: what is worth keeping, or as much of it as the model leaves of
 * the device's memory. Nothing where it leaves nothing; then only time is lost.
 * @param capacityBytes what the device can be expected to hold
 */
export function planBudgets(memory: ModelMemory, capacityBytes: number): MemoryBudgets {
  const featureBytes = FEATURE_FRAMES * memory.frameBytes;
  const recentStateBytes = OBJECTS * RECENT_FRAMES * memory.stateBytes;
  const left = capacityBytes - neededBytes(memory);
  const share = Math.min(Math.max(left / (featureBytes + recentStateBytes), 0), 1);
  return {
    featureBytes: Math.floor(share * featureBytes),
    recentStateBytes: Math.floor(share * recentStateBytes),
  };
}
