import type { ClipSource } from '../core/clip-source.ts';

/** A file, and where it lay in what was chosen. */
export interface ChosenFile {
  readonly file: File;
  /** From the chosen folder on, its name included, separated by `/`; else the file's name. */
  readonly path: string;
  /** Where it, or the folder that was chosen, can be had again; absent where the browser forgets. */
  readonly source?: ClipSource;
}

/** What a user dropped or picked: the files, and the folder's name where it was one folder. */
export interface ChosenFiles {
  readonly files: readonly ChosenFile[];
  readonly folderName?: string;
}

/** What a drop holds: an entry or a file, and its handle where the browser has one. */
interface DroppedItem {
  readonly dropped: FileSystemEntry | File;
  readonly source: Promise<ClipSource | undefined>;
}

/**
 * Files of a drop, folders read through. Must be called in the drop event itself: the browser
 * empties the list afterwards.
 */
export function readDroppedFiles(items: DataTransferItemList): Promise<ChosenFiles> {
  const dropped = [...items].flatMap((item): DroppedItem[] => {
    // A file that does not come from a file system, as from another page, has no entry.
    const entry = item.webkitGetAsEntry() ?? item.getAsFile();
    return entry === null ? [] : [{ dropped: entry, source: sourceOf(item) }];
  });
  return collectDropped(dropped);
}

/**
 * Files of an `<input>`. Those of a picked folder carry their path in `webkitRelativePath`.
 * @param files of one folder, or of none
 * @param sourceOf where each can be had again
 */
export function pickedFiles(
  files: readonly File[],
  sourceOf?: (file: File) => ClipSource | undefined,
): ChosenFiles {
  const chosen = files.map((file) => chosenFile(file, pathOf(file), sourceOf?.(file)));
  const [first] = chosen;
  const folder = first?.path.includes('/') === true ? first.path.split('/')[0] : undefined;
  return folder === undefined ? { files: chosen } : { files: chosen, folderName: folder };
}

/** Where picked files can be had again, by their handles in the same order. */
export function sourcesOf(
  files: readonly File[],
  handles: readonly FileSystemFileHandle[],
): (file: File) => ClipSource | undefined {
  return (file) => {
    const handle = handles[files.indexOf(file)];
    return handle === undefined ? undefined : { kind: 'handle', handle };
  };
}

/** A file with its path, and with its source where there is one. */
export function chosenFile(file: File, path: string, source: ClipSource | undefined): ChosenFile {
  return source === undefined ? { file, path } : { file, path, source };
}

async function collectDropped(items: readonly DroppedItem[]): Promise<ChosenFiles> {
  const collected = await Promise.all(
    items.map(async ({ dropped, source }) => read(dropped, await source)),
  );
  const files = collected.flat();
  const first = items[0]?.dropped;
  const isOneFolder = items.length === 1 && first !== undefined && !(first instanceof File);
  return isOneFolder && first.isDirectory ? { files, folderName: first.name } : { files };
}

type HandleGetter = () => Promise<FileSystemFileHandle | FileSystemDirectoryHandle | null>;

/** Chromium's handle of a dropped item; TypeScript's DOM library does not know of it. */
async function sourceOf(item: DataTransferItem): Promise<ClipSource | undefined> {
  const getter: unknown = Reflect.get(item, 'getAsFileSystemHandle');
  if (typeof getter !== 'function') return undefined;
  try {
    const handle = await (getter as HandleGetter).call(item);
    return handle === null ? undefined : { kind: 'handle', handle };
  } catch {
    // A file of another page, say; it can be read all the same, but not found again.
    return undefined;
  }
}

async function read(
  entry: FileSystemEntry | File,
  source: ClipSource | undefined,
): Promise<readonly ChosenFile[]> {
  if (entry instanceof File) return [chosenFile(entry, entry.name, source)];
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [chosenFile(file, entry.fullPath.replace(/^\//, ''), source)];
  }
  if (!isDirectoryEntry(entry)) return [];
  const children = await readDirectory(entry);
  return (await Promise.all(children.map((child) => read(child, source)))).flat();
}

// Chromium hands out at most 100 entries a call; an empty answer is the end.
async function readDirectory(directory: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = directory.createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return children;
    children.push(...batch);
  }
}

// Node's files, in tests of the page's logic, do not know of folders.
function pathOf(file: File): string {
  const relative: string | undefined = file.webkitRelativePath;
  return relative === undefined || relative === '' ? file.name : relative;
}

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
