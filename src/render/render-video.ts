import { invariant } from '../core/assert.ts';
import { isAbort, StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import { pictureSize, type PictureSize } from '../core/picture-size.ts';
import { MaskPaths } from '../media/stage/mask-paths.ts';
import type { ExportObject, ExportProgress } from '../protocol/export-api.ts';
import type { VideoEncodingQuery, VideoFormat } from '../protocol/export-format.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { chooseCodec, codecName, type EncodingRequest } from './encode/choose-codec.ts';
import {
  VideoFileWriter,
  type PictureTiming,
  type SeekableSink,
} from './encode/video-file-writer.ts';
import { loadFrames, type FramePort, type LoadedFrame } from './load-frame.ts';
import { paintLook, readsPixels } from './paint/paint-look.ts';

/** How long a clip of one frame shows it. */
const STILL_US = 1_000_000;

/** What a video is made of, besides frames and masks, which come over the media port. */
export interface VideoJob {
  readonly video: VideoInfo;
  readonly objects: readonly ExportObject[];
  readonly format: VideoFormat;
}

/** What making a video works with. */
export interface VideoTask {
  readonly media: FramePort;
  readonly sink: SeekableSink;
  /** Checked between frames. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ExportProgress) => void;
}

/** A video that was written. */
export interface WrittenVideo {
  readonly frames: number;
  /** Such as `H.264`. */
  readonly codec: string;
}

/** Of outlines kept; only those of the frame at hand are used again. */
const MAX_CORNERS = 100_000;

/** What this browser would encode such a video with; absent where it cannot. */
export async function videoCodec(query: VideoEncodingQuery): Promise<string | undefined> {
  const codec = await chooseCodec(encodingOf(query));
  return codec && codecName(codec);
}

/**
 * Paints and encodes each frame of the range. Memory holds a few pictures, however long it is. The
 * first picture is at 0, the others as far from it as in the clip; MP4 rounds times to 1/57600 s,
 * WebM to 1 ms.
 * @throws the signal's reason; StudioError `video-encode-failed`, and what the port and sink throw
 */
export async function renderVideo(job: VideoJob, task: VideoTask): Promise<WrittenVideo> {
  const { video, format } = job;
  const { first, last } = format;
  invariant(first <= last && last < video.frameCount, 'a video needs frames of the clip');
  const encoding = encodingOf({ ...format, size: video });
  const codec = await chooseCodec(encoding);
  if (codec === undefined) throw noEncoder(encoding);
  const pictureCount = last - first + 1;
  const writer = await VideoFileWriter.start({ ...encoding, codec, pictureCount, sink: task.sink });
  try {
    await writePictures(job, task, writer);
    await writer.finish();
  } catch (error) {
    await writer.cancel().catch(() => undefined);
    throw error instanceof DOMException && !isAbort(error) ? encoderFailed(error) : error;
  }
  return { frames: pictureCount, codec: codecName(codec) };
}

async function writePictures(
  job: VideoJob,
  { media, signal, onProgress }: VideoTask,
  writer: VideoFileWriter,
): Promise<void> {
  const { first, last, look } = job.format;
  const paint = pictureBoard(job);
  const withPixels = readsPixels(look);
  for await (const loaded of loadFrames(media, { first, last, withPixels })) {
    signal.throwIfAborted();
    await writer.add(paint(loaded), timingOf(loaded.frame, job));
    onProgress({ framesDone: loaded.frame - first + 1, framesTotal: last - first + 1 });
  }
}

/** Paints frame after frame on one canvas, which it gives back. */
function pictureBoard({
  video,
  objects,
  format,
}: VideoJob): (from: LoadedFrame) => OffscreenCanvas {
  const { look } = format;
  const { width, height, scale } = sizeOf({ ...format, size: video });
  const context = new OffscreenCanvas(width, height).getContext('2d');
  invariant(context !== null, 'no 2D context for a video');
  const paths = new MaskPaths(MAX_CORNERS);
  const colors = new Map(objects.map(({ id, color }) => [id, color]));
  const { canvas } = context;
  return (loaded) => {
    context.setTransform(scale, 0, 0, scale, 0, 0);
    context.imageSmoothingQuality = 'high';
    const masks = loaded.masks.flatMap(({ objectId, mask }) => {
      const color = colors.get(objectId);
      return color === undefined ? [] : [{ color, mask }];
    });
    paintLook(context, { ...loaded, size: video, masks, paths }, look);
    return canvas;
  };
}

/** The last frame of a clip lasts as long as frames do in the median. */
function timingOf(frame: FrameIndex, { video, format }: VideoJob): PictureTiming {
  const { timestampsUs, frameRate } = video;
  const at = timestampsUs[frame] ?? 0;
  const usualUs = Number.isFinite(frameRate) && frameRate > 0 ? 1e6 / frameRate : STILL_US;
  return {
    timestampUs: at - (timestampsUs[format.first] ?? 0),
    durationUs: (timestampsUs[frame + 1] ?? at + usualUs) - at,
  };
}

function sizeOf({ size, look, maxSidePx }: VideoEncodingQuery): PictureSize {
  return pictureSize({ size, framesAcross: look.kind === 'side-by-side' ? 2 : 1, maxSidePx });
}

function encodingOf(query: VideoEncodingQuery): EncodingRequest {
  const { container, look } = query;
  const { width, height } = sizeOf(query);
  const isTransparent = look.kind === 'cut-out' && look.background === undefined;
  return { size: { width, height }, container, isTransparent };
}

function noEncoder({ size, container, isTransparent }: EncodingRequest): StudioError {
  const kind = `${isTransparent ? 'transparent ' : ''}${container === 'mp4' ? 'MP4' : 'WebM'}`;
  return new StudioError(
    'video-encode-failed',
    `This browser cannot encode ${kind} video of ${size.width} × ${size.height} pixels.`,
    { hint: 'Choose the other kind of file or a smaller size, or export PNGs.' },
  );
}

function encoderFailed(cause: DOMException): StudioError {
  return new StudioError('video-encode-failed', `The video encoder stopped: ${cause.message}`, {
    cause,
    hint: 'Export again; if it stops again, choose the other kind of file or a smaller size.',
  });
}
