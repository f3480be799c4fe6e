import type { MaskRle } from '../../core/rle.ts';

/** What an entry costs besides its run lengths, roughly. */
const ENTRY_OVERHEAD_BYTES = 160;

/** Memory that a kept mask takes, with its place in a map; roughly. */
export function maskBytes(mask: MaskRle): number {
  return mask.counts.byteLength + ENTRY_OVERHEAD_BYTES;
}
