import type { FrameIndex } from '../../../core/ids.ts';
import type { FrameMemoryEdit, MemoryEdit } from '../../../core/memory.ts';
import type { MemoryBankView } from './memory-bank.ts';
import type { Remembered } from './memory-policy.ts';

/**
 * What the user decided about one object's memories. They are laid over the bank when it is read and
 * move nothing in it, so that taking one back leaves no trace.
 */
export class MemoryEdits {
  #edits: ReadonlyMap<FrameIndex, MemoryEdit> = new Map();

  get isEmpty(): boolean {
    return this.#edits.size === 0;
  }

  /** In the order in which they were given. */
  get pinned(): readonly FrameIndex[] {
    return [...this.#edits].filter(([, edit]) => edit === 'pinned').map(([frame]) => frame);
  }

  /** Makes these the whole of what was decided. */
  replace(edits: readonly FrameMemoryEdit[]): void {
    this.#edits = new Map(edits.map(({ frame, edit }) => [frame, edit]));
  }

  isPinned(frame: FrameIndex): boolean {
    return this.#edits.get(frame) === 'pinned';
  }

  isDropped(frame: FrameIndex): boolean {
    return this.#edits.get(frame) === 'dropped';
  }
}

/** An object's bank with what was decided about it. */
interface EditedBank<Item> {
  readonly bank: MemoryBankView<Item>;
  readonly edits: MemoryEdits;
  readonly isPrompted: (frame: FrameIndex) => boolean;
}

/**
 * The bank as it is attended to. A pinned output counts among the reference's `cond_frame_outputs`,
 * after those that were prompted, and no longer among its `non_cond_frame_outputs`; a dropped one
 * counts among neither, as if the frame had not been tracked. Both are ours: the reference moves an
 * output between the two only when prompts are taken back.
 */
export function editedBank<Item extends Remembered>({
  bank,
  edits,
  isPrompted,
}: EditedBank<Item>): MemoryBankView<Item> {
  if (edits.isEmpty) return bank;
  const conditioning = new Map(bank.conditioning);
  for (const frame of edits.pinned) {
    const item = bank.nonConditioning.get(frame);
    if (item?.memory !== undefined && !conditioning.has(frame)) conditioning.set(frame, item);
  }
  const isLeft = (frame: FrameIndex) =>
    !edits.isPinned(frame) && (!edits.isDropped(frame) || isPrompted(frame));
  const tracked = [...bank.nonConditioning].filter(([frame]) => isLeft(frame));
  return { conditioning, nonConditioning: new Map(tracked) };
}
