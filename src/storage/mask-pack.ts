import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type { MaskLogEntry, MaskPlace } from '../core/mask-log.ts';
import type { MaskRle } from '../core/rle.ts';
import { PackDamage } from './mask-pack-bytes.ts';
import { asSavingError, unreadable } from './mask-pack-errors.ts';
import { packHeader } from './mask-pack-header.ts';
import { encodeEntry, type PackedEntry } from './mask-pack-records.ts';
import { readRuns } from './mask-pack-runs.ts';
import { scanPack, type PackScan } from './mask-pack-scan.ts';
import { readWhole, writeWhole, type SyncAccess } from './sync-access.ts';

const TORN = 'The last change of masks was not saved whole and is left out.';
const DAMAGED = 'Part of what was saved is damaged and left out. Check the masks on the timeline.';

/** What was written reaches the disk after this at the latest. */
const FLUSH_AFTER_MS = 1000;

/** What could not be read of a pack. */
export interface PackDamages {
  /** Whether entries were lost in the midst; rewriting the pack leaves the damage out for good. */
  readonly isDamaged: boolean;
  /** What was lost, as sentences. */
  readonly notices: readonly string[];
}

/** Where packs lie, as far as one pack needs it. */
export interface PackFolder {
  /** An empty file beside the pack. */
  openSpare(): Promise<SyncAccess>;
  /** Makes the spare file the pack; nobody has either open. */
  useSpare(): Promise<void>;
  removeSpare(): Promise<void>;
  openPack(): Promise<SyncAccess>;
}

interface MaskPackOptions {
  readonly folder: PackFolder;
  /** Has a header. */
  readonly file: SyncAccess;
  /** The video's. */
  readonly size: Size;
  readonly isHeaderWhole: boolean;
}

/**
 * The file that keeps a project's masks and steps: entries are appended, never changed. Holds the
 * file for itself until it is closed.
 */
export class MaskPack {
  readonly #folder: PackFolder;
  readonly #size: Size;
  readonly #isHeaderWhole: boolean;
  #file: SyncAccess;
  #endBytes: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lateFailure: unknown;

  /** Takes over `file`. */
  constructor({ folder, file, size, isHeaderWhole }: MaskPackOptions) {
    this.#folder = folder;
    this.#file = file;
    this.#size = size;
    this.#isHeaderWhole = isHeaderWhole;
    this.#endBytes = file.getSize();
  }

  get sizeBytes(): number {
    return this.#endBytes;
  }

  /**
   * Gives every whole entry in order, and cuts off what lies behind the last one. Once, before
   * anything else; `read` may be called by `onEntry`.
   * @returns what could not be read
   * @throws StudioError `file-invalid` when the disk refuses to be read; the pack stays as it is
   */
  replay(onEntry: (packed: PackedEntry) => void): PackDamages {
    const { endBytes, isTorn, damagedPlaces } = this.#scan(onEntry);
    if (isTorn) this.#file.truncate(endBytes);
    this.#endBytes = endBytes;
    const isDamaged = !this.#isHeaderWhole || damagedPlaces > 0;
    return { isDamaged, notices: [...(isTorn ? [TORN] : []), ...(isDamaged ? [DAMAGED] : [])] };
  }

  /**
   * Adds an entry in one write; all of it is there afterwards, or nothing.
   * @returns where the masks of a `put` lie, in their order
   * @throws StudioError `storage-full`, `file-write-failed`
   */
  append(entry: MaskLogEntry): readonly MaskPlace[] {
    if (this.#lateFailure !== undefined) throw this.#lateFailure;
    const { bytes, places } = encodeEntry(entry, this.#endBytes);
    try {
      writeWhole(this.#file, bytes, this.#endBytes);
    } catch (error) {
      // The disk may refuse this too; then the next opening cuts off what is not whole.
      attempt(() => this.#file.truncate(this.#endBytes));
      throw asSavingError(error);
    }
    this.#endBytes += bytes.length;
    this.#timer ??= setTimeout(() => this.#flushLate(), FLUSH_AFTER_MS);
    return places;
  }

  /** The mask whose run lengths lie there. @throws StudioError `file-invalid` */
  read({ at, byteLength }: MaskPlace): MaskRle {
    try {
      return readRuns(readWhole(this.#file, at, byteLength), this.#size);
    } catch (error) {
      if (error instanceof DOMException || error instanceof PackDamage) throw unreadable(error);
      throw error;
    }
  }

  /**
   * Lets what was written reach the disk, so that it outlives a power cut.
   * @throws StudioError `storage-full`, `file-write-failed`
   */
  flush(): void {
    this.#stopTimer();
    try {
      this.#file.flush();
    } catch (error) {
      throw asSavingError(error);
    }
  }

  /**
   * Replaces all entries by others. They are written to another file, which takes the place of this
   * one when it is whole: whatever goes wrong, one of the two is there. Nothing else may be called
   * meanwhile but `read`, by what gives the entries.
   * @returns where the masks of all `put` entries lie, in their order
   * @throws StudioError `storage-full`, `file-write-failed`, and then the pack is as it was
   */
  async rewrite(entries: Iterable<MaskLogEntry>): Promise<readonly MaskPlace[]> {
    this.#stopTimer();
    const places = await this.#writeSpare(entries);
    this.#file.close();
    try {
      await this.#folder.useSpare();
    } catch (error) {
      throw asSavingError(error);
    } finally {
      this.#file = await this.#folder.openPack();
    }
    this.#endBytes = this.#file.getSize();
    this.#lateFailure = undefined;
    return places;
  }

  /** Gives the file free, flushed as far as the disk allows it. */
  close(): void {
    this.#stopTimer();
    attempt(() => this.#file.flush());
    this.#file.close();
  }

  #scan(onEntry: (packed: PackedEntry) => void): PackScan {
    try {
      return scanPack(this.#file, this.#size, onEntry);
    } catch (error) {
      throw error instanceof DOMException ? unreadable(error) : error;
    }
  }

  async #writeSpare(entries: Iterable<MaskLogEntry>): Promise<readonly MaskPlace[]> {
    try {
      const spare = await this.#folder.openSpare();
      try {
        return writeEntries(spare, this.#size, entries);
      } finally {
        spare.close();
      }
    } catch (error) {
      await this.#folder.removeSpare();
      throw asSavingError(error);
    }
  }

  #flushLate(): void {
    try {
      this.flush();
    } catch (error) {
      // Nobody waits for a timer: the next to append is told.
      this.#lateFailure = error;
    }
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function writeEntries(
  file: SyncAccess,
  size: Size,
  entries: Iterable<MaskLogEntry>,
): readonly MaskPlace[] {
  const places: MaskPlace[] = [];
  let writtenBytes = 0;
  const write = (bytes: Uint8Array<ArrayBuffer>) => {
    writeWhole(file, bytes, writtenBytes);
    writtenBytes += bytes.length;
  };
  write(packHeader(size));
  for (const entry of entries) {
    const encoded = encodeEntry(entry, writtenBytes);
    write(encoded.bytes);
    for (const place of encoded.places) places.push(place);
  }
  file.flush();
  invariant(file.getSize() === writtenBytes, 'a rewritten pack has another size than was written');
  return places;
}

/** Runs what a full or failing disk may refuse. */
function attempt(action: () => void): void {
  try {
    action();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
