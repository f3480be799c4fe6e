import type { TruthSequence } from '../core/ground-truth.ts';
import type { ProtocolFrames } from './ground-truth-slice.ts';
import { coverageOf } from './plan-score-export.ts';
import { promptedFrames, promptsAt } from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';
import { framesOf } from './summary-track.ts';
import { findTracklet, type Tracklet } from './tracklets-slice.ts';

/**
 * What the tracker saw where all masks that are scored come from runs of the protocol and nothing
 * else: no correction, no tracking since. Undefined otherwise.
 */
export function protocolFramesOf(state: StudioState): ProtocolFrames | undefined {
  const { truth, finishedRuns } = state.groundTruth;
  const scored = truth?.sequences.filter(
    (sequence) => coverageOf(state, sequence).coveredFrames > 0,
  );
  const ran = (scored ?? []).map((sequence) =>
    isUntouched(state, sequence) ? finishedRuns[sequence.name] : undefined,
  );
  const [first] = ran;
  return ran.every((frames) => frames === first) ? first : undefined;
}

function isUntouched(state: StudioState, { name, frames }: TruthSequence): boolean {
  const [first, last] = [frames[0]?.frame, frames.at(-1)?.frame];
  if (first === undefined || last === undefined) return false;
  const isWithin = (frame: number) => frame >= first && frame <= last;
  const assigned = Object.values(state.groundTruth.scoring[name]?.assigned ?? {});
  return assigned
    .flatMap((id) => findTracklet(state.tracklets, id) ?? [])
    .every((tracklet) => isOfRun(state, tracklet, isWithin));
}

/** After a run the engine has forgotten it: what it tracks since is marked as its own. */
function isOfRun(
  { prompts }: StudioState,
  { id, summaries }: Tracklet,
  isWithin: (frame: number) => boolean,
): boolean {
  const prompted = promptedFrames(prompts, id).filter(isWithin);
  const isStartedOnce =
    prompted.length === 1 &&
    prompted.every((frame) => promptsAt(prompts, id, frame)?.kind === 'mask');
  return isStartedOnce && !framesOf(summaries, ['tracked', 'imported']).some(isWithin);
}
