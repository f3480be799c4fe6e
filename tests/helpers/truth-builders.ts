import { invariant } from '../../src/core/assert.ts';
import type { TruthMask, TruthSequence } from '../../src/core/ground-truth.ts';
import type { Size } from '../../src/core/geometry.ts';
import { frameIndex } from '../../src/core/ids.ts';
import { encodeRle } from '../../src/core/rle.ts';
import type { TruthOutcome } from '../../src/protocol/ground-truth-api.ts';

interface SequenceOptions {
  /** Of the clip, annotated. */
  readonly frames: readonly number[];
  /** Names, by truth id from 1. */
  readonly objects: readonly string[];
  readonly size?: Size;
  /** First frame that shows an object, by truth id; the first annotated one where absent. */
  readonly seenFrom?: Readonly<Record<number, number>>;
  /** Annotated frames that do not lie on the clip. */
  readonly offClip?: number;
}

/** A small size, so that a test's masks are. */
export const TRUTH_SIZE: Size = { width: 64, height: 36 };

/** A sequence as it lies on a clip. */
export function buildSequence(name: string, options: SequenceOptions): TruthSequence {
  const { frames, objects, size = TRUTH_SIZE, seenFrom = {}, offClip = 0 } = options;
  const stemOf = (frame: number) => `${name}_${String(frame).padStart(5, '0')}`;
  const rows = frames.map((frame) => {
    return { stem: stemOf(frame), frame: frameIndex(frame), basis: 'frame-number' } as const;
  });
  const off = Array.from({ length: offClip }, (_, at) => {
    return { stem: stemOf(90_000 + at), reason: 'The clip has no such frame.' };
  });
  return {
    name,
    size,
    objects: objects.map((object, at) => ({ truthId: at + 1, name: object })),
    frames: rows.map(({ stem, frame }) => ({
      stem,
      frame,
      truthIds: objects.map((_, at) => at + 1).filter((id) => frame >= (seenFrom[id] ?? 0)),
    })),
    match: {
      rows: [...rows, ...off],
      matchedCount: rows.length,
      sizes: 'scaled',
      problems: [],
      notices: [],
    },
    dropped: [],
  };
}

/** What the export worker says of a ground truth of these sequences. */
export function buildTruthOutcome(
  sequences: readonly TruthSequence[],
  fields: Partial<TruthOutcome> = {},
): TruthOutcome {
  return {
    name: 'truth',
    kind: 'visor',
    sources: [{ path: 'truth.json', sha256: 'cd'.repeat(32) }],
    sequences,
    unloaded: [],
    notices: [],
    ...fields,
  };
}

/** A square of 4 pixels a side for each object that a frame shows, one beside the other. */
export function buildTruthMasks(sequence: TruthSequence, frame: number): readonly TruthMask[] {
  const shown = sequence.frames.find((one) => one.frame === frame);
  invariant(shown !== undefined, `${sequence.name} does not annotate frame ${frame}`);
  const { width, height } = sequence.size;
  return shown.truthIds.map((truthId) => {
    const data = new Uint8Array(width * height);
    for (let y = 8; y < 12; y++) data.fill(1, y * width + 5 * truthId, y * width + 5 * truthId + 4);
    return { truthId, mask: encodeRle({ width, height, data }) };
  });
}

/** What the decode worker holds of the sequences, by `sequence/frame`. */
export function truthEntries(
  sequences: readonly TruthSequence[],
): readonly (readonly [string, readonly TruthMask[]])[] {
  return sequences.flatMap((sequence) =>
    sequence.frames.map(
      ({ frame }) => [`${sequence.name}/${frame}`, buildTruthMasks(sequence, frame)] as const,
    ),
  );
}
