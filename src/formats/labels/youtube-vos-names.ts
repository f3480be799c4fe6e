import { MAX_OBJECT_ID } from '../../core/ids.ts';
import { readJsonTable } from '../json-table.ts';
import type { SourceFile } from '../source-file.ts';
import { LABEL_FORM } from './label-form.ts';

/**
 * Reads YouTube-VOS' `meta.json`, `{videos: {<video>: {objects: {"1": {category}}}}}`: the
 * categories by object id, by sequence. Several objects may have one. Other files of this name,
 * which have no such `videos`, name nothing.
 * @throws StudioError `file-invalid` with the path of what is wrong; the signal's reason
 */
export async function readYoutubeVosNames(
  file: SourceFile,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, ReadonlyMap<number, string>>> {
  const names = new Map<string, ReadonlyMap<number, string>>();
  for await (const [key, videos] of readJsonTable(file, LABEL_FORM, signal)) {
    if (key !== 'videos' || Array.isArray(videos.value)) continue;
    for (const [sequence, video] of videos.members()) {
      const byId = new Map<number, string>();
      for (const [id, object] of video.optional('objects')?.members() ?? []) {
        const number = Number(id);
        if (!/^\d{1,3}$/.test(id) || number < 1 || number > MAX_OBJECT_ID) {
          object.refuse(`must be named by an id from 1 to ${MAX_OBJECT_ID}`);
        }
        const category = object.optional('category')?.text();
        if (category !== undefined) byId.set(number, category);
      }
      names.set(sequence, byId);
    }
  }
  return names;
}
