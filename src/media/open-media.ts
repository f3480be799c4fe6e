import type { MediaSource } from '../protocol/media-api.ts';
import type { FrameSource } from './frame-source.ts';
import { isJpeg, isPng } from './images/image-header.ts';
import { openFolder, openZip } from './images/open-images.ts';
import { emptyFile } from './media-errors.ts';
import { openVideo } from './video/open-video.ts';

/** `PK`, as every zip file starts. */
const ZIP_SIGNATURE = [0x50, 0x4b];

/**
 * Opens a clip by what the file holds, whatever its name ends in. The caller disposes the source.
 * @throws StudioError naming the file and what would help
 */
export async function openMedia(source: MediaSource): Promise<FrameSource> {
  if (source.kind === 'folder') return openFolder(source);
  const { file, folder } = source;
  if (file.size === 0) throw emptyFile(file.name);
  const head = new Uint8Array(await file.slice(0, 8).arrayBuffer());
  if (ZIP_SIGNATURE.every((byte, i) => head[i] === byte))
    return openZip(file, folder === undefined ? {} : { folder });
  if (isJpeg(head) || isPng(head)) return openFolder({ name: file.name, files: [file] });
  return openVideo(file);
}
