import { StudioError } from '../core/errors.ts';
import { openSyncAccess, writeWhole, type SyncAccess } from './sync-access.ts';

/** A file being written. One call at a time. */
export interface ExportSink {
  /** Adds to the end. @throws StudioError `storage-full`, `file-write-failed` */
  write(block: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Writes over what is there, or beyond the end; a gap holds zeros. Errors as `write`. */
  writeAt(positionBytes: number, block: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Makes what was written the file; nothing else may be called after. Errors as `write`. */
  close(): Promise<ExportedFile>;
  /** Leaves no partial file. Also after a failed `write` or `close`. */
  abort(): Promise<void>;
}

/** A file that has been written. */
export interface ExportedFile {
  readonly bytes: number;
  /** For temporary files: backed by storage, not by memory. Gone at the studio's next start. */
  readonly file?: File;
}

interface ExportFilesOptions {
  /** The origin's private file system. */
  readonly root: () => Promise<FileSystemDirectoryHandle>;
  readonly locks: LockManager;
  /** Name of this worker's folder; no two live workers have the same. */
  readonly context: string;
}

const FOLDER = 'exports';
/** The user may still be saving the newest finished file while the next is written. */
const KEPT_FILES = 1;

/**
 * Where exports are written. Temporary files lie in a folder for each worker, guarded by a lock
 * that ends with the worker, so that cleaning up never takes a file that another tab is saving.
 */
export class ExportFiles {
  readonly #options: ExportFilesOptions;
  readonly #finished: string[] = [];
  #folder: Promise<FileSystemDirectoryHandle> | undefined;
  #count = 0;

  constructor(options: ExportFilesOptions) {
    this.#options = options;
  }

  /** A file the user chose; what it held before stays until `close`. */
  async openChosen(handle: FileSystemFileHandle): Promise<ExportSink> {
    return translated(async () => new ChosenFileSink(handle, await handle.createWritable()));
  }

  /** A temporary file, handed out by `close`. Older ones but the newest are removed. */
  async openTemporary(name: string): Promise<ExportSink> {
    return translated(async () => {
      this.#folder ??= this.#makeFolder();
      const folder = await this.#folder;
      await this.#removeFinished(folder);
      const fileName = `${this.#count++}-${name}`;
      const handle = await folder.getFileHandle(fileName, { create: true });
      return new TemporaryFileSink({
        handle,
        access: await openSyncAccess(handle),
        remove: () => folder.removeEntry(fileName),
        onFinished: () => this.#finished.push(fileName),
      });
    });
  }

  async #makeFolder(): Promise<FileSystemDirectoryHandle> {
    const { root, locks, context } = this.#options;
    await holdLock(locks, lockName(context));
    const exports = await (await root()).getDirectoryHandle(FOLDER, { create: true });
    await this.#removeLeftovers(exports);
    return exports.getDirectoryHandle(context, { create: true });
  }

  /** Removes what workers that are gone have left. */
  async #removeLeftovers(exports: FileSystemDirectoryHandle): Promise<void> {
    const { locks, context } = this.#options;
    for await (const name of exports.keys()) {
      if (name === context) continue;
      await locks.request(lockName(name), { ifAvailable: true }, async (lock) => {
        if (lock !== null) await exports.removeEntry(name, { recursive: true });
      });
    }
  }

  async #removeFinished(folder: FileSystemDirectoryHandle): Promise<void> {
    while (this.#finished.length > KEPT_FILES) {
      const name = this.#finished.shift();
      if (name !== undefined) await folder.removeEntry(name);
    }
  }
}

class ChosenFileSink implements ExportSink {
  readonly #handle: FileSystemFileHandle;
  readonly #writable: FileSystemWritableFileStream;
  #bytes = 0;

  constructor(handle: FileSystemFileHandle, writable: FileSystemWritableFileStream) {
    this.#handle = handle;
    this.#writable = writable;
  }

  write(block: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.writeAt(this.#bytes, block);
  }

  async writeAt(position: number, data: Uint8Array<ArrayBuffer>): Promise<void> {
    await translated(() => this.#writable.write({ type: 'write', position, data }));
    this.#bytes = Math.max(this.#bytes, position + data.length);
  }

  async close(): Promise<ExportedFile> {
    await translated(() => this.#writable.close());
    return { bytes: this.#bytes };
  }

  async abort(): Promise<void> {
    // A stream that a failed write has ended refuses to be aborted, and has dropped its data.
    await this.#writable.abort().catch(() => undefined);
    // The file dialog has made an empty file of that name, unless there was one to be replaced.
    if ((await this.#handle.getFile()).size === 0) await removeFile(this.#handle);
  }
}

interface TemporaryFile {
  readonly handle: FileSystemFileHandle;
  readonly access: SyncAccess;
  readonly remove: () => Promise<void>;
  readonly onFinished: () => void;
}

class TemporaryFileSink implements ExportSink {
  readonly #file: TemporaryFile;
  #bytes = 0;

  constructor(file: TemporaryFile) {
    this.#file = file;
  }

  write(block: Uint8Array<ArrayBuffer>): Promise<void> {
    return this.writeAt(this.#bytes, block);
  }

  writeAt(at: number, block: Uint8Array<ArrayBuffer>): Promise<void> {
    return translated(async () => {
      writeWhole(this.#file.access, block, at);
      this.#bytes = Math.max(this.#bytes, at + block.length);
    });
  }

  close(): Promise<ExportedFile> {
    return translated(async () => {
      this.#file.access.flush();
      this.#file.access.close();
      const file = await this.#file.handle.getFile();
      this.#file.onFinished();
      return { bytes: this.#bytes, file };
    });
  }

  async abort(): Promise<void> {
    this.#file.access.close();
    await this.#file.remove();
  }
}

/** `FileSystemHandle.remove` is Chromium's only, as is the file dialog that makes it necessary. */
async function removeFile(handle: FileSystemFileHandle): Promise<void> {
  if (!('remove' in handle)) return;
  await (handle as unknown as { remove(): Promise<void> }).remove();
}

/** Resolves once the lock is held, which it is until this worker ends. */
function holdLock(locks: LockManager, name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    locks
      .request(name, () => {
        resolve();
        return new Promise<never>(() => {});
      })
      .catch(reject);
  });
}

function lockName(context: string): string {
  return `${FOLDER}/${context}`;
}

/** Runs `action` and says what the file system's errors mean for the user. */
async function translated<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
    if (error.name === 'QuotaExceededError') throw storageFull(error);
    throw new StudioError('file-write-failed', `The file cannot be written: ${error.message}`, {
      cause: error,
      hint: 'Export again and choose another place.',
    });
  }
}

function storageFull(cause?: unknown): StudioError {
  return new StudioError('storage-full', 'There is no room left for the exported file.', {
    cause,
    hint: 'Free disk space or choose another disk, then export again. Nothing was lost.',
  });
}
