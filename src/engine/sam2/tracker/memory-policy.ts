import type { FrameIndex } from '../../../core/ids.ts';
import type { MemoryBankSelection, TrackerConfig } from '../engine-graphs.ts';
import type { MemoryBankView } from './memory-bank.ts';
import type { TrackingDirection } from './tracking-direction.ts';

/** The frame that is about to attend to the bank. */
export interface MemoryQuery {
  readonly frame: FrameIndex;
  readonly direction: TrackingDirection;
  /** Frames of the clip. */
  readonly frameCount: number;
  readonly config: TrackerConfig;
}

/** Which of an object's memories and pointers a frame attends to. Stateless. */
export interface MemoryPolicy {
  /** Borrows from the bank. Fails when the bank holds no conditioning frame. */
  select(query: MemoryQuery, bank: MemoryBankView): MemoryBankSelection;
  /**
   * Frames whose memory `select` would take were they tracked, nearest first: what must be rebuilt
   * where it is no longer held.
   */
  neighbours(query: MemoryQuery): readonly FrameIndex[];
}
