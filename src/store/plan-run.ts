import { planTracking, type TrackingDirection, type TrackingPlan } from './plan-tracking.ts';
import { isRunning } from './propagation-state.ts';
import type { StudioState } from './studio-state.ts';

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
  return planTracking({
    tracklets: scope === 'all' ? items : items.filter(({ id }) => id === selectedId),
    prompts: state.prompts,
    currentFrame: state.playback.frame,
    frameCount: state.video.info?.frameCount ?? 0,
    direction,
  });
}
