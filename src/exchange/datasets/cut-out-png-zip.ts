import { paintRle } from '../../core/rle.ts';
import { frameStems } from '../../formats/frame-names.ts';
import { RgbaPngWriter } from '../../formats/rgba-png-writer.ts';
import { writeZip, type ZipFile } from '../../formats/zip-writer.ts';
import type { ExportRequest } from '../../protocol/export-api.ts';
import { sequenceName } from '../clip-names.ts';
import type { FrameContent } from '../frame-masks.ts';
import type { ExportTask } from '../task.ts';

/**
 * The bytes of a zip of `<clip>/<frame>.png`: the frame's own pixels where an object is, as the
 * model saw them, and nothing (0, 0, 0, 0) elsewhere.
 */
export function cutOutPngZip(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  task: ExportTask,
): AsyncIterable<Uint8Array> {
  return writeZip(pngFiles(request, frames, task), { modified: new Date(request.createdAt) });
}

async function* pngFiles(
  { video }: ExportRequest,
  frames: AsyncIterable<FrameContent>,
  { media }: ExportTask,
): AsyncGenerator<ZipFile, void> {
  const stemOf = frameStems(video);
  const png = new RgbaPngWriter(video);
  const plane = new Uint8Array(video.width * video.height);
  for await (const { frame, masks } of frames) {
    const { rgba } = await media.framePixels(frame);
    plane.fill(0);
    for (const { mask } of masks) paintRle(plane, mask, 1);
    const pixels = new Uint32Array(rgba.buffer, rgba.byteOffset, plane.length);
    for (let i = 0; i < plane.length; i++) if (plane[i] === 0) pixels[i] = 0;
    const name = `${sequenceName(video)}/${stemOf(frame)}.png`;
    yield { name, bytes: await png.encode(rgba) };
  }
}
