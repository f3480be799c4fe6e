import type { Size } from '../../core/geometry.ts';
import type { MaskLogEntry, MaskPlace } from '../../core/mask-log.ts';
import type { MaskRle } from '../../core/rle.ts';

/** A log entry with where the masks of a `put` are kept. */
export interface KeptEntry {
  readonly entry: MaskLogEntry;
  readonly places: readonly MaskPlace[];
}

/** What could not be read of a log. */
export interface MaskLogDamage {
  /** Whether entries were lost in the midst; rewriting the log leaves the damage out for good. */
  readonly isDamaged: boolean;
  /** What was lost, as sentences. */
  readonly notices: readonly string[];
}

/** Keeps a project's masks and steps beyond the life of the worker. One owner, who closes it. */
export interface MaskLog {
  /** What it takes on the disk. */
  readonly sizeBytes: number;
  /** Gives every entry in order. Once, before anything else; `read` may be called by `onEntry`. */
  replay(onEntry: (kept: KeptEntry) => void): MaskLogDamage;
  /**
   * Adds an entry, whole or not at all.
   * @returns where the masks of a `put` are kept, in their order
   * @throws StudioError `storage-full`, `file-write-failed`
   */
  append(entry: MaskLogEntry): readonly MaskPlace[];
  /** The mask that is kept there. @throws StudioError `file-invalid` where it cannot be read */
  read(place: MaskPlace): MaskRle;
  /** Secures what was added against a power cut. Errors as `append`. */
  flush(): void;
  /**
   * Replaces all entries. Nothing else is called meanwhile, but `read` by what gives the entries.
   * @returns where the masks of all `put` entries are kept, in their order
   * @throws StudioError `storage-full` and `file-write-failed`, and is as it was then;
   * `project-in-use` when another took it over: then only `close` may be called
   */
  rewrite(entries: Iterable<MaskLogEntry>): Promise<readonly MaskPlace[]>;
  close(): void;
}

/** Which log to open. */
export interface MaskLogOpening {
  readonly projectId: string;
  /** The video's. */
  readonly size: Size;
}

/** The logs of all projects. */
export interface MaskLogs {
  /**
   * Opens a project's log, a new one where there is none.
   * @throws StudioError `project-in-use`, `file-invalid`; `storage-full` and `file-write-failed`
   * where nothing can be kept
   */
  open(opening: MaskLogOpening): Promise<MaskLog>;
  /** @throws StudioError `project-in-use` */
  delete(projectId: string): Promise<void>;
  list(): Promise<readonly string[]>;
}
