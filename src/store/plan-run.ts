import { framesOfPass } from './pass-queue.ts';
import { planTracking, type TrackingDirection, type TrackingPlan } from './plan-tracking.ts';
import { isRunning } from './propagation-state.ts';
import type { StudioState } from './studio-state.ts';
import { summaryAt } from './summary-track.ts';

/** Why tracking cannot start now, as a sentence; absent when it can. */
export function trackingObstacle(state: StudioState): string | undefined {
  const obstacle = engineObstacle(state);
  if (obstacle !== undefined) return obstacle;
  return Object.keys(state.prompts.byObject).length === 0 ? 'Click an object first.' : undefined;
}

/** Why the engine cannot track anything now, as a sentence; absent when it can. */
export function engineObstacle(state: StudioState): string | undefined {
  if (state.video.info === undefined) return 'Open a clip first.';
  if (isRunning(state.propagation)) return 'Tracking is running.';
  if (state.benchmark.running !== undefined) return 'A benchmark is running.';
  if (state.review.check !== undefined) return 'Masks are being checked.';
  switch (state.models.engine.status) {
    case 'waiting':
      return state.models.model.status === 'loading'
        ? 'The model is still loading.'
        : 'No model is loaded.';
    case 'starting':
      return 'The model is being prepared for this clip.';
    case 'recovering':
      return 'The inference engine is being restarted.';
    case 'stopped':
      return 'The inference engine has stopped.';
    case 'ready':
      return undefined;
  }
}

/** Which objects a run takes. */
export type TrackingScope = 'all' | 'selected';

/** What tracking would do now. */
export function planRun(
  state: StudioState,
  direction: TrackingDirection,
  scope: TrackingScope,
): TrackingPlan {
  const reason = trackingObstacle(state);
  if (reason !== undefined) return { isPossible: false, reason };
  const { items, selectedId } = state.tracklets;
  const chosen = scope === 'all' ? items : items.filter(({ id }) => id === selectedId);
  const tracklets = chosen.filter(({ isLocked }) => isLocked !== true);
  if (tracklets.length === 0 && chosen.length > 0) {
    return { isPossible: false, reason: scope === 'all' ? 'All objects are locked.' : LOCKED };
  }
  return planTracking({
    tracklets,
    prompts: state.prompts,
    currentFrame: state.playback.frame,
    frameCount: state.video.info?.frameCount ?? 0,
    range: state.playback.range,
    direction,
  });
}

const LOCKED = 'The object is locked.';
const NOTHING_LEFT: TrackingPlan = { isPossible: false, reason: 'No run was stopped.' };

/** What would do the rest of the run that was stopped. */
export function planGoOn(state: StudioState): TrackingPlan {
  const { propagation, prompts, tracklets } = state;
  const reason = trackingObstacle(state);
  if (reason !== undefined) return { isPossible: false, reason };
  if (propagation.status !== 'aborted') return NOTHING_LEFT;
  const free = tracklets.items.filter(
    ({ id, isLocked }) => isLocked !== true && id in prompts.byObject,
  );
  const passes = propagation.rest.flatMap((pass) => {
    const objectIds = free.map(({ id }) => id).filter((id) => pass.objectIds?.includes(id));
    return objectIds.length === 0 ? [] : [{ ...pass, objectIds }];
  });
  const [next] = passes;
  if (next === undefined) return NOTHING_LEFT;
  const isRemembered = free.every(({ id, summaries }) => {
    const before = next.direction === 'forward' ? next.start - 1 : next.start + 1;
    const origin = summaryAt(summaries, before)?.origin;
    return !next.objectIds.includes(id) || origin !== 'kept';
  });
  if (!isRemembered) {
    const forgotten = 'The model has started over since the run was stopped. Track again.';
    return { isPossible: false, reason: forgotten };
  }
  const framesTotal = passes.reduce((sum, pass) => sum + framesOfPass(pass), 0);
  const objectIds = [...new Set(passes.flatMap((pass) => pass.objectIds))];
  return { isPossible: true, passes, objectIds, framesTotal };
}
