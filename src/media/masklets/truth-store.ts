import { invariant } from '../../core/assert.ts';
import type { Size } from '../../core/geometry.ts';
import type { TruthMask } from '../../core/ground-truth.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { TruthFrameMasks } from '../../protocol/media-api.ts';
import { maskBytes } from './mask-bytes.ts';

interface SequenceMasks {
  readonly frames: Map<FrameIndex, readonly TruthMask[]>;
  /** Of all its masks; absent until the first one came. */
  size: Size | undefined;
}

type Sequences = Map<string, SequenceMasks>;

/**
 * The ground truth's masks, by sequence and frame, as run lengths at their own size. Another ground
 * truth is gathered beside the one in use, and takes its place as a whole.
 */
export class TruthStore {
  readonly #listeners = new Set<() => void>();
  #inUse: Sequences = new Map();
  #arriving: Sequences = new Map();

  /** Memory that the masks take, those being gathered included; roughly. */
  get usedBytes(): number {
    return bytesOf(this.#inUse) + bytesOf(this.#arriving);
  }

  /** Calls `listener` after the ground truth in use has changed, until the returned function is called. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Gathers masks for the next ground truth; a frame that comes again replaces what it was. */
  put(frames: readonly TruthFrameMasks[]): void {
    for (const { sequence, frame, masks } of frames) {
      let own = this.#arriving.get(sequence);
      if (own === undefined) {
        this.#arriving.set(sequence, (own = { frames: new Map(), size: undefined }));
      }
      for (const { mask } of masks) requireSize(own, mask, sequence);
      own.frames.set(
        frame,
        masks.toSorted((a, b) => a.truthId - b.truthId),
      );
    }
  }

  /** Ends the gathering: what came is used from now on, or forgotten. */
  settle(how: 'use' | 'discard'): void {
    const arrived = this.#arriving;
    this.#arriving = new Map();
    if (how === 'discard') return;
    this.#inUse = arrived;
    this.#tell();
  }

  /** Forgets the ground truth in use and what was gathered. */
  clear(): void {
    this.#arriving = new Map();
    this.#inUse = new Map();
    this.#tell();
  }

  /** By truth id; empty where none is to be seen, absent where the sequence does not annotate the frame. */
  masksOf(sequence: string, frame: FrameIndex): readonly TruthMask[] | undefined {
    return this.#inUse.get(sequence)?.frames.get(frame);
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

function requireSize(own: SequenceMasks, { width, height }: Size, sequence: string): void {
  own.size ??= { width, height };
  invariant(
    width === own.size.width && height === own.size.height,
    `a true mask of ${width} × ${height} is not of the size of ${sequence}, ${own.size.width} × ${own.size.height}`,
  );
}

function bytesOf(sequences: Sequences): number {
  let bytes = 0;
  for (const { frames } of sequences.values()) {
    for (const masks of frames.values()) {
      for (const { mask } of masks) bytes += maskBytes(mask);
    }
  }
  return bytes;
}
