import { blobFile, isClutter, type SourceFile } from '../../formats/source-file.ts';
import { listZip } from '../../formats/zip-reader.ts';
import type { TruthFile } from '../../protocol/ground-truth-api.ts';

/** What is no zip by its name; of a folder's thousands of files only the others are looked into. */
const NO_ZIP = /\.(png|jpe?g|json|txt|csv|md)$/i;
/** How a zip starts: a file, or the end of an empty one. */
const ZIP_STARTS = ['PK\u0003\u0004', 'PK\u0005\u0006'];

/** The files that were chosen, and those inside zips among them. */
export interface TruthFiles {
  readonly files: readonly SourceFile[];
  /** The chosen files in which these lie, each once, in the order of the choice. */
  readonly originsOf: (files: Iterable<SourceFile>) => readonly TruthFile[];
}

/**
 * Opens the zips among chosen files. Where there is more than one file, what a zip holds lies in a
 * folder of the zip's name.
 * @throws StudioError `file-invalid` for a zip that is damaged or names a path outside itself
 */
export async function openTruthFiles(
  chosen: readonly TruthFile[],
  signal: AbortSignal,
): Promise<TruthFiles> {
  const origins = new Map<SourceFile, TruthFile>();
  for (const one of chosen.filter(({ path }) => !isClutter(path))) {
    signal.throwIfAborted();
    for (const file of await filesOf(one, chosen.length > 1, signal)) origins.set(file, one);
  }
  return {
    files: [...origins.keys()],
    originsOf: (files) => {
      const wanted = new Set([...files].map((file) => origins.get(file)));
      return chosen.filter((one) => wanted.has(one));
    },
  };
}

/** Whether the content starts as a zip does. */
export function isZip(start: string): boolean {
  return ZIP_STARTS.some((zip) => start.startsWith(zip));
}

async function filesOf(
  { path, file }: TruthFile,
  isOneOfMany: boolean,
  signal: AbortSignal,
): Promise<readonly SourceFile[]> {
  if (NO_ZIP.test(path) || !isZip(await startOf(file))) return [blobFile(path, file)];
  const entries = await listZip(file, signal);
  if (!isOneOfMany) return entries;
  const folder = path.replace(/\.zip$/i, '');
  return entries.map((entry) => ({ ...entry, path: `${folder}/${entry.path}` }));
}

async function startOf(file: File): Promise<string> {
  return String.fromCharCode(...new Uint8Array(await file.slice(0, 4).arrayBuffer()));
}
