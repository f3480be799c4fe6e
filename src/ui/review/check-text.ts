import { formatCount, formatCounted, formatDurationMs } from '../../store/format.ts';
import { planCheck } from '../../store/plan-check.ts';
import { remainingMs } from '../../store/propagation-state.ts';
import type { CheckRun } from '../../store/review-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';

/** What a check would do, or why there is nothing to check. */
export function checkText(state: StudioState): string {
  const plan = planCheck(state);
  if (!plan.isPossible) return plan.reason;
  const frames = formatCounted(plan.framesTotal, 'frame');
  return `Track ${plan.name} the other way over ${frames} and compare. No mask changes.`;
}

/** The figures of a running check. */
export function checkFigures(check: CheckRun) {
  const { framesDone, framesTotal } = check;
  const leftMs = remainingMs(check);
  return {
    title: `${formatCount(framesDone)} of ${formatCount(framesTotal)} frames`,
    detail: leftMs === undefined ? 'first frame…' : `${formatDurationMs(leftMs)} left`,
    fraction: framesDone === 0 ? undefined : Math.min(framesDone / framesTotal, 1),
  };
}
