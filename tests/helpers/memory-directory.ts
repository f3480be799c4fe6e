import { invariant } from '../../src/core/assert.ts';
import type { SyncAccess } from '../../src/storage/sync-access.ts';

/** What Chromium 156 gives where a disk refuses: the error −8, unsigned. */
const FAILED = 0xfffffff8;

/** A disk that can be full and refuse. */
export class MemoryDisk {
  readonly root = new MemoryDirectory(this);
  /** No file grows past this, all together. */
  roomBytes = Infinity;
  /** What a write without room does: takes a part, or gives Chromium's error code. */
  fullWrite: 'part' | 'error-code' = 'error-code';
  /** Every read gives an error code. */
  isUnreadable = false;
  /** Thrown by the next flush, once. */
  flushError: DOMException | undefined;
  /** By kind, since the disk was made. */
  readonly counts = { write: 0, flush: 0, read: 0 };

  /** As the origin's private file system. */
  get handle(): FileSystemDirectoryHandle {
    // What is not used of the interface is not there.
    return this.root as unknown as FileSystemDirectoryHandle;
  }

  get usedBytes(): number {
    return this.root.usedBytes;
  }

  /** The file at a path like `projects/one/masks.pack`. */
  file(path: string): MemoryFile {
    const names = path.split('/');
    const last = names.pop();
    let folder = this.root;
    for (const name of names) {
      const next = folder.entries.get(name);
      invariant(next instanceof MemoryDirectory, `there is no folder ${name}`);
      folder = next;
    }
    const file = folder.entries.get(last ?? '');
    invariant(file instanceof MemoryFile, `there is no file ${path}`);
    return file;
  }
}

class MemoryDirectory {
  readonly kind = 'directory';
  readonly entries = new Map<string, MemoryFile | MemoryDirectory>();
  readonly #disk: MemoryDisk;

  constructor(disk: MemoryDisk) {
    this.#disk = disk;
  }

  get usedBytes(): number {
    return [...this.entries.values()].reduce((sum, entry) => sum + entry.usedBytes, 0);
  }

  get isLocked(): boolean {
    return [...this.entries.values()].some((entry) => entry.isLocked);
  }

  async getDirectoryHandle(name: string, options?: FileSystemGetDirectoryOptions) {
    let entry = this.entries.get(name);
    if (entry === undefined && options?.create === true) {
      this.entries.set(name, (entry = new MemoryDirectory(this.#disk)));
    }
    if (!(entry instanceof MemoryDirectory)) throw new DOMException(name, 'NotFoundError');
    return entry;
  }

  async getFileHandle(name: string, options?: FileSystemGetFileOptions) {
    let entry = this.entries.get(name);
    if (entry === undefined && options?.create === true) {
      this.entries.set(name, (entry = new MemoryFile(this.#disk, this)));
    }
    if (!(entry instanceof MemoryFile)) throw new DOMException(name, 'NotFoundError');
    return entry;
  }

  async removeEntry(name: string): Promise<void> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new DOMException(name, 'NotFoundError');
    if (entry.isLocked) throw new DOMException(name, 'NoModificationAllowedError');
    this.entries.delete(name);
  }

  async *keys(): AsyncGenerator<string, void> {
    yield* this.entries.keys();
  }
}

/** A file that one at a time may have open. */
export class MemoryFile {
  readonly kind = 'file';
  bytes = new Uint8Array(0);
  isLocked = false;
  readonly #disk: MemoryDisk;
  readonly #folder: MemoryDirectory;

  constructor(disk: MemoryDisk, folder: MemoryDirectory) {
    this.#disk = disk;
    this.#folder = folder;
  }

  get usedBytes(): number {
    return this.bytes.length;
  }

  async createSyncAccessHandle(): Promise<SyncAccess> {
    if (this.isLocked) throw new DOMException('in use', 'NoModificationAllowedError');
    this.isLocked = true;
    let isOpen = true;
    const checked = <T>(action: () => T): T => {
      if (!isOpen) throw new DOMException('closed', 'InvalidStateError');
      return action();
    };
    return {
      read: (bytes, { at }) => checked(() => this.#read(bytes, at)),
      write: (bytes, { at }) => checked(() => this.#write(bytes, at)),
      truncate: (size) => checked(() => this.#resize(size)),
      getSize: () => checked(() => this.bytes.length),
      flush: () => checked(() => this.#flush()),
      close: () => {
        if (isOpen) this.isLocked = false;
        isOpen = false;
      },
    };
  }

  async move(name: string): Promise<void> {
    const { entries } = this.#folder;
    const replaced = entries.get(name);
    if (this.isLocked || replaced?.isLocked === true) {
      throw new DOMException(name, 'NoModificationAllowedError');
    }
    for (const [own, entry] of entries) if (entry === this) entries.delete(own);
    entries.set(name, this);
  }

  #read(bytes: Uint8Array, at: number): number {
    this.#disk.counts.read++;
    if (this.#disk.isUnreadable) return FAILED;
    const found = this.bytes.subarray(at, at + bytes.length);
    bytes.set(found);
    return found.length;
  }

  #write(bytes: Uint8Array, at: number): number {
    this.#disk.counts.write++;
    const room = this.#disk.roomBytes - this.#disk.usedBytes + this.bytes.length - at;
    if (room < bytes.length && this.#disk.fullWrite === 'error-code') return FAILED;
    const fitting = bytes.subarray(0, Math.max(0, Math.min(bytes.length, room)));
    if (at + fitting.length > this.bytes.length) this.#resize(at + fitting.length);
    this.bytes.set(fitting, at);
    return fitting.length;
  }

  #resize(size: number): void {
    const resized = new Uint8Array(size);
    resized.set(this.bytes.subarray(0, size));
    this.bytes = resized;
  }

  #flush(): void {
    this.#disk.counts.flush++;
    const error = this.#disk.flushError;
    this.#disk.flushError = undefined;
    if (error !== undefined) throw error;
  }
}
