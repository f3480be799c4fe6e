import type { ExportOutcome, ExportRequest } from '../protocol/export-api.ts';
import type { GifFormat } from '../protocol/export-format.ts';
import { renderGif } from '../render/render-gif.ts';
import type { ExportSink } from '../storage/export-target.ts';
import type { ExportTask } from './task.ts';
import { writeFile } from './write-file.ts';

interface GifExport {
  readonly format: GifFormat;
  readonly task: ExportTask;
  readonly sink: ExportSink;
}

/**
 * Writes an animated GIF of the clip with the masks of the request's objects.
 * @throws as `renderGif` and `writeFile`; leaves no partial file then
 */
export async function exportGif(
  { video, objects }: ExportRequest,
  { format, task, sink }: GifExport,
): Promise<ExportOutcome> {
  const { frames, chunks } = renderGif({ video, objects, format }, task);
  return { ...(await writeFile(chunks, sink)), frames };
}
