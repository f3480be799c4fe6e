import { fileStem, safeFileName } from '../formats/frame-names.ts';
import type { VideoInfo } from '../protocol/media-api.ts';

/** The clip's name as DAVIS names a sequence: without extension, fit for a folder. */
export function sequenceName({ name, kind }: Pick<VideoInfo, 'name' | 'kind'>): string {
  // A folder's name may hold dots that start no extension; a zip of frames has one.
  const stem = kind === 'video' || /\.zip$/i.test(name) ? fileStem(name) : name;
  return safeFileName(stem);
}
