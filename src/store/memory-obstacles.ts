import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MemoryEdit } from '../core/memory.ts';
import { promptsAt } from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';
import { hasMask } from './summary-track.ts';
import { findTracklet } from './tracklets-slice.ts';

/** Why something cannot be decided about a memory, and what to do instead. */
export interface MemoryObstacle {
  readonly message: string;
  readonly hint: string;
}

/** Absent where it can be decided. */
export function memoryObstacle(
  { prompts, tracklets }: Pick<StudioState, 'prompts' | 'tracklets'>,
  edit: MemoryEdit,
  { objectId, frame }: { readonly objectId: ObjectId; readonly frame: FrameIndex },
): MemoryObstacle | undefined {
  if (promptsAt(prompts, objectId, frame) !== undefined) return PROMPTED[edit];
  const summaries = findTracklet(tracklets, objectId)?.summaries;
  return hasMask(summaries, frame) ? undefined : NO_MASK;
}

const PROMPTED: Readonly<Record<MemoryEdit, MemoryObstacle>> = {
  pinned: {
    message: 'This frame has prompts, so the model remembers it already.',
    hint: 'Pin frames that were tracked.',
  },
  dropped: {
    message: 'This frame has prompts; what you said cannot be dropped as a bad memory.',
    hint: 'Clear the frame’s prompts instead (Shift Backspace), or correct its mask.',
  },
};

const NO_MASK: MemoryObstacle = {
  message: 'The object has no mask on this frame, so there is nothing to remember.',
  hint: 'Track the object over this frame first.',
};
