import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { PointPrompt } from '../core/prompts.ts';
import type { EngineSession } from './engine-session.ts';
import { lonePoint, promptsAt } from './prompts-slice.ts';
import { isRunning } from './propagation-state.ts';
import { patch, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { summaryAt } from './summary-track.ts';
import { findTracklet } from './tracklets-slice.ts';

/** A point of which it is asked what it may mean. */
interface Question {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
  readonly point: PointPrompt;
}

/**
 * Asks the engine what the selected object's only point on the shown frame may mean, once its mask
 * is there.
 * @returns ends it
 */
export function startCandidateWatch(
  context: StoreContext,
  engine: Pick<EngineSession, 'onFailure'>,
): () => void {
  let asked: PointPrompt | undefined;

  const ask = async ({ objectId, frame, point }: Question) => {
    try {
      const items = await context.services.inference.candidates(objectId, frame);
      if (asked !== point) return;
      const candidates = items && { objectId, frame, point, items };
      patch(context, 'previews', { candidates });
    } catch (error) {
      await engine.onFailure(error);
    }
  };

  return context.store.subscribe((state, before) => {
    if (state.previews !== before.previews) return;
    // Another model, or the same one anew, has other masks.
    if (state.models.engine.status !== 'ready') asked = undefined;
    const question = questionIn(state);
    if (question === undefined || question.point === asked) return;
    asked = question.point;
    void ask(question);
  });
}

function questionIn(state: StudioState): Question | undefined {
  const { models, playback, prompts, propagation, tracklets } = state;
  const isIdle = models.engine.status === 'ready' && models.activity === undefined;
  if (!isIdle || isRunning(propagation) || playback.mode === 'playing') return undefined;
  const tracklet = findTracklet(tracklets, tracklets.selectedId);
  if (tracklet === undefined) return undefined;
  const frame = playback.shownFrame;
  const point = lonePoint(promptsAt(prompts, tracklet.id, frame));
  const isAnswered = summaryAt(tracklet.summaries, frame)?.origin === 'prompt';
  return point && isAnswered ? { objectId: tracklet.id, frame, point } : undefined;
}
