import type { IdPlane } from '../core/scores.ts';

/** A file or folder in a `MaskFolder`, by its name without folders. */
export interface MaskFolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
}

/** A folder of sequences of mask PNGs: on a disk, picked in a page, in a zip. */
export interface MaskFolder {
  /** As errors name the folder. */
  readonly name: string;
  /** What is in the folder at `path` (`''` is the top, `/` separates); absent without it. */
  list(path: string): Promise<readonly MaskFolderEntry[] | undefined>;
  /**
   * Reads a mask PNG's raw values.
   * @throws StudioError `file-invalid`, its message naming the file; also when there is none
   */
  read(path: string): Promise<IdPlane>;
}

/** Names of the mask PNGs in a folder, in Python's order; without hidden files, as `glob` has it. */
export function pngNames(entries: readonly MaskFolderEntry[]): string[] {
  return entries
    .filter(({ name, isFolder }) => !isFolder && name.endsWith('.png') && !name.startsWith('.'))
    .map(({ name }) => name)
    .sort(byCodePoint);
}

/** Names of the folders, in Python's order. */
export function folderNames(entries: readonly MaskFolderEntry[]): string[] {
  return entries
    .filter(({ name, isFolder }) => isFolder && !name.startsWith('.'))
    .map(({ name }) => name)
    .sort(byCodePoint);
}

/** Python compares code points, JavaScript UTF-16 units; they differ past U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
