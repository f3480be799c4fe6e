import { formatCount } from '../../store/format.ts';
import { shownSequence, type ProtocolRun } from '../../store/ground-truth-slice.ts';
import { engineObstacle } from '../../store/plan-run.ts';
import type { StudioState } from '../../store/studio-state.ts';

/** Why the protocol cannot be run now, as a sentence; absent when it can. */
export function runObstacle(state: StudioState): string | undefined {
  const { groundTruth } = state;
  if (groundTruth.loading !== undefined) return 'The ground truth is being read.';
  if (groundTruth.run !== undefined) return 'The protocol is running.';
  const sequence = shownSequence(groundTruth);
  if (sequence === undefined || sequence.frames.length === 0) {
    return 'No annotated frame lies on the clip.';
  }
  return engineObstacle(state);
}

/** Which sequence of how many is being run; the name alone where there is one. */
export function runText({ sequence, sequencesDone, sequencesTotal }: ProtocolRun): string {
  if (sequencesTotal === 1) return sequence;
  const number = Math.min(sequencesDone + 1, sequencesTotal);
  return `Sequence ${formatCount(number)} of ${formatCount(sequencesTotal)} · ${sequence}`;
}
