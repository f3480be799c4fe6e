import { INITIAL_ALERTS, type AlertsSlice } from './alerts-slice.ts';
import { INITIAL_BENCHMARK, type BenchmarkSlice } from './benchmark-slice.ts';
import { INITIAL_GROUND_TRUTH, type GroundTruthSlice } from './ground-truth-slice.ts';
import { INITIAL_HISTORY, type HistorySlice } from './history-slice.ts';
import { INITIAL_ATTENTION, type AttentionSlice } from './attention-slice.ts';
import { INITIAL_MEMORY, type MemorySlice } from './memory-slice.ts';
import { INITIAL_MODELS, type ModelsSlice } from './models-slice.ts';
import { INITIAL_OFFLINE, type OfflineState } from './offline-slice.ts';
import { INITIAL_PLAYBACK, type PlaybackSlice } from './playback-slice.ts';
import { INITIAL_PROJECT, type ProjectSlice } from './project-slice.ts';
import { INITIAL_PREVIEWS, type PreviewsSlice } from './previews-slice.ts';
import { INITIAL_PROMPTS, type PromptsSlice } from './prompts-slice.ts';
import type { PropagationState } from './propagation-state.ts';
import { INITIAL_RECENT, type RecentSlice } from './recent-slice.ts';
import { INITIAL_REVIEW, type ReviewSlice } from './review-slice.ts';
import { INITIAL_TRACKLETS, type TrackletsSlice } from './tracklets-slice.ts';
import { INITIAL_VIDEO, type VideoSlice } from './video-slice.ts';
import { INITIAL_VIEW, type ViewSlice } from './view-slice.ts';

/** All that the page knows: ids, numbers, strings, prompts, summaries. No pixels, no handles. */
export interface StudioState {
  readonly project: ProjectSlice;
  readonly video: VideoSlice;
  readonly prompts: PromptsSlice;
  readonly memory: MemorySlice;
  readonly attention: AttentionSlice;
  readonly tracklets: TrackletsSlice;
  readonly previews: PreviewsSlice;
  readonly history: HistorySlice;
  readonly playback: PlaybackSlice;
  readonly propagation: PropagationState;
  readonly models: ModelsSlice;
  readonly benchmark: BenchmarkSlice;
  readonly groundTruth: GroundTruthSlice;
  readonly recent: RecentSlice;
  readonly review: ReviewSlice;
  readonly alerts: AlertsSlice;
  readonly offline: OfflineState;
  readonly view: ViewSlice;
}

/** The page before anything is opened. */
export const INITIAL_STATE: StudioState = {
  project: INITIAL_PROJECT,
  video: INITIAL_VIDEO,
  prompts: INITIAL_PROMPTS,
  memory: INITIAL_MEMORY,
  attention: INITIAL_ATTENTION,
  tracklets: INITIAL_TRACKLETS,
  previews: INITIAL_PREVIEWS,
  history: INITIAL_HISTORY,
  playback: INITIAL_PLAYBACK,
  propagation: { status: 'idle' },
  models: INITIAL_MODELS,
  benchmark: INITIAL_BENCHMARK,
  groundTruth: INITIAL_GROUND_TRUTH,
  recent: INITIAL_RECENT,
  review: INITIAL_REVIEW,
  alerts: INITIAL_ALERTS,
  offline: INITIAL_OFFLINE,
  view: INITIAL_VIEW,
};
