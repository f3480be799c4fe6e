import type { StoreContext } from './store-context.ts';
import { promptedFrames } from './prompts-slice.ts';
import { withForgottenMemory } from './summary-track.ts';
import { propagationAfterEdit } from './tracklets-slice.ts';

/** The session that tracked these frames is gone; their masks stay. */
export function forgetTrackedMemory({ store }: Pick<StoreContext, 'store'>): void {
  store.setState(({ tracklets }) => ({
    tracklets: {
      ...tracklets,
      items: tracklets.items.map((tracklet) => ({
        ...tracklet,
        summaries: withForgottenMemory(tracklet.summaries),
      })),
    },
  }));
}

/** Another model tracks differently: what the last one tracked is out of date. */
export function requireTracking({ store }: Pick<StoreContext, 'store'>): void {
  store.setState((state) => {
    const items = state.tracklets.items.map((tracklet) => ({
      ...tracklet,
      needsTracking: tracklet.id in state.prompts.byObject,
      changedFrames: promptedFrames(state.prompts, tracklet.id),
    }));
    const tracklets = { ...state.tracklets, items };
    const parts = { tracklets, prompts: state.prompts };
    return { tracklets, propagation: propagationAfterEdit(state.propagation, parts) };
  });
}
