import type { ExportOutcome, ExportRequest } from '../protocol/export-api.ts';
import type { VideoFormat } from '../protocol/export-format.ts';
import { renderVideo } from '../render/render-video.ts';
import type { ExportSink } from '../storage/export-target.ts';
import type { ExportTask } from './task.ts';

interface VideoExport {
  readonly format: VideoFormat;
  readonly task: ExportTask;
  readonly sink: ExportSink;
}

/**
 * Writes a video of the clip with the masks of the request's objects.
 * @throws as `renderVideo`; leaves no partial file then
 */
export async function exportVideo(
  { video, objects }: ExportRequest,
  { format, task, sink }: VideoExport,
): Promise<ExportOutcome> {
  try {
    const written = await renderVideo({ video, objects, format }, { ...task, sink });
    return { ...(await sink.close()), ...written };
  } catch (error) {
    // What remains after a failed clean-up is removed at the next start; the first error matters.
    await sink.abort().catch(() => undefined);
    throw error;
  }
}
