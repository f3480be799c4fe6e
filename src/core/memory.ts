import type { FrameIndex, ObjectId } from './ids.ts';

/**
 * What the user has decided about what the model remembers of an object on a frame.
 * - `pinned`: its memory holds for the whole clip, as that of a prompted frame does, and tracking
 *   that passes the frame keeps its mask.
 * - `dropped`: nothing attends to it, neither to its memory nor to its object pointer. Without
 *   effect where the frame has prompts.
 */
export type MemoryEdit = 'pinned' | 'dropped';

/** A decision about one frame of one object. */
export interface FrameMemoryEdit {
  readonly frame: FrameIndex;
  readonly edit: MemoryEdit;
}

/** A decision with the place that it belongs to, as it is saved. */
export interface PlacedMemoryEdit extends FrameMemoryEdit {
  readonly objectId: ObjectId;
}

/**
 * Why a frame's memory is in the bank: it was prompted, or pinned, or tracked shortly before. A
 * corrected frame that does not condition is one of those tracked before.
 */
export type MemoryRole = 'prompted' | 'pinned' | 'recent';

/** A memory that a frame attends to. */
export interface AttendedMemory {
  readonly frame: FrameIndex;
  readonly role: MemoryRole;
  /** Frames from there to the one that attends; signed, negative where it is yet to come. */
  readonly distance: number;
  /**
   * Which temporal encoding it carries: 0 that of conditioning frames, else how many frames back it
   * is, 1 to 6. (`sam2_base.py: maskmem_tpos_enc`)
   */
  readonly temporalSlot: number;
  /** Whether it is not held any more and will be made again from the stored mask. */
  readonly isRebuilt: boolean;
}

/** An object pointer that a frame attends to. */
export interface AttendedPointer {
  readonly frame: FrameIndex;
  readonly role: MemoryRole;
  /** Frames from there to the one that attends, 0 or more. */
  readonly distance: number;
}

/** What one object's tracking attends to on one frame, were it computed now. */
export interface MemoryAccount {
  readonly frame: FrameIndex;
  readonly direction: 'forward' | 'reverse';
  /** Whether the frame's mask stands as it was said or pinned, so that it attends to nothing. */
  readonly isGiven: boolean;
  /** In the order in which the model gets them: conditioning frames, then the farthest first. */
  readonly memories: readonly AttendedMemory[];
  /** In the order in which the model gets them. */
  readonly pointers: readonly AttendedPointer[];
  /** Conditioning frames that the limit on their number leaves out, ascending. */
  readonly leftOut: readonly FrameIndex[];
}
