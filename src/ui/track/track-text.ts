import { formatCount, formatCounted, formatDurationMs, formatRate } from '../../store/format.ts';
import type { TrackingPlan } from '../../store/plan-tracking.ts';
import { framesPerSecond, isRunning, remainingMs } from '../../store/propagation-state.ts';
import type { StudioState } from '../../store/studio-state.ts';

interface ProgressText {
  readonly title: string;
  readonly detail: string;
  /** 0..1; absent before the first frame. */
  readonly fraction: number | undefined;
  readonly isCancelling: boolean;
}

/** Which frames a run would go over, or why there can be none. */
export function planText(plan: TrackingPlan): string {
  if (!plan.isPossible) return plan.reason;
  const passes = plan.passes.map((pass) => `${pass.start} to ${pass.end}`);
  return `Track frames ${passes.join(', then ')}`;
}

/** What “Fix from here” would do, or why it can do nothing. */
export function fixText(plan: TrackingPlan): string {
  if (!plan.isPossible) return plan.reason;
  const [pass] = plan.passes;
  const from = plan.takenFrames?.join(', ') ?? String(pass?.start);
  return `Track this object again outward from frame ${from}, until its masks stay the same`;
}

/** The figures of a running propagation. */
export function progressText({ propagation }: StudioState): ProgressText {
  if (!isRunning(propagation)) {
    return { title: '', detail: '', fraction: undefined, isCancelling: false };
  }
  const { run } = propagation;
  const left = remainingMs(run);
  return {
    title: `${formatCount(run.framesDone)} of ${formatCount(run.framesTotal)} frames`,
    detail:
      left === undefined
        ? 'first frame…'
        : `${formatRate(framesPerSecond(run))} fps · ${formatDurationMs(left)} left`,
    fraction: run.framesDone === 0 ? undefined : Math.min(run.framesDone / run.framesTotal, 1),
    isCancelling: propagation.status === 'cancelling',
  };
}

/** What the last run came to; absent when there was none and nothing waits. */
export function outcomeText({ propagation, tracklets }: StudioState): string | undefined {
  switch (propagation.status) {
    case 'idle':
    case 'running':
    case 'cancelling':
      return undefined;
    case 'required': {
      const waiting = tracklets.items.filter((item) => item.needsTracking).length;
      return waiting === 1 ? 'One object needs tracking.' : `${waiting} objects need tracking.`;
    }
    case 'complete': {
      const { framesDone, framesSaved, elapsedMs } = propagation;
      if (framesSaved !== undefined) {
        return `${formatCounted(framesDone, 'frame')} run again, ${formatCount(framesSaved)} left as they were.`;
      }
      const rate = formatRate((framesDone * 1000) / Math.max(elapsedMs, 1));
      return `${formatCounted(framesDone, 'frame')} in ${formatDurationMs(elapsedMs)}, ${rate} fps.`;
    }
    case 'aborted':
      return `Stopped after ${formatCount(propagation.framesDone)} of ${formatCount(propagation.framesTotal)} frames, which are kept.`;
    case 'failed':
      return `Failed after ${formatCounted(propagation.framesDone, 'frame')}; what is done is kept.`;
  }
}

/** Whether there is anything that “Clear tracking” would remove. */
export function hasTrackedMasks({ tracklets, prompts }: StudioState): boolean {
  return tracklets.items.some((item) => {
    const prompted = Object.keys(prompts.byObject[item.id] ?? {}).length;
    return item.summaries.coveredFrames > prompted;
  });
}
