import type { BankRows } from '../kernels/cross-attention/bank-rows.ts';
import { NUM_MASK_MEMORIES } from './state-dict.ts';

/** How many mask memories and object pointers there are, or there is room for. */
export interface BankCounts {
  readonly memories: number;
  readonly pointers: number;
}

/** `sam2_base.py: num_maskmem` and `max_obj_ptrs_in_encoder`. */
export const USUAL_BANK: BankCounts = { memories: NUM_MASK_MEMORIES, pointers: 16 };

/**
 * Corrected and pinned frames beyond the usual bank come in such steps, so that one more of them rarely
 * makes new shapes. With 7 at first, 31 fit what a shader can bind at least (128 MiB) at 1024.
 */
const STEP: BankCounts = { memories: 4, pointers: 16 };

/** Room for the usual bank, or for the next steps beyond it. */
export function bankRoom(counts: BankCounts): BankCounts {
  const roomFor = (what: keyof BankCounts) => {
    const beyond = Math.max(counts[what] - USUAL_BANK[what], 0);
    return USUAL_BANK[what] + Math.ceil(beyond / STEP[what]) * STEP[what];
  };
  return { memories: roomFor('memories'), pointers: roomFor('pointers') };
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
