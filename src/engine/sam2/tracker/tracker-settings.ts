import type { CorrectionMode } from '../../../core/prompts.ts';

/** Where the studio leaves the choice between the reference's behaviour and another. */
export interface TrackerSettings {
  /**
   * `sam2_video_predictor.py: add_all_frames_to_correct_as_cond`: every corrected frame becomes a
   * conditioning frame, so that a correction holds for the whole clip, not for its neighbours only.
   */
  readonly addsCorrectedFramesAsConditioning: boolean;
  /**
   * A corrected frame keeps its corrected mask. The reference forgets it: propagation that passes
   * a corrected tracked frame computes it anew without the clicks (releases before December 2024
   * did not), and a correction on a conditioning frame that was tracked over is dropped when the
   * next propagation starts.
   */
  readonly keepsCorrections: boolean;
}

/** The reference with its default flags. */
export const REFERENCE_SETTINGS: TrackerSettings = {
  addsCorrectedFramesAsConditioning: false,
  keepsCorrections: false,
};

/** The reference, except that no click is lost. */
export const DEFAULT_SETTINGS: TrackerSettings = {
  addsCorrectedFramesAsConditioning: false,
  keepsCorrections: true,
};

/** The settings that each mode of correction stands for. */
export const CORRECTION_SETTINGS: Readonly<Record<CorrectionMode, TrackerSettings>> = {
  keep: DEFAULT_SETTINGS,
  condition: { addsCorrectedFramesAsConditioning: true, keepsCorrections: true },
  reference: REFERENCE_SETTINGS,
};
