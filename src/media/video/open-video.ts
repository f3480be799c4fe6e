import {
  BlobSource,
  EncodedPacketSink,
  Input,
  IsobmffInputFormat,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
  type InputVideoTrack,
} from 'mediabunny';
import { frameIndex } from '../../core/ids.ts';
import { StudioError } from '../../core/errors.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import type { FrameSource } from '../frame-source.ts';
import { cutShort, notAClip, noVideoTrack, undecodableCodec } from '../media-errors.ts';
import { readEdit, type PresentedEdit } from './edit-list.ts';
import { decoderConfigFor } from './decoder-config.ts';
import { frameColour, trackShape, type TrackShape } from './frame-shape.ts';
import { FrameTable } from './frame-table.ts';
import { medianFrameRate } from './frame-rate.ts';
import { readPacketTimings } from './packet-timings.ts';
import { VideoFrameSource } from './video-frame-source.ts';

/**
 * Opens a video file: reads its index, not its content, and decodes the first frame.
 * @param cacheBytes bytes of decoded frames to keep; the default suits a page with one clip
 * @throws StudioError `file-invalid`, `video-unsupported` or `video-decode-failed`, naming the file
 */
export async function openVideo(file: File, cacheBytes?: number): Promise<FrameSource> {
  const input = new Input({
    source: new BlobSource(file),
    formats: [MP4, QTFF, WEBM, MATROSKA],
  });
  try {
    const source = await openTrack(file, input, cacheBytes);
    await source.frame(frameIndex(0));
    return source;
  } catch (error) {
    input.dispose();
    throw error instanceof StudioError ? error : cutShort(file.name, error);
  }
}

async function openTrack(file: File, input: Input, cacheBytes?: number): Promise<FrameSource> {
  if (!(await input.canRead())) throw notAClip(file.name);
  const track = await input.getPrimaryVideoTrack();
  if (track === null) {
    const isEmpty = (await input.getTracks()).length === 0;
    throw isEmpty ? cutShort(file.name) : noVideoTrack(file.name);
  }
  const config = await decoderConfigFor(track);
  const codec = (await track.getCodecParameterString()) ?? String(await track.getInternalCodecId());
  if (config === undefined) throw undecodableCodec(file.name, codec);
  const format = await input.getFormat();
  const edit = format instanceof IsobmffInputFormat ? await readEdit(file, track.id) : undefined;
  const table = new FrameTable(await readPacketTimings(track), {
    isReorderingCodec: /^(avc|hevc)$/.test((await track.getCodec()) ?? ''),
    ...(edit === undefined ? {} : { endSeconds: edit.endSeconds }),
  });
  if (table.frameCount === 0) throw cutShort(file.name);
  await requireLastPacket(file, track);
  const shape = await trackShape(track);
  const colorSpace = await track.getColorSpace();
  const info = videoInfo({ file, codec, table, shape, colorSpace, edit });
  const cache = cacheBytes === undefined ? {} : { cacheBytes };
  return new VideoFrameSource({ file, info, track, config, table, shape, colorSpace, ...cache });
}

/** The index of a file that was cut short still lists packets that are no longer there. */
async function requireLastPacket(file: File, track: InputVideoTrack): Promise<void> {
  const sink = new EncodedPacketSink(track);
  try {
    const last = await sink.getPacket(Infinity);
    if (last === null || last.byteLength !== last.data.byteLength) throw cutShort(file.name);
  } catch (error) {
    throw error instanceof StudioError ? error : cutShort(file.name, error);
  }
}

interface ClipFacts {
  readonly file: File;
  readonly codec: string;
  readonly table: FrameTable;
  readonly shape: TrackShape;
  readonly colorSpace: VideoColorSpaceInit;
  readonly edit: PresentedEdit | undefined;
}

function videoInfo({ file, codec, table, shape, colorSpace, edit }: ClipFacts): VideoInfo {
  return {
    ...shape.upright,
    name: file.name,
    kind: 'video',
    frameCount: table.frameCount,
    timestampsUs: table.timestampsUs,
    frameRate: medianFrameRate(table.timestampsUs),
    codec,
    bytes: file.size,
    notices: noticesOf(table, colorSpace, edit),
  };
}

function noticesOf(
  table: FrameTable,
  colorSpace: VideoColorSpaceInit,
  edit: PresentedEdit | undefined,
): string[] {
  const { preRollFrames, trimmedFrames, orphanedPackets } = table;
  const notices: string[] = [];
  if (preRollFrames > 0) {
    notices.push(
      `${preRollFrames} frames before the clip's start (its edit list) are left out, as players do.`,
    );
  }
  if (trimmedFrames > 0) {
    notices.push(
      `${trimmedFrames} frames after the clip's end (its edit list) are left out, as players do.`,
    );
  }
  if (edit?.hasMore === true) {
    notices.push(
      'The clip is put together from several parts by its edit list; only the first is used.',
    );
  }
  if (orphanedPackets > 0) {
    notices.push(
      `The clip's first ${orphanedPackets} frames lack the key frame they are made from and are left out.`,
    );
  }
  if (frameColour(colorSpace).matrix === 'bt2020') {
    notices.push(
      'The clip has wide or high-dynamic-range colour; it is used without tone mapping.',
    );
  }
  return notices;
}
