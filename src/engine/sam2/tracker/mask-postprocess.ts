import type { DeviceTensor } from '../../device-tensor.ts';

/** What happens to the decoder's logits before they are shown, kept and resized. */
export interface MaskPostprocess {
  /**
   * Small holes become object, `sam2/utils/misc.py: fill_holes_in_mask_scores`.
   * @param logits each `[1,1,S/4,S/4]`, left as they are; the caller may dispose them once this resolves
   * @returns new tensors of that shape in their order, the caller's; none when it rejects
   */
  fillHoles(logits: readonly DeviceTensor[]): Promise<readonly DeviceTensor[]>;
}
