import { createStore, promisifyRequest } from 'idb-keyval';
import { StudioError } from '../core/errors.ts';
import { migrated } from './record-migrations.ts';
import type { ProjectRecord } from './project-record.ts';

/** Values under keys, as a database keeps them: copies, with typed arrays and file handles. */
export interface RecordStorage {
  get(key: string): Promise<unknown>;
  /** Resolves once the value is written; a later `set` is written after it. */
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  values(): Promise<readonly unknown[]>;
}

/** The saved projects, and how many there are that this version of the studio cannot read. */
export interface RecordList {
  /** Newest first. */
  readonly records: readonly ProjectRecord[];
  readonly unreadable: number;
}

/** What the page keeps of each project from one visit to the next; the masks are in packs beside. */
export class ProjectRecords {
  readonly #storage: RecordStorage;

  constructor(storage: RecordStorage) {
    this.#storage = storage;
  }

  /** @throws StudioError `file-write-failed` where the browser keeps nothing */
  async list(): Promise<RecordList> {
    const values = await translated(() => this.#storage.values());
    const records = values.flatMap((value) => migrated(value) ?? []);
    return {
      records: records.toSorted((a, b) => Date.parse(b.savedAt) - Date.parse(a.savedAt)),
      unreadable: values.length - records.length,
    };
  }

  /**
   * Absent where there is none that this version can read.
   * @throws StudioError `file-write-failed` where the browser keeps nothing
   */
  async load(id: string): Promise<ProjectRecord | undefined> {
    return migrated(await translated(() => this.#storage.get(id)));
  }

  /**
   * Replaces the record of the same id. A file handle that this browser cannot keep is left out.
   * @throws StudioError `storage-full`; `file-write-failed` where the browser keeps nothing
   */
  async save(record: ProjectRecord): Promise<void> {
    await translated(async () => {
      try {
        await this.#storage.set(record.id, record);
      } catch (error) {
        if (!isNamed(error, 'DataCloneError')) throw error;
        const { source: _source, ...rest } = record;
        await this.#storage.set(record.id, rest);
      }
    });
  }

  /** @throws StudioError `file-write-failed` where the browser keeps nothing */
  async delete(id: string): Promise<void> {
    await translated(() => this.#storage.delete(id));
  }
}

/** The browser's database. Opened at the first use. */
export function recordDatabase(): RecordStorage {
  const store = createStore('segmentation-studio-projects', 'projects');
  return {
    get: (key) => store('readonly', (objects) => promisifyRequest<unknown>(objects.get(key))),
    values: () => store('readonly', (objects) => promisifyRequest<unknown[]>(objects.getAll())),
    delete: (key) => store('readwrite', (objects) => committed(objects, () => objects.delete(key))),
    set: (key, value) =>
      store('readwrite', (objects) => committed(objects, () => objects.put(value, key))),
  };
}

/** What workers, whose library this is compiled with too, do not know of `StorageManager`. */
interface Persistent {
  persist?(): Promise<boolean>;
}

/**
 * Asks the browser not to clear what this page keeps when the disk runs low. Best asked after a
 * gesture. Resolves to whether it promises that; where it cannot be asked, it does not.
 */
export async function askToPersist(): Promise<boolean> {
  // Absent where the page does not come over a secure connection.
  const storage: (StorageManager & Persistent) | undefined = navigator.storage;
  return (await storage?.persist?.()) ?? false;
}

// Without waiting for the answer: so a page that is just being closed still gets it written.
async function committed(objects: IDBObjectStore, change: () => void): Promise<void> {
  change();
  objects.transaction.commit();
  await promisifyRequest(objects.transaction);
}

/** Runs `action` and says what the database's errors mean for the user. */
async function translated<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isNamed(error, 'QuotaExceededError')) {
      throw new StudioError('storage-full', 'There is no room left to save your work.', {
        cause: error,
        hint: 'Free disk space, or export the project before you close this page.',
      });
    }
    // Where there is no database at all, its name is not known.
    if (!(error instanceof DOMException) && !(error instanceof ReferenceError)) throw error;
    throw new StudioError('file-write-failed', `Work cannot be saved here: ${error.message}`, {
      cause: error,
      hint: 'Private windows keep nothing. Export the project before you close this page.',
    });
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}
