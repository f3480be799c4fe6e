/** What a user dropped or picked: the files, and the folder's name where it was one folder. */
export interface ChosenFiles {
  readonly files: readonly File[];
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

/** Files of `<input webkitdirectory>`, which carry their folder in `webkitRelativePath`. */
export function chosenFolder(files: readonly File[]): ChosenFiles {
  const folderName = files[0]?.webkitRelativePath.split('/')[0];
  return folderName === undefined || folderName === '' ? { files } : { files, folderName };
}

async function collectDropped(dropped: readonly (FileSystemEntry | File)[]): Promise<ChosenFiles> {
  const files: File[] = [];
  for (const item of dropped) {
    if (item instanceof File) files.push(item);
    else await collect(item, files);
  }
  const [first] = dropped;
  const isOneFolder = dropped.length === 1 && first !== undefined && !(first instanceof File);
  return isOneFolder && first.isDirectory ? { files, folderName: first.name } : { files };
}

async function collect(entry: FileSystemEntry, into: File[]): Promise<void> {
  if (isFileEntry(entry)) {
    into.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  } else if (isDirectoryEntry(entry)) {
    for (const child of await readDirectory(entry)) await collect(child, into);
  }
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

function isFileEntry(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectoryEntry(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}
