import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { asSavingError, inUse, noStorage, unfit } from './mask-pack-errors.ts';
import { PACK_HEADER_BYTES, packHeader, readPackHeader } from './mask-pack-header.ts';
import { MaskPack, type PackFolder } from './mask-pack.ts';
import { openSyncAccess, readWhole, writeWhole, type SyncAccess } from './sync-access.ts';

const FOLDER = 'projects';
const PACK = 'masks.pack';
const SPARE = 'masks.pack.new';

/** How long a file may be held by a worker or page that is just ending. */
const RELEASE_MS = 2000;
const RETRY_MS = 50;

/** How to open a pack. */
export interface PackOpening {
  /** Letters, digits, `_` and `-`. */
  readonly projectId: string;
  /** The video's; a new pack is made for it. */
  readonly size: Size;
}

/** The packs of all projects, in the browser's private file system: `projects/<id>/masks.pack`. */
export class MaskPacks {
  readonly #root: () => Promise<FileSystemDirectoryHandle>;

  /** @param root the origin's private file system */
  constructor(root: () => Promise<FileSystemDirectoryHandle>) {
    this.#root = root;
  }

  /**
   * Opens a project's pack, or makes it.
   * @throws StudioError `project-in-use`; `file-invalid` where another version of the studio or a
   * video of another size made it; `storage-full` and `file-write-failed` where nothing can be saved
   */
  async open({ projectId, size }: PackOpening): Promise<MaskPack> {
    try {
      const folder = new ProjectFolder(await this.#folderOf(projectId));
      const file = await folder.openPack();
      try {
        return new MaskPack({ folder, file, size, isHeaderWhole: prepareHeader(file, size) });
      } catch (error) {
        file.close();
        throw error;
      }
    } catch (error) {
      throw asSavingError(error);
    }
  }

  /** Deletes a project's folder, if there is one. @throws StudioError `project-in-use` */
  async delete(projectId: string): Promise<void> {
    requireId(projectId);
    const projects = await this.#projects();
    await whenReleased(() => projects.removeEntry(projectId, { recursive: true })).catch(
      (error: unknown) => {
        if (!isNamed(error, 'NotFoundError')) throw error;
      },
    );
  }

  /** The projects that have a folder, in no order; none where there is no such storage. */
  async list(): Promise<readonly string[]> {
    const names: string[] = [];
    try {
      for await (const name of (await this.#projects()).keys()) names.push(name);
    } catch (error) {
      if (!(asSavingError(error) instanceof StudioError)) throw error;
    }
    return names;
  }

  async #projects(): Promise<FileSystemDirectoryHandle> {
    const root = await this.#root().catch((error: unknown) => {
      throw noStorage(error);
    });
    return root.getDirectoryHandle(FOLDER, { create: true });
  }

  async #folderOf(projectId: string): Promise<FileSystemDirectoryHandle> {
    requireId(projectId);
    return (await this.#projects()).getDirectoryHandle(projectId, { create: true });
  }
}

/** A project's folder. */
class ProjectFolder implements PackFolder {
  readonly #folder: FileSystemDirectoryHandle;

  constructor(folder: FileSystemDirectoryHandle) {
    this.#folder = folder;
  }

  async openPack(): Promise<SyncAccess> {
    const handle = await this.#folder.getFileHandle(PACK, { create: true });
    return whenReleased(() => openSyncAccess(handle));
  }

  async openSpare(): Promise<SyncAccess> {
    const handle = await this.#folder.getFileHandle(SPARE, { create: true });
    const file = await whenReleased(() => openSyncAccess(handle));
    // A rewriting that was cut short has left it.
    file.truncate(0);
    return file;
  }

  async useSpare(): Promise<void> {
    const spare = await this.#folder.getFileHandle(SPARE);
    // The DOM library does not know the method, which every browser with sync access has.
    const movable = spare as unknown as { move(name: string): Promise<void> };
    await whenReleased(() => movable.move(PACK));
  }

  async removeSpare(): Promise<void> {
    await this.#folder.removeEntry(SPARE).catch((error: unknown) => {
      if (!isNamed(error, 'NotFoundError')) throw error;
    });
  }
}

/**
 * Gives a new pack its header and checks that of an old one.
 * @returns whether it is whole
 * @throws StudioError `file-invalid` when it is whole and the pack is not for this clip
 */
function prepareHeader(file: SyncAccess, size: Size): boolean {
  if (file.getSize() < PACK_HEADER_BYTES) {
    // New, or cut short before it held anything.
    file.truncate(0);
    writeWhole(file, packHeader(size), 0);
    return true;
  }
  const header = readPackHeader(readWhole(file, 0, PACK_HEADER_BYTES));
  if (header.kind === 'damaged') return false;
  if (header.kind === 'other-version') {
    throw unfit(
      `The masks of this project are saved in version ${header.version} of the format, which this studio does not know.`,
      'Open the project with the newest studio: reload the page.',
    );
  }
  const { width, height } = header.size;
  if (width !== size.width || height !== size.height) {
    throw unfit(
      `The masks of this project were made at ${width} × ${height}, the clip is ${size.width} × ${size.height}.`,
      'Open the clip that the project was made on.',
    );
  }
  // Cut short, it is a damaged header, behind which every record is still found.
  if (header.kind === 'earlier') writeWhole(file, packHeader(size), 0);
  return true;
}

/** Tries until nobody holds the file. @throws StudioError `project-in-use` when somebody goes on */
async function whenReleased<T>(action: () => Promise<T>): Promise<T> {
  for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
    try {
      return await action();
    } catch (error) {
      // Safari calls it the other one.
      const isHeld =
        isNamed(error, 'NoModificationAllowedError') || isNamed(error, 'InvalidStateError');
      if (!isHeld) throw error;
      if (waitedMs >= RELEASE_MS) throw inUse(error);
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

function requireId(projectId: string): void {
  invariant(/^[\w-]+$/.test(projectId), `a project id is letters, digits, _ and -: ${projectId}`);
}
