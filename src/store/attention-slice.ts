import type { ObjectId } from '../core/ids.ts';
import type { MemoryAccount } from '../core/memory.ts';

/** What an object attends to on a frame. */
export interface ObjectAccount extends MemoryAccount {
  readonly objectId: ObjectId;
}

/** What the engine has told of its memories, for looking at; no part of the work. */
export interface AttentionSlice {
  /**
   * Of the selected object on the shown frame, once the engine has answered; until then of the place
   * before it. Absent where the object cannot be tracked, and where nobody looks.
   */
  readonly account: ObjectAccount | undefined;
}

/** Nothing asked yet. */
export const INITIAL_ATTENTION: AttentionSlice = { account: undefined };
