import { invariant } from '../core/assert.ts';
import type { ExportObject, ExportProgress } from '../protocol/export-api.ts';
import type { GifFormat } from '../protocol/export-format.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { GifCanvas } from './gif/gif-canvas.ts';
import { gifFrames, type GifFrame } from './gif/gif-frames.ts';
import { GifWriter } from './gif/gif-writer.ts';
import { loadFrames, type FramePort } from './load-frame.ts';
import { isSeeThrough, readsPixels } from './paint/paint-look.ts';
import { lookSize, pictureBoard } from './picture-board.ts';

/** What a GIF is made of, besides frames and masks, which come over the media port. */
export interface GifJob {
  readonly video: VideoInfo;
  readonly objects: readonly ExportObject[];
  readonly format: GifFormat;
}

/** What making a GIF works with. */
export interface GifTask {
  readonly media: FramePort;
  /** Checked between pictures. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExportProgress) => void;
}

/** A GIF about to be made. */
export interface PlannedGif {
  /** Pictures that it will have. */
  readonly frames: number;
  /**
   * The file from its start to its end, a picture a step; memory holds a few pictures.
   * @throws the signal's reason, and what the port throws
   */
  readonly chunks: AsyncGenerator<Uint8Array, void>;
}

/** Paints the frames of the range that the GIF's clock falls on. */
export function renderGif(job: GifJob, task: GifTask): PlannedGif {
  const { video, format } = job;
  const { first, last } = format;
  invariant(first <= last && last < video.frameCount, 'a GIF needs frames of the clip');
  const frames = gifFrames(video, format);
  return { frames: frames.length, chunks: pictures(job, task, frames) };
}

async function* pictures(
  { video, objects, format }: GifJob,
  { media, signal, onProgress }: GifTask,
  frames: readonly GifFrame[],
): AsyncGenerator<Uint8Array, void> {
  const { look } = format;
  const { width, height } = lookSize({ ...format, size: video });
  const isTransparent = isSeeThrough(look);
  const paint = pictureBoard({ ...format, size: video, objects, isRead: true });
  const canvas = new GifCanvas({ width, height }, isTransparent);
  const writer = new GifWriter({ size: { width, height }, isReplacing: isTransparent });
  const wanted = frames.map(({ frame }) => frame);
  let done = 0;
  for await (const loaded of loadFrames(media, wanted, { withPixels: readsPixels(look) })) {
    signal.throwIfAborted();
    const { data } = paint(loaded).getImageData(0, 0, width, height);
    yield writer.picture(canvas.next(data), frames[done]?.hundredths ?? 0);
    onProgress({ framesDone: ++done, framesTotal: frames.length });
  }
  yield writer.end();
}
