import { invariant } from '../../../core/assert.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { MemoryBankSelection, TrackerConfig } from '../engine-graphs.ts';
import type { FrameOutput } from './frame-output.ts';
import type { MemoryBankView } from './memory-bank.ts';
import type { TrackingDirection } from './tracking-direction.ts';

/** The frame that is about to attend to the bank. */
export interface MemoryQuery {
  readonly frame: FrameIndex;
  readonly direction: TrackingDirection;
  /** Frames of the clip. */
  readonly frameCount: number;
  readonly config: TrackerConfig;
}

/** What a policy must know of an output: whether its memory is there. */
export interface Remembered {
  readonly memory: unknown;
}

/** A memory that is attended to. */
export interface ChosenMemory<Item> {
  readonly frame: FrameIndex;
  readonly item: Item;
  readonly isConditioning: boolean;
  /** See `MemoryEntry.temporalRow`. */
  readonly temporalRow: number;
}

/** A pointer that is attended to. */
export interface ChosenPointer<Item> {
  readonly frame: FrameIndex;
  readonly item: Item;
  readonly isConditioning: boolean;
  /** See `PointerEntry.temporalDistance`. */
  readonly temporalDistance: number;
}

/** Which outputs a frame attends to, in the order in which the model gets them. */
export interface MemoryChoice<Item> {
  readonly memories: readonly ChosenMemory<Item>[];
  readonly pointers: readonly ChosenPointer<Item>[];
  /** Conditioning frames that a limit leaves out. */
  readonly leftOut: readonly FrameIndex[];
  /** See `MemoryBankSelection.maxPointerDistance`. */
  readonly maxPointerDistance: number;
}

/** Which of an object's memories and pointers a frame attends to. Stateless. */
export interface MemoryPolicy {
  /**
   * Chooses among outputs, or among what stands for them in an account of the bank: what is told of
   * a choice is thereby what tracking does. Fails when the bank holds no conditioning frame.
   */
  choose<Item extends Remembered>(
    query: MemoryQuery,
    bank: MemoryBankView<Item>,
  ): MemoryChoice<Item>;
  /**
   * Frames whose memory `choose` would take were they tracked, nearest first: what must be rebuilt
   * where it is no longer held.
   */
  neighbours(query: MemoryQuery): readonly FrameIndex[];
}

/** What the model is given of the chosen outputs; borrowed from them. */
export function selectionOf(choice: MemoryChoice<FrameOutput>): MemoryBankSelection {
  return {
    memories: choice.memories.map(({ item, temporalRow }) => {
      invariant(item.memory !== undefined, 'a conditioning frame has no memory yet');
      return { features: item.memory, temporalRow };
    }),
    pointers: choice.pointers.map(({ item, temporalDistance }) => ({
      pointer: item.objectPointer,
      temporalDistance,
    })),
    maxPointerDistance: choice.maxPointerDistance,
  };
}
