import type { BankRows } from '../kernels/cross-attention/bank-rows.ts';
import type { TrackerConfig } from './engine-graphs.ts';

/** How many mask memories and object pointers there are, or there is room for. */
export interface BankCounts {
  readonly memories: number;
  readonly pointers: number;
}

/** `sam2_base.py: max_obj_ptrs_in_encoder` */
export const MAX_OBJECT_POINTERS = 16;

/**
 * Corrected and pinned frames beyond the usual bank come in such steps, so that one more of them rarely
 * makes new shapes. With 7 at first, 31 fit what a shader can bind at least (128 MiB) at 1024.
 */
const STEP: BankCounts = { memories: 4, pointers: 16 };

/** Room for the usual bank, or for the next steps beyond it. */
export function bankRoom(
  { memories, pointers }: BankCounts,
  {
    numMaskMemories,
    maxObjectPointers,
  }: Pick<TrackerConfig, 'numMaskMemories' | 'maxObjectPointers'>,
): BankCounts {
  return {
    memories: roomFor(memories, numMaskMemories, STEP.memories),
    pointers: roomFor(pointers, maxObjectPointers, STEP.pointers),
  };
}

function roomFor(count: number, usual: number, step: number): number {
  return usual + Math.ceil(Math.max(count - usual, 0) / step) * step;
}

/** Which rows of the keys and values of a bank in such a room hold something. */
export function rowsInRoom(
  counts: BankCounts,
  room: BankCounts,
  tokens: { readonly ofMemory: number; readonly ofPointer: number },
): BankRows {
  return {
    memories: counts.memories * tokens.ofMemory,
    pointersFrom: room.memories * tokens.ofMemory,
    pointers: counts.pointers * tokens.ofPointer,
  };
}
