import { planExport } from '../../../store/plan-export.ts';
import { engineObstacle } from '../../../store/plan-run.ts';
import { isRunning } from '../../../store/propagation-state.ts';
import type { StudioState } from '../../../store/studio-state.ts';

/** Nothing is open. */
export function noClip({ video }: StudioState): string | undefined {
  return video.info === undefined ? 'Open a clip first.' : undefined;
}

/** No object is selected, or nothing is open. */
export function noObject(state: StudioState): string | undefined {
  const isNone = state.tracklets.selectedId === undefined;
  return noClip(state) ?? (isNone ? 'Select an object first.' : undefined);
}

/** No ground truth is loaded. */
export function noTruth({ groundTruth }: StudioState): string | undefined {
  return groundTruth.truth === undefined ? 'Load a ground truth first.' : undefined;
}

/** No frame is scored. */
export function noReport(state: StudioState): string | undefined {
  const isNone = state.groundTruth.report === undefined;
  return noTruth(state) ?? (isNone ? 'Nothing is scored yet.' : undefined);
}

/** Tracking runs. */
export function whileTracking({ propagation }: StudioState): string | undefined {
  return isRunning(propagation) ? 'Stop tracking first.' : undefined;
}

/** Tracking does not run. */
export function notTracking({ propagation }: StudioState): string | undefined {
  return isRunning(propagation) ? undefined : 'Nothing is being tracked.';
}

/** The engine has nothing to track with, or is at it. */
export function engineIsOff(state: StudioState): string | undefined {
  return engineObstacle(state);
}

/** A ground truth is being read, or the protocol runs. */
export function truthIsBusy({ groundTruth }: StudioState): string | undefined {
  if (groundTruth.loading !== undefined) return 'The ground truth is being read.';
  return groundTruth.run === undefined ? undefined : 'The protocol is running.';
}

/** There are no masks to write. */
export function nothingToExport(state: StudioState): string | undefined {
  const plan = planExport(state);
  return plan.isPossible ? undefined : plan.reason;
}
