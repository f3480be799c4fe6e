import type { ExportProgress } from '../protocol/export-api.ts';
import { ByteProgress } from './truth/byte-progress.ts';

/** Bytes told as frames of a clip, in which imports are shown. */
export function bytesAsFrames(
  frameCount: number,
  onProgress: (progress: ExportProgress) => void,
): ByteProgress {
  return new ByteProgress(({ bytesDone, bytesTotal }) => {
    const share = bytesTotal === 0 ? 0 : bytesDone / bytesTotal;
    onProgress({ framesDone: Math.floor(share * frameCount), framesTotal: frameCount });
  });
}
