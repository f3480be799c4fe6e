import type { TruthObject, TruthSequence } from '../core/ground-truth.ts';
import { frameIndex, type FrameIndex } from '../core/ids.ts';
import { shownSequence, type GroundTruthSlice, type ProtocolFrames } from './ground-truth-slice.ts';

/** An object of the ground truth, and the frame whose true mask it is started from. */
export interface ProtocolStart extends TruthObject {
  readonly frame: FrameIndex;
}

/** What is run of one sequence. */
export interface SequencePlan {
  readonly sequence: string;
  /** Those that the tracker sees, ascending. */
  readonly frames: readonly FrameIndex[];
  /** By ascending truth id. Never empty. */
  readonly starts: readonly ProtocolStart[];
  /** Those of which no frame shows a mask to start from. */
  readonly unseen: readonly TruthObject[];
}

/** What the protocol would run, or why it cannot. */
export type ProtocolPlan =
  | { readonly isPossible: true; readonly sequences: readonly SequencePlan[] }
  | { readonly isPossible: false; readonly reason: string };

/**
 * Objects are started from the first annotated frame that shows them, as SAM 2's tool does it with
 * `--track_object_appearing_later_in_video`; under VISOR's first-frame rule from the first annotated
 * frame alone, since nothing else of the ground truth is given there.
 * Source: `vos_inference.py`.
 */
export function planProtocol(
  slice: GroundTruthSlice,
  frames: ProtocolFrames,
  scope: 'sequence' | 'all',
): ProtocolPlan {
  const { truth } = slice;
  if (truth === undefined) return { isPossible: false, reason: 'Load a ground truth first.' };
  const shown = shownSequence(slice);
  const wanted = scope === 'all' ? truth.sequences : shown === undefined ? [] : [shown];
  const isFirstFrameOnly = truth.kind === 'visor' && truth.rule === 'first-frame';
  const sequences = wanted.flatMap(
    (sequence) => planSequence(sequence, frames, isFirstFrameOnly) ?? [],
  );
  if (sequences.length > 0) return { isPossible: true, sequences };
  return { isPossible: false, reason: 'No annotated frame with an object lies on this clip.' };
}

/** Frames that the plan computes: later objects join on the frame that shows them first. */
export function framesOfPlan(plan: SequencePlan): number {
  const first = Math.min(...plan.starts.map(({ frame }) => frame));
  return plan.frames.filter((frame) => frame >= first).length;
}

function planSequence(
  sequence: TruthSequence,
  frames: ProtocolFrames,
  isFirstFrameOnly: boolean,
): SequencePlan | undefined {
  const annotated = isFirstFrameOnly ? sequence.frames.slice(0, 1) : sequence.frames;
  const starts = sequence.objects.flatMap((object): ProtocolStart[] => {
    const first = annotated.find(({ truthIds }) => truthIds.includes(object.truthId));
    return first === undefined ? [] : [{ ...object, frame: first.frame }];
  });
  if (starts.length === 0) return undefined;
  const unseen = sequence.objects.filter(
    ({ truthId }) => !starts.some((start) => start.truthId === truthId),
  );
  return { sequence: sequence.name, frames: framesSeen(sequence, frames), starts, unseen };
}

function framesSeen({ frames }: TruthSequence, which: ProtocolFrames): readonly FrameIndex[] {
  // Two annotated frames may lie on one frame of the clip.
  const annotated = [...new Set(frames.map(({ frame }) => frame))].sort((a, b) => a - b);
  if (which === 'annotated') return annotated;
  const [first = 0, last = first] = [annotated[0], annotated.at(-1)];
  return Array.from({ length: last - first + 1 }, (_, at) => frameIndex(first + at));
}
