import { paintRle } from '../../core/rle.ts';
import { frameStems } from '../../formats/frame-names.ts';
import { BinaryPngWriter } from '../../formats/png-writer.ts';
import { writeZip, type ZipFile } from '../../formats/zip-writer.ts';
import type { ExportRequest } from '../../protocol/export-api.ts';
import { sequenceName } from '../clip-names.ts';
import type { FrameContent } from '../frame-masks.ts';

const WHITE = 255;
/** sam2 `tools/vos_inference.py: save_masks_to_dir`, `f"{object_id:03d}"`. */
const FOLDER_DIGITS = 3;

/**
 * The bytes of a zip of `<clip>/<object>/<frame>.png`, black and white, as SA-V's val and test sets
 * are laid out: masks that overlap stay whole. Every object has a PNG on every frame that comes in,
 * since SA-V's evaluator asks for each; black where it is not seen.
 */
export function objectPngZip(
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncIterable<Uint8Array> {
  return writeZip(pngFiles(request, frames), { modified: new Date(request.createdAt) });
}

async function* pngFiles(
  { video, objects }: ExportRequest,
  frames: AsyncIterable<FrameContent>,
): AsyncGenerator<ZipFile, void> {
  const stemOf = frameStems(video);
  const png = new BinaryPngWriter(video);
  const plane = new Uint8Array(video.width * video.height);
  for await (const { frame, masks } of frames) {
    for (const { id } of objects) {
      const mask = masks.find(({ objectId }) => objectId === id)?.mask;
      plane.fill(0);
      if (mask !== undefined) paintRle(plane, mask, WHITE);
      const folder = `${sequenceName(video)}/${String(id).padStart(FOLDER_DIGITS, '0')}`;
      yield { name: `${folder}/${stemOf(frame)}.png`, bytes: await png.encode(plane) };
    }
  }
}
