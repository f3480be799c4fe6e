import type { ScoreProtocol } from '../core/scores.ts';

/** What sets the official tools apart; all else is common to them. `docs/scoring.md`. */
export interface ProtocolRules {
  readonly skipsFirstFrame: boolean;
  readonly skipsLastFrame: boolean;
  /**
   * `first-frame`: ids 1 to the highest of the first ground-truth frame, on every scored frame;
   * any higher predicted id is refused. `seen`: ids that the ground truth of a scored frame holds,
   * each from the frame on which either side first shows it.
   */
  readonly objects: 'first-frame' | 'seen';
}

/**
 * - VISOR: VISOR-VOS `evaldavis2017/davis2017/evaluation.py`, `[:, 1:]`
 * - DAVIS: davis2017-evaluation `evaluation.py`, `[:, 1:-1]`
 * - SA-V: sam2 `sav_dataset/utils/sav_benchmark.py`, `skip_first_and_last`
 */
export const PROTOCOL_RULES: Readonly<Record<ScoreProtocol, ProtocolRules>> = {
  visor: { skipsFirstFrame: true, skipsLastFrame: false, objects: 'first-frame' },
  davis: { skipsFirstFrame: true, skipsLastFrame: true, objects: 'first-frame' },
  sav: { skipsFirstFrame: true, skipsLastFrame: true, objects: 'seen' },
  'sav-all-frames': { skipsFirstFrame: false, skipsLastFrame: false, objects: 'seen' },
};

/** The frames of a sequence that are scored, `[start, end)`; empty where it is too short. */
export function scoredRange(
  rules: ProtocolRules,
  frameCount: number,
): { readonly start: number; readonly end: number } {
  const start = Math.min(rules.skipsFirstFrame ? 1 : 0, frameCount);
  return { start, end: Math.max(start, frameCount - (rules.skipsLastFrame ? 1 : 0)) };
}
