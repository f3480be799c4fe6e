import { isEngineLost } from './engine-loss.ts';
import type { EngineSession } from './engine-session.ts';
import { patch, type StoreContext } from './store-context.ts';
import { Throttle } from './throttle.ts';

const INTERVAL_MS = 2000;

/**
 * Keeps the account of the device's memory fresh while somebody looks at it.
 * @returns ends it
 */
export function watchDeviceMemory(
  context: StoreContext,
  engine: Pick<EngineSession, 'onFailure'>,
): () => void {
  const { store, services } = context;
  let isWatched = true;
  const ask = async () => {
    const { models, tracklets } = store.getState();
    try {
      const objects = Math.max(1, tracklets.items.length);
      const memory = await services.inference.memoryReport(models.preferences, objects);
      if (!isWatched) return;
      patch(context, 'models', { memory });
      throttle.want();
    } catch (error) {
      if (isWatched) patch(context, 'models', { memory: undefined });
      // A device that cannot be had was told of when the model was to be loaded on it.
      if (isEngineLost(error)) await engine.onFailure(error);
    }
  };
  const throttle = new Throttle({ run: ask, intervalMs: INTERVAL_MS, nowMs: services.nowMs });
  throttle.want();
  return () => {
    isWatched = false;
    throttle[Symbol.dispose]();
  };
}
