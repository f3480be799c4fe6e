import { invariant } from '../core/assert.ts';
import { isAbort, StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { ExportObject, ExportProgress } from '../protocol/export-api.ts';
import type { VideoEncoding, VideoEncodingQuery, VideoFormat } from '../protocol/export-format.ts';
import type { PicturePort, VideoInfo } from '../protocol/media-api.ts';
import { chooseCodec, codecName, type EncodingRequest } from './encode/choose-codec.ts';
import {
  VideoFileWriter,
  type PictureTiming,
  type SeekableSink,
} from './encode/video-file-writer.ts';
import { frameEndUs, frameStartUs } from './frame-times.ts';
import { framesBetween, loadFrames, type FramePort } from './load-frame.ts';
import { isSeeThrough, readsPixels } from './paint/paint-look.ts';
import { lookSize, pictureBoard } from './picture-board.ts';
import { ClipSound } from './sound/clip-sound.ts';
import type { ClipTimes, SoundTrack } from './sound/sound-track.ts';

/** What a video is made of, besides frames and masks, which come over the media port. */
export interface VideoJob {
  readonly video: VideoInfo;
  readonly objects: readonly ExportObject[];
  readonly format: VideoFormat;
}

/** What making a video works with. */
export interface VideoTask {
  readonly media: FramePort & Pick<PicturePort, 'clipFile'>;
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
  /** Such as `AAC`; absent: it has no sound. */
  readonly soundCodec?: string;
}

/** What this browser would encode such a video with, and what becomes of the clip's sound. */
export async function videoEncoding(
  query: VideoEncodingQuery,
  media: Pick<PicturePort, 'clipFile'>,
): Promise<VideoEncoding> {
  const codec = await chooseCodec(encodingOf(query));
  using clip = await openSound(media);
  const sound = clip === undefined ? { kind: 'none' as const } : await clip.plan(query.container);
  return codec === undefined ? { sound } : { codec: codecName(codec), sound };
}

/**
 * Paints and encodes each frame of the range, with the clip's sound where it is asked for. Memory
 * holds a few pictures, however long it is. The first picture is at 0, the others as far from it as
 * in the clip; MP4 rounds times to 1/57600 s, WebM to 1 ms.
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
  using clip = format.hasSound ? await openSound(task.media) : undefined;
  const sound = await clip?.start({ container: format.container, times: clipTimes(job) });
  const { sink } = task;
  const writer = await VideoFileWriter.start({ ...encoding, codec, pictureCount, sink, sound });
  try {
    await writePictures(job, task, { writer, sound });
    await writer.finish();
  } catch (error) {
    await writer.cancel().catch(() => undefined);
    throw error instanceof DOMException && !isAbort(error) ? encoderFailed(error) : error;
  } finally {
    await sound?.close();
  }
  const written = { frames: pictureCount, codec: codecName(codec) };
  return sound === undefined ? written : { ...written, soundCodec: sound.codec };
}

interface Tracks {
  readonly writer: VideoFileWriter;
  readonly sound: SoundTrack | undefined;
}

async function writePictures(
  job: VideoJob,
  { media, signal, onProgress }: VideoTask,
  { writer, sound }: Tracks,
): Promise<void> {
  const { first, last, look } = job.format;
  const paint = pictureBoard({ ...job.format, size: job.video, objects: job.objects });
  const frames = framesBetween(first, last);
  for await (const loaded of loadFrames(media, frames, { withPixels: readsPixels(look) })) {
    signal.throwIfAborted();
    const timing = timingOf(loaded.frame, job);
    await writer.add(paint(loaded).canvas, timing);
    await sound?.writeUntil((timing.timestampUs + timing.durationUs) / 1e6);
    onProgress({ framesDone: loaded.frame - first + 1, framesTotal: last - first + 1 });
  }
}

function timingOf(frame: FrameIndex, { video, format }: VideoJob): PictureTiming {
  const startUs = frameStartUs(video, frame);
  return {
    timestampUs: startUs - frameStartUs(video, format.first),
    durationUs: frameEndUs(video, frame) - startUs,
  };
}

function clipTimes({ video, format }: VideoJob): ClipTimes {
  return {
    startSeconds: frameStartUs(video, format.first) / 1e6,
    endSeconds: frameEndUs(video, format.last) / 1e6,
  };
}

async function openSound(media: Pick<PicturePort, 'clipFile'>): Promise<ClipSound | undefined> {
  const file = await media.clipFile();
  return file && new ClipSound(file);
}

function encodingOf(query: VideoEncodingQuery): EncodingRequest {
  const { container, look } = query;
  const { width, height } = lookSize(query);
  return { size: { width, height }, container, isTransparent: isSeeThrough(look) };
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
