/** A file, and where it lay in what was chosen. */
export interface ChosenFile {
  readonly file: File;
  /** From the chosen folder on, its name included, separated by `/`; else the file's name. */
  readonly path: string;
}

/** What a user dropped or picked: the files, and the folder's name where it was one folder. */
export interface ChosenFiles {
  readonly files: readonly ChosenFile[];
  readonly folderName?: string;
}

/**
 * Files of a drop, folders read through. Must be called in the drop event itself: the browser
 * empties the list afterwards.
 */
export function readDroppedFiles(items: DataTransferItemList): Promise<ChosenFiles> {
  // A file that does not come from a file system, as from another page, has no entry.
  const dropped = [...items].flatMap((item) => item.webkitGetAsEntry() ?? item.getAsFile() ?? []);
  return collectDropped(dropped);
}

/**
 * Files of an `<input>`. Those of a picked folder carry their path in `webkitRelativePath`.
 * @param files of one folder, or of none
 */
export function pickedFiles(files: readonly File[]): ChosenFiles {
  const chosen = files.map((file) => ({ file, path: pathOf(file) }));
  const [first] = chosen;
  const folder = first?.path.includes('/') === true ? first.path.split('/')[0] : undefined;
  return folder === undefined ? { files: chosen } : { files: chosen, folderName: folder };
}

async function collectDropped(dropped: readonly (FileSystemEntry | File)[]): Promise<ChosenFiles> {
  const collected = await Promise.all(dropped.map(read));
  const files = collected.flat();
  const [first] = dropped;
  const isOneFolder = dropped.length === 1 && first !== undefined && !(first instanceof File);
  return isOneFolder && first.isDirectory ? { files, folderName: first.name } : { files };
}

async function read(entry: FileSystemEntry | File): Promise<readonly ChosenFile[]> {
  if (entry instanceof File) return [{ file: entry, path: entry.name }];
  if (isFileEntry(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    return [{ file, path: entry.fullPath.replace(/^\//, '') }];
  }
  if (!isDirectoryEntry(entry)) return [];
  const children = await readDirectory(entry);
  return (await Promise.all(children.map(read))).flat();
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
