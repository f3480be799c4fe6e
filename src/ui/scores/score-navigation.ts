import type { FrameScore } from '../../store/score-selectors.ts';
import { worstFrames } from '../../store/score-selectors.ts';
import {
  assignedObject,
  shownSequence,
  type GroundTruthSlice,
} from '../../store/ground-truth-slice.ts';
import { neighbourFrame } from '../../store/playback-slice.ts';
import type { Studio } from '../../store/studio-store.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';

/** As many of the worst frames are ever listed. */
export const MOST_WORST_FRAMES = 100;
/** As many are listed at first, and taken in turn by the key. */
export const FIRST_WORST_FRAMES = 10;

type Page = Pick<Studio, 'actions' | 'store'>;

/** The frames to correct first, worst first; the same array for the same report and objects. */
export function framesToCorrect(slice: GroundTruthSlice): readonly FrameScore[] {
  return worstFrames(slice, MOST_WORST_FRAMES);
}

/** Goes to the neighbouring frame that the sequence in view annotates; stays where there is none. */
export function seekToAnnotated({ actions, store }: Page, direction: 'next' | 'previous'): void {
  const { groundTruth, playback } = store.getState();
  const frames = shownSequence(groundTruth)?.frames.map(({ frame }) => frame) ?? [];
  const target = neighbourFrame(frames, playback.frame, direction);
  if (target !== undefined) actions.playback.seekTo(target);
}

/** Goes to the first or last frame that the sequence in view annotates. */
export function seekToAnnotatedEdge({ actions, store }: Page, edge: 'first' | 'last'): void {
  const frames = shownSequence(store.getState().groundTruth)?.frames ?? [];
  const target = frames.at(edge === 'first' ? 0 : -1);
  if (target !== undefined) actions.playback.seekTo(target.frame);
}

/** Goes to a scored frame and selects the user's object that was scored there. */
export function goToScore({ actions, store }: Page, score: FrameScore): void {
  const { groundTruth, tracklets } = store.getState();
  actions.playback.seekTo(score.frame);
  const object = assignedObject(groundTruth, score.truthId);
  if (findTracklet(tracklets, object) !== undefined) actions.tracklets.select(object);
}

/**
 * Goes on in the list of the worst frames: to the one after that on which the user is, or to the
 * worst of all, so that after a correction that took a frame off the list it begins anew.
 */
export function goToNextWorst(page: Page): void {
  const { groundTruth, playback, tracklets } = page.store.getState();
  const worst = framesToCorrect(groundTruth).slice(0, FIRST_WORST_FRAMES);
  const here = worst.findIndex(({ frame, truthId }) => {
    const isSelected = assignedObject(groundTruth, truthId) === tracklets.selectedId;
    return frame === playback.frame && isSelected;
  });
  const next = worst[(here + 1) % Math.max(worst.length, 1)];
  if (next !== undefined) goToScore(page, next);
}
