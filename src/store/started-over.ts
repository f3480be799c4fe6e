import { objectId } from '../core/ids.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { INITIAL_HISTORY } from './history-slice.ts';
import { INITIAL_ATTENTION } from './attention-slice.ts';
import { INITIAL_MEMORY } from './memory-slice.ts';
import { INITIAL_PLAYBACK } from './playback-slice.ts';
import { INITIAL_PROJECT } from './project-slice.ts';
import { INITIAL_PROMPTS } from './prompts-slice.ts';
import type { StudioState } from './studio-state.ts';
import { INITIAL_REVIEW } from './review-slice.ts';
import { INITIAL_TRACKLETS, newTracklet, withTracklet } from './tracklets-slice.ts';

/** The state on another clip, with one empty object, so that the first click has somewhere to go. */
export function startedOver(state: StudioState, info: VideoInfo): StudioState {
  return {
    ...state,
    project: INITIAL_PROJECT,
    video: { generation: state.video.generation + 1, info, openingName: undefined },
    prompts: INITIAL_PROMPTS,
    memory: INITIAL_MEMORY,
    attention: INITIAL_ATTENTION,
    tracklets: withTracklet(INITIAL_TRACKLETS, newTracklet(objectId(1))),
    history: INITIAL_HISTORY,
    playback: {
      ...INITIAL_PLAYBACK,
      rate: state.playback.rate,
      isLooping: state.playback.isLooping,
      isEveryFrameShown: state.playback.isEveryFrameShown,
    },
    propagation: { status: 'idle' },
    review: INITIAL_REVIEW,
    view: { ...state.view, zoom: { kind: 'fit' }, timelineWindow: undefined },
  };
}
