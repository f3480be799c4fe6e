import type { ExportProgress } from '../protocol/export-api.ts';

type OnProgress = (progress: ExportProgress) => void;

/**
 * Tells how far one of several passes over the frames is as progress of the whole.
 * @param pass counted from 0
 */
export function passProgress(onProgress: OnProgress, pass: number, passes: number): OnProgress {
  return ({ framesDone, framesTotal }) =>
    onProgress({
      framesDone: Math.floor((pass * framesTotal + framesDone) / passes),
      framesTotal,
    });
}
