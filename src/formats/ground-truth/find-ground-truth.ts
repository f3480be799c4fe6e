import { openMaskDataset, type MaskDataset } from '../davis/mask-dataset.ts';
import { jsonFacts, type JsonKind } from '../labels/json-kind.ts';
import { findObjectFolders, type ObjectFolders } from '../labels/object-folders.ts';
import { baseName, type SourceFile } from '../source-file.ts';

const META = /^meta\.json$/i;

/** A ground truth among chosen files; nothing but the start of JSON files has been read. */
export interface FoundGroundTruth {
  /** VISOR annotation files, sparse or dense, one for each video. */
  readonly annotations: readonly SourceFile[];
  /** Annotations of COCO's family or SA-V's. */
  readonly labels: readonly SourceFile[];
  /** PNGs in a folder for each object; without any, they are `masks`. */
  readonly objectFolders: readonly ObjectFolders[];
  /** Masks as PNGs. */
  readonly masks?: MaskDataset;
  /** `frame_mapping.json`. */
  readonly mapping?: SourceFile;
  /** `frames_to_timestamps.json`. */
  readonly times?: SourceFile;
  /** `val_data_mapping.json` and alike. */
  readonly names: readonly SourceFile[];
  /** YouTube-VOS' `meta.json`. */
  readonly metas: readonly SourceFile[];
  /** JSON files of which nothing is known. */
  readonly unknown: readonly SourceFile[];
}

/**
 * Sorts the files of a folder or zip, or single files, by what they bring to a ground truth. The
 * tables of VISOR are known by name, annotations in JSON by their members.
 * @param name for masks that lie in no folder
 * @throws StudioError `file-invalid` when masks are there and cannot be told apart
 */
export async function findGroundTruth(
  files: readonly SourceFile[],
  name: string,
): Promise<FoundGroundTruth> {
  const json = files.filter(({ path }) => /\.json$/i.test(path));
  const mapping = json.find(({ path }) => /frame_mapping/i.test(baseName(path)));
  const times = json.find(({ path }) => /frames_to_timestamps/i.test(baseName(path)));
  const names = json.filter(({ path }) => /data_mapping/i.test(baseName(path)));
  const metas = json.filter(({ path }) => META.test(baseName(path)));
  const tables = new Set([mapping, times, ...names, ...metas]);
  const byKind = new Map<JsonKind, SourceFile[]>();
  for (const file of json) {
    if (tables.has(file)) continue;
    const { kind } = await jsonFacts(file);
    byKind.set(kind, [...(byKind.get(kind) ?? []), file]);
  }
  const of = (...kinds: readonly JsonKind[]) => kinds.flatMap((kind) => byKind.get(kind) ?? []);
  const objectFolders = findObjectFolders(files);
  const hasMasks = objectFolders.length === 0 && files.some(({ path }) => isMask(path));
  return {
    annotations: of('visor'),
    labels: of('coco', 'sav'),
    objectFolders,
    names,
    metas,
    unknown: of('project', 'unknown'),
    ...(hasMasks ? { masks: await openMaskDataset(files, name) } : {}),
    ...(mapping && { mapping }),
    ...(times && { times }),
  };
}

function isMask(path: string): boolean {
  return /\.png$/i.test(path) && !path.split('/').includes('JPEGImages');
}
