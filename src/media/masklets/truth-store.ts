import type { TruthMask } from '../../core/ground-truth.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { TruthFrameMasks } from '../../protocol/media-api.ts';

type Sequences = Map<string, Map<FrameIndex, readonly TruthMask[]>>;

/**
 * The ground truth's masks, by sequence and frame, as run lengths at their own size. Another ground
 * truth is gathered beside the one in use, and takes its place as a whole.
 */
export class TruthStore {
  readonly #onChange: () => void;
  #inUse: Sequences = new Map();
  #arriving: Sequences = new Map();

  /** @param onChange called after the ground truth in use has changed */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Gathers masks for the next ground truth. */
  put(frames: readonly TruthFrameMasks[]): void {
    for (const { sequence, frame, masks } of frames) {
      let own = this.#arriving.get(sequence);
      if (own === undefined) this.#arriving.set(sequence, (own = new Map()));
      own.set(frame, masks);
    }
  }

  /** Ends the gathering: what came is used from now on, or forgotten. */
  settle(how: 'use' | 'discard'): void {
    const arrived = this.#arriving;
    this.#arriving = new Map();
    if (how === 'discard') return;
    this.#inUse = arrived;
    this.#onChange();
  }

  /** Forgets the ground truth in use and what was gathered. */
  clear(): void {
    this.#arriving = new Map();
    this.#inUse = new Map();
    this.#onChange();
  }

  /** By truth id; absent where the sequence does not annotate the frame. */
  masksOf(sequence: string, frame: FrameIndex): readonly TruthMask[] | undefined {
    return this.#inUse.get(sequence)?.get(frame);
  }
}
