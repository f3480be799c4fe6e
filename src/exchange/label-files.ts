import { jsonFacts } from '../formats/labels/json-kind.ts';
import type { LabelReading } from '../formats/labels/label-reading.ts';
import type { LabelData, LabelSequence } from '../formats/labels/label-sequence.ts';
import { openObjectFolders, type ObjectFolders } from '../formats/labels/object-folders.ts';
import { readCoco } from '../formats/labels/read-coco.ts';
import { readSav } from '../formats/labels/read-sav.ts';
import { fileStem } from '../formats/frame-names.ts';
import { baseName, namingFile, type SourceFile } from '../formats/source-file.ts';

/** Files with a mask for each object. */
export interface LabelFiles {
  /** Of COCO's family or SA-V's. */
  readonly labels: readonly SourceFile[];
  readonly objectFolders: readonly ObjectFolders[];
}

/** How label files are gone through. */
interface LabelOpening {
  /** Of the open clip, without extension. */
  readonly clipName: string;
  readonly signal: AbortSignal;
  /** Told the bytes of the file under way, and once it is read. */
  readonly onBytes: (bytes: number) => void;
  readonly onFile: (file: SourceFile) => void;
}

/**
 * Reads annotations in JSON, and finds the PNGs of folders for each object. Of several JSON files
 * those that are called like the clip are read alone, where there are any.
 * @throws StudioError `file-invalid` that names the file and the annotation; `out-of-memory`; the
 * signal's reason
 */
export async function openLabels(
  { labels, objectFolders }: LabelFiles,
  { clipName, signal, onBytes, onFile }: LabelOpening,
): Promise<LabelData> {
  const files = filesOfClip(labels, clipName);
  const parts: LabelData[] = [];
  for (const file of files) {
    parts.push(await namingFile(file, () => readLabels(file, { signal, onBytes })));
    onFile(file);
  }
  if (objectFolders.length > 0) parts.push(await openObjectFolders(objectFolders));
  const skipped = labels.length - files.length;
  return {
    sequences: namedApart(parts.flatMap(({ sequences }) => sequences)),
    notices: [
      ...new Set(parts.flatMap(({ notices }) => notices)),
      ...(skipped === 0 ? [] : [`${skipped} annotation files of other names were not read.`]),
    ],
  };
}

/** Those called like the clip, as `sav_000001_manual.json` of the clip `sav_000001`, else all. */
export function filesOfClip(files: readonly SourceFile[], clipName: string): readonly SourceFile[] {
  const named = files.filter(({ path }) => baseName(path).startsWith(clipName));
  return named.length === 0 ? files : named;
}

async function readLabels(file: SourceFile, reading: LabelReading): Promise<LabelData> {
  const { kind } = await jsonFacts(file);
  return kind === 'sav' ? readSav(file, reading) : readCoco(file, reading);
}

/** Sequences of one name, as SA-V's by hand and automatic, are called like their files. */
function namedApart(sequences: readonly LabelSequence[]): readonly LabelSequence[] {
  const uses = new Map<string, number>();
  for (const { name } of sequences) uses.set(name, (uses.get(name) ?? 0) + 1);
  return sequences.map((sequence) => {
    if (uses.get(sequence.name) === 1) return sequence;
    const [file] = sequence.files;
    const stem = file === undefined ? '' : fileStem(baseName(file.path));
    const name = stem === sequence.name ? stem : `${sequence.name} · ${stem}`;
    return { ...sequence, name };
  });
}
