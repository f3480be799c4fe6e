import { frameStems } from '../formats/frame-names.ts';
import { paintIds } from '../formats/id-plane.ts';
import { IndexedPngWriter } from '../formats/png-writer.ts';
import { writeZip, type ZipFile } from '../formats/zip-writer.ts';
import type { ExportRequest } from '../protocol/export-api.ts';
import { sequenceName } from './clip-names.ts';
import type { FrameContent } from './frame-masks.ts';

/**
 * The bytes of a zip of `<clip>/<frame>.png`, one for each frame that comes in, as DAVIS lays out
 * results. A frame on which all objects are absent is all background.
 */
export function pngZip(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncIterable<Uint8Array> {
  return writeZip(pngFiles(request, frames), { modified: new Date(request.createdAt) });
}

async function* pngFiles(
  { video }: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<ZipFile, void> {
  const folder = sequenceName(video);
  const stemOf = frameStems(video);
  const png = new IndexedPngWriter(video);
  const ids = new Uint8Array(video.width * video.height);
  for await (const { frame, masks } of frames) {
    paintIds(ids, video, masks);
    yield { name: `${folder}/${stemOf(frame)}.png`, bytes: await png.encode(ids) };
  }
}
