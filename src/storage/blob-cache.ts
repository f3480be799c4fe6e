/** Blobs kept in the browser's private file system; the oldest go when there are more. */
const MOST_BLOBS = 4;

/**
 * Large blobs that can be made again, kept under a key in the browser's private file system. Made
 * as a stream, so that they are never whole in memory.
 */
export class BlobCache {
  readonly #folder: string;

  /** @param folder name of the folder that this cache has for itself */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * The blob under `key`; where there is none, or one of another size, `make`'s output becomes it.
   * A write that fails leaves nothing behind.
   * @param key letters, digits, `.`, `_` and `-`
   * @throws what `make` throws; a `DOMException` where the browser has no room or no such storage
   */
  async open(
    key: string,
    bytes: number,
    make: () => AsyncIterable<Uint8Array<ArrayBuffer>>,
  ): Promise<Blob> {
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle(this.#folder, { create: true });
    const kept = await existingFile(folder, key);
    if (kept?.size === bytes) return kept;
    const handle = await folder.getFileHandle(key, { create: true });
    try {
      await writeAll(handle, make());
    } catch (error) {
      await folder.removeEntry(key);
      throw error;
    }
    await removeOldest(folder, key);
    return handle.getFile();
  }
}

async function existingFile(
  folder: FileSystemDirectoryHandle,
  name: string,
): Promise<File | undefined> {
  try {
    return await (await folder.getFileHandle(name)).getFile();
  } catch (error) {
    if (error instanceof DOMException && error.name === 'NotFoundError') return undefined;
    throw error;
  }
}

/** The file takes its new contents only when the stream closes. */
async function writeAll(
  handle: FileSystemFileHandle,
  pieces: AsyncIterable<Uint8Array<ArrayBuffer>>,
): Promise<void> {
  const stream = await handle.createWritable();
  try {
    for await (const piece of pieces) await stream.write(piece);
  } catch (error) {
    await stream.abort();
    throw error;
  }
  await stream.close();
}

async function removeOldest(folder: FileSystemDirectoryHandle, kept: string): Promise<void> {
  const files: File[] = [];
  for await (const handle of folder.values()) {
    if (handle.kind === 'file' && handle.name !== kept) files.push(await handle.getFile());
  }
  files.sort((a, b) => b.lastModified - a.lastModified);
  for (const { name } of files.slice(MOST_BLOBS - 1)) await folder.removeEntry(name);
}
