import type { ExportProgress } from '../protocol/export-api.ts';
import type { MediaPort, PicturePort, TruthPort } from '../protocol/media-api.ts';

/** What a running export or import works with. */
export interface ExportTask<Progress = ExportProgress> {
  /** Where masks come from and go to. */
  readonly media: MediaPort & PicturePort & TruthPort;
  /** Checked between frames; its reason is what a cancelled task rejects with. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** How many bytes of masks an import may keep from its first pass over the file. */
  readonly retainedBytes: number;
}

/** What a format of masks works with. */
export interface MaskTask extends ExportTask {
  /** Told of each frame that came in and that the file leaves out. */
  readonly onLeftOut: () => void;
}
