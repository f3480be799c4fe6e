import type { ExportProgress } from '../protocol/export-api.ts';

/** How far an export or import is, and how long it took so far. */
export interface TransferProgress extends ExportProgress {
  readonly elapsedMs: number;
}

/** What the export worker does for the user now. Fractions are 0..1. */
export type TransferState =
  | { readonly status: 'idle' }
  | { readonly status: 'hashing'; readonly fraction: number }
  | ({ readonly status: 'exporting' | 'importing' } & TransferProgress);

/** Whether the work is in the browser's storage. `idle`: there is none yet. */
export type SavingState =
  | { readonly status: 'idle' }
  | { readonly status: 'saving' }
  | { readonly status: 'saved' }
  | { readonly status: 'failed'; readonly message: string; readonly hint: string | undefined };

/** A model, as far as saved work must know it again. */
export interface MaskModel {
  readonly fileName: string;
  /** Of the checkpoint, lower-case hex. */
  readonly sha256: string;
  /** It comes with the studio and need not be loaded. */
  readonly isBundled: boolean;
}

/** What leaves and enters the studio as files, and what the browser keeps. */
export interface ProjectSlice {
  /** Of the clip, lower-case hex; absent until it is needed. */
  readonly videoSha256: string | undefined;
  /** What made the newest masks; absent while no model has made any. */
  readonly maskModel: MaskModel | undefined;
  readonly transfer: TransferState;
  readonly saving: SavingState;
  /** Whether there is work that is neither in the browser's storage nor exported. */
  readonly hasUnsavedWork: boolean;
}

/** Nothing done, nothing to lose. */
export const INITIAL_PROJECT: ProjectSlice = {
  videoSha256: undefined,
  maskModel: undefined,
  transfer: { status: 'idle' },
  saving: { status: 'idle' },
  hasUnsavedWork: false,
};
