import type { ExportClient } from '../client/export-client.ts';
import type { rememberedFiles } from '../client/remembered-files.ts';
import type { InferenceClient } from '../client/inference-client.ts';
import type { MediaClient } from '../client/media-client.ts';
import type { OfflineClient } from '../client/offline-client.ts';
import type { SaveSuggestion } from '../client/save-file.ts';
import type { ScoreClient } from '../client/score-client.ts';
import type { ProjectRecords } from '../storage/project-records.ts';
import type { ExportOutcome, ExportTarget } from '../protocol/export-api.ts';

/** A text that outlives the page, such as one key of `localStorage`. */
export interface SettingsText {
  /** Absent when nothing was saved, or nothing can be. */
  read(): string | undefined;
  write(text: string): void;
}

/** Everything outside the store that its actions use; made in `main.tsx`, faked in tests. */
export interface StudioServices {
  readonly media: MediaClient;
  readonly inference: InferenceClient;
  readonly exporter: ExportClient;
  readonly scorer: ScoreClient;
  readonly chooseSaveTarget: (suggestion: SaveSuggestion) => Promise<ExportTarget>;
  readonly writeText: (target: ExportTarget, text: string) => Promise<ExportOutcome>;
  readonly downloadFile: (file: File, name: string) => void;
  readonly fetchSampleClip: () => Promise<File>;
  readonly settings: SettingsText;
  readonly projects: ProjectRecords;
  /** Asks the browser to keep what is saved when the disk runs low; resolves to its answer. */
  readonly askToPersist: () => Promise<boolean>;
  /** Letters, digits and `-`; never the same twice. */
  readonly newProjectId: () => string;
  /** See `rememberedFiles`. */
  readonly rememberedFiles: typeof rememberedFiles;
  /** Absent in development, and where the browser has no service workers. */
  readonly offline?: OfflineClient | undefined;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  readonly now: () => Date;
  /** Calls back before the next frame is drawn, or soon where nothing is drawn. */
  readonly requestFrame: (callback: () => void) => void;
  readonly appVersion: string;
}
