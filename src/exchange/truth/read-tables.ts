import type { FoundGroundTruth } from '../../formats/ground-truth/find-ground-truth.ts';
import type { FrameTables } from '../../formats/ground-truth/locate-in-video.ts';
import { readYoutubeVosNames } from '../../formats/labels/youtube-vos-names.ts';
import { namingFile } from '../../formats/source-file.ts';
import { readEntityNames, type EntityNames } from '../../formats/visor/entity-names.ts';
import { readFrameMapping, readFrameTimes } from '../../formats/visor/frame-tables.ts';

/**
 * The tables by which VISOR's frames are found in a clip, where they are among the files.
 * @throws StudioError `file-invalid` that names the file; the signal's reason
 */
export async function readFrameTables(
  { mapping, times }: FoundGroundTruth,
  signal: AbortSignal,
): Promise<FrameTables> {
  return {
    ...(mapping && {
      mapping: await namingFile(mapping, () => readFrameMapping(mapping, signal)),
    }),
    ...(times && { times: await namingFile(times, () => readFrameTimes(times, signal)) }),
  };
}

/**
 * Names by object id, by sequence, of all tables together; a later table's sequence counts, and
 * VISOR's tables before YouTube-VOS'.
 * @throws StudioError `file-invalid` that names the file; the signal's reason
 */
export async function readNames(
  { names, metas }: Pick<FoundGroundTruth, 'names' | 'metas'>,
  signal: AbortSignal,
): Promise<EntityNames> {
  const all = new Map<string, ReadonlyMap<number, string>>();
  const take = (table: EntityNames) => {
    for (const [sequence, byId] of table) all.set(sequence, byId);
  };
  for (const file of metas) {
    take(await namingFile(file, () => readYoutubeVosNames(file, signal)));
  }
  for (const file of names) take(await namingFile(file, () => readEntityNames(file, signal)));
  return all;
}
