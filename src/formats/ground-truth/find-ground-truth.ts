import { looksLikeVisor } from '../../core/visor-start.ts';
import { openMaskDataset, type MaskDataset } from '../davis/mask-dataset.ts';
import { baseName, type SourceFile } from '../source-file.ts';

/** A ground truth among chosen files; nothing but the start of JSON files has been read. */
export interface FoundGroundTruth {
  /** VISOR annotation files, sparse or dense, one for each video. */
  readonly annotations: readonly SourceFile[];
  /** Masks as PNGs. */
  readonly masks?: MaskDataset;
  /** `frame_mapping.json`. */
  readonly mapping?: SourceFile;
  /** `frames_to_timestamps.json`. */
  readonly times?: SourceFile;
  /** `val_data_mapping.json` and alike. */
  readonly names: readonly SourceFile[];
  /** JSON files of which nothing is known. */
  readonly unknown: readonly SourceFile[];
}

/**
 * Sorts the files of a folder or zip, or single files, by what they bring to a ground truth. The
 * tables of VISOR are known by name, its annotations by how they start.
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
  const annotations: SourceFile[] = [];
  const unknown: SourceFile[] = [];
  for (const file of json) {
    if (file === mapping || file === times || names.includes(file)) continue;
    (looksLikeVisor(await startOf(file)) ? annotations : unknown).push(file);
  }
  const hasMasks = files.some(({ path }) => isMask(path));
  return {
    annotations,
    names,
    unknown,
    ...(hasMasks ? { masks: await openMaskDataset(files, name) } : {}),
    ...(mapping && { mapping }),
    ...(times && { times }),
  };
}

function isMask(path: string): boolean {
  return /\.png$/i.test(path) && !path.split('/').includes('JPEGImages');
}

async function startOf(file: SourceFile): Promise<string> {
  for await (const chunk of file.stream()) return new TextDecoder().decode(chunk.subarray(0, 256));
  return '';
}
