import { groupBy } from '../core/group-by.ts';
import { frameIndex, type FrameIndex } from '../core/ids.ts';
import type { ExportRequest } from '../protocol/export-api.ts';
import type { FrameMask } from '../protocol/media-api.ts';
import type { ExportTask } from './task.ts';

/** Frames whose masks are fetched and held at once. */
export const BATCH_FRAMES = 16;

/** A frame that was annotated or tracked, with its masks by object id; none where all are absent. */
export interface FrameContent {
  readonly frame: FrameIndex;
  readonly masks: readonly FrameMask[];
}

/**
 * Every frame that was annotated or tracked, in order: those with a mask, a prompt, or a summary
 * that says that the object is absent. Objects that the request does not list, such as ones removed
 * while it was on its way, are left out.
 */
export async function* framesWithMasks(
  request: ExportRequest,
  { media, signal, onProgress }: ExportTask,
): AsyncGenerator<FrameContent, void> {
  const framesTotal = request.video.frameCount;
  const ids = new Set(request.objects.map((object) => object.id));
  const touched = new Set(
    [...request.summaries, ...request.prompts]
      .filter((item) => ids.has(item.objectId))
      .map((item) => item.frame),
  );
  for (let start = 0; start < framesTotal; start += BATCH_FRAMES) {
    const end = Math.min(start + BATCH_FRAMES, framesTotal);
    const batch = await media.masksOfFrames(frameIndex(start), frameIndex(end));
    const byFrame = groupBy(
      batch.filter((mask) => ids.has(mask.objectId)),
      (mask) => mask.frame,
    );
    for (let index = start; index < end; index++) {
      signal.throwIfAborted();
      const frame = frameIndex(index);
      const masks = byFrame.get(frame);
      if (masks !== undefined || touched.has(frame)) yield { frame, masks: masks ?? [] };
    }
    onProgress({ framesDone: end, framesTotal });
  }
}
