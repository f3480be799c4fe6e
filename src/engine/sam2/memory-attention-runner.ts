import type { DeviceTensor } from '../device-tensor.ts';
import type { MemoryBankSelection } from './engine-graphs.ts';

/** What memory attention makes of a frame before it turns to a bank: the same for all objects. */
export interface FrameQuestion extends Disposable {
  /** `[g²,d]`, to which the answer is added. */
  readonly x: DeviceTensor;
  /** `[1,g²,d]`, the first layer's. */
  readonly queries: DeviceTensor;
}

/** Memory attention, however it is computed. Calls must not overlap. */
export interface MemoryAttentionRunner extends Disposable {
  /** @param stride16 `[g²,d]` @returns the caller's */
  ask(stride16: DeviceTensor): Promise<FrameQuestion>;
  /**
   * Conditioned features `[B·g²,d]` of the B objects whose banks these are, one after another; the
   * caller's. The question stays.
   */
  answer(question: FrameQuestion, banks: readonly MemoryBankSelection[]): Promise<DeviceTensor>;
  /** Lets go of what is held for so many objects only, more than one. */
  forget(objects: number): void;
}
