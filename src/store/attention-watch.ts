import type { EngineSession } from './engine-session.ts';
import { patch, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { findTracklet } from './tracklets-slice.ts';
import { Throttle } from './throttle.ts';

/** From one question to the next: scrubbing and tracking change the place at every frame. */
const INTERVAL_MS = 150;

/**
 * Asks the engine what the selected object attends to on the shown frame, while that is looked at,
 * whenever something that it depends on has changed.
 * @returns ends it
 */
export function startAttentionWatch(
  context: StoreContext,
  engine: Pick<EngineSession, 'memoryAccount' | 'onFailure'>,
): () => void {
  const { store, services } = context;
  const ask = async () => {
    const question = questionIn(store.getState());
    if (question === undefined) return show(undefined);
    const { objectId, frame } = question;
    try {
      const account = await engine.memoryAccount(objectId, frame);
      if (questionIn(store.getState()) !== undefined) show(account && { ...account, objectId });
    } catch (error) {
      show(undefined);
      await engine.onFailure(error);
    }
  };
  const show = (account: StudioState['attention']['account']) => {
    if (store.getState().attention.account !== account) patch(context, 'attention', { account });
  };
  const throttle = new Throttle({ run: ask, intervalMs: INTERVAL_MS, nowMs: services.nowMs });
  const unsubscribe = store.subscribe((state, before) => {
    if (state.attention !== before.attention) return;
    if (!isSameQuestion(state, before)) throttle.want();
  });
  return () => {
    unsubscribe();
    throttle[Symbol.dispose]();
  };
}

/** Undefined while nobody looks, or nothing can answer. */
function questionIn(state: StudioState) {
  const { view, models, tracklets, playback, video } = state;
  const { selectedId: objectId } = tracklets;
  const isLooking = view.panelTab === 'memory' && video.info !== undefined;
  // A protocol and a benchmark have the engine for themselves; it is asked again after them.
  const isLent = state.groundTruth.run !== undefined || state.benchmark.running !== undefined;
  const isReady = models.engine.status === 'ready' && !isLent;
  if (!isLooking || !isReady || objectId === undefined) return undefined;
  return { objectId, frame: playback.shownFrame };
}

function isSameQuestion(state: StudioState, before: StudioState): boolean {
  const [now, then] = [questionIn(state), questionIn(before)];
  if (now === undefined || then === undefined) return now === then;
  const { objectId: id } = now;
  const tracksOf = ({ tracklets }: StudioState) => findTracklet(tracklets, id)?.summaries;
  return (
    id === then.objectId &&
    now.frame === then.frame &&
    state.video.generation === before.video.generation &&
    state.memory.byObject[id] === before.memory.byObject[id] &&
    state.prompts.byObject[id] === before.prompts.byObject[id] &&
    tracksOf(state) === tracksOf(before)
  );
}
