import type { FrameIndex } from '../../../core/ids.ts';
import type { MemoryAccount, MemoryRole } from '../../../core/memory.ts';
import type { MemoryBankView } from './memory-bank.ts';
import { editedBank } from './memory-edits.ts';
import type { ChosenMemory, ChosenPointer, MemoryPolicy, MemoryQuery } from './memory-policy.ts';
import type { ObjectState } from './object-state.ts';
import type { OutputRebuilder } from './output-rebuilder.ts';
import { directionStep } from './tracking-direction.ts';

/** What an account is made with; it changes none of it. */
export interface AccountParts {
  readonly policy: MemoryPolicy;
  readonly rebuilder: OutputRebuilder;
  /** See `TrackerSettings`. */
  readonly keepsCorrections: boolean;
}

/** Stands for an output, be it held or yet to be made again. */
interface Ghost {
  readonly memory: 'held' | 'rebuilt' | undefined;
}

/**
 * What the object would attend to on a frame were it computed now: the policy's own choice, from the
 * bank as it will be once waiting prompts are committed and memories that are not held are made from
 * stored masks. Nothing is computed or changed. Undefined where the object cannot be tracked.
 */
export async function accountOf(
  state: ObjectState,
  query: MemoryQuery,
  { policy, rebuilder, keepsCorrections }: AccountParts,
): Promise<MemoryAccount | undefined> {
  const { frame, direction } = query;
  const bank = await bankToBe(state, framesRead(state, policy, query), rebuilder);
  if (bank.conditioning.size === 0) return undefined;
  const account = { frame, direction, leftOut: [] };
  if (bank.conditioning.has(frame)) {
    return { ...account, isGiven: true, memories: [], pointers: [] };
  }
  const isCorrected = state.isCorrected(frame) || state.temporary.has(frame);
  const choice = policy.choose(query, bank);
  const roleOf = (chosen: Pick<ChosenMemory<Ghost>, 'frame' | 'isConditioning'>): MemoryRole => {
    if (!chosen.isConditioning) return 'recent';
    return state.prompted.has(chosen.frame) ? 'prompted' : 'pinned';
  };
  return {
    ...account,
    isGiven: keepsCorrections && isCorrected,
    memories: choice.memories.map((chosen) => ({
      frame: chosen.frame,
      role: roleOf(chosen),
      distance: (frame - chosen.frame) * directionStep(direction),
      temporalSlot: chosen.isConditioning ? 0 : chosen.temporalRow + 1,
      isRebuilt: chosen.item.memory === 'rebuilt',
    })),
    pointers: choice.pointers.map((chosen: ChosenPointer<Ghost>) => ({
      frame: chosen.frame,
      role: roleOf(chosen),
      distance: chosen.temporalDistance,
    })),
    leftOut: choice.leftOut.toSorted((a, b) => a - b),
  };
}

/**
 * Frames whose memory tracking reads on a frame, or would read were it there: the neighbours that
 * were not dropped, and all that are pinned.
 */
export function framesRead(
  state: ObjectState,
  policy: MemoryPolicy,
  query: MemoryQuery,
): readonly FrameIndex[] {
  const { edits } = state;
  const isRead = (frame: FrameIndex) => !edits.isDropped(frame) || state.prompted.has(frame);
  return [...new Set([...policy.neighbours(query).filter(isRead), ...edits.pinned])];
}

async function bankToBe(
  state: ObjectState,
  read: readonly FrameIndex[],
  rebuilder: OutputRebuilder,
): Promise<MemoryBankView<Ghost>> {
  const conditioning = new Map<FrameIndex, Ghost>();
  const nonConditioning = new Map<FrameIndex, Ghost>();
  for (const frame of state.bank.conditioning.keys()) conditioning.set(frame, { memory: 'held' });
  for (const [frame, { memory }] of state.bank.nonConditioning) {
    nonConditioning.set(frame, { memory: memory === undefined ? undefined : 'held' });
  }
  for (const frame of read) {
    const canRebuild = await rebuilder.canRebuild(state, frame, 'stored');
    if (canRebuild) nonConditioning.set(frame, { memory: 'rebuilt' });
  }
  // As `ObjectState.commit` will.
  for (const [frame, { isConditioning }] of state.temporary) {
    if (isConditioning) {
      nonConditioning.delete(frame);
      conditioning.set(frame, { memory: 'held' });
    } else if (!conditioning.has(frame)) nonConditioning.set(frame, { memory: 'held' });
  }
  const { edits } = state;
  const bank = { conditioning, nonConditioning };
  return editedBank({ bank, edits, isPrompted: (frame) => state.prompted.has(frame) });
}
