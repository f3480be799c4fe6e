import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { ThumbnailReceiver } from '../protocol/media-api.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { drawUpright } from './frame-drawing.ts';
import type { FrameSource, ReadingPace } from './frame-source.ts';

/** Which thumbnails to make. */
export interface ThumbnailRequest {
  readonly source: FrameSource;
  /** In any order, the same frame once or more. */
  readonly frames: readonly FrameIndex[];
  /** In pixels; frames that are lower are not enlarged. */
  readonly maxHeight: number;
}

/**
 * Makes the thumbnails by ascending frame, and gives each away before the next is made. Frames that
 * cannot be decoded are passed over: showing one says why.
 * @throws the reason of the pace's signal when aborted
 */
export async function makeThumbnails(
  { source, frames, maxHeight }: ThumbnailRequest,
  pace: ReadingPace,
  give: ThumbnailReceiver,
): Promise<void> {
  for await (const { index, frame } of framesInPassing(source, frames, pace)) {
    await give(index, thumbnailOf(frame, maxHeight));
  }
}

/**
 * The frames ascending, each once, those that cannot be decoded left out.
 * @throws the reason of the pace's signal when aborted
 */
export async function* framesInPassing(
  source: FrameSource,
  frames: readonly FrameIndex[],
  pace: ReadingPace,
): AsyncGenerator<{ readonly index: FrameIndex; readonly frame: DecodedFrame }, void> {
  using reader = source.readInPassing(pace);
  for (const index of [...new Set(frames)].sort((a, b) => a - b)) {
    const frame = await reader.frame(index).catch((error: unknown) => {
      if (error instanceof StudioError && error.code === 'video-decode-failed') return undefined;
      throw error;
    });
    pace.signal.throwIfAborted();
    if (frame !== undefined) yield { index, frame };
  }
}

function thumbnailOf(frame: DecodedFrame, maxHeight: number): ImageBitmap {
  const { width, height } = frame.upright;
  const scale = Math.min(1, maxHeight / height);
  const size = {
    width: Math.max(1, Math.round(width * scale)),
    height: Math.max(1, Math.round(height * scale)),
  };
  const context = new OffscreenCanvas(size.width, size.height).getContext('2d');
  invariant(context !== null, 'no 2D context for a thumbnail');
  context.imageSmoothingQuality = 'high';
  drawUpright(context, frame, size);
  return context.canvas.transferToImageBitmap();
}
