import {
  Mp4OutputFormat,
  Output,
  StreamTarget,
  VideoSample,
  VideoSampleSource,
  WebMOutputFormat,
  type StreamTargetChunk,
  type VideoCodec,
} from 'mediabunny';
import type { VideoContainer } from '../../protocol/export-format.ts';
import type { SoundTrack } from '../sound/sound-track.ts';
import { ENCODING_QUALITY } from './encoding-quality.ts';

/** Where the file goes: written from its start on, but for the index, which is filled in late. */
export interface SeekableSink {
  writeAt(positionBytes: number, block: Uint8Array<ArrayBuffer>): Promise<void>;
}

interface VideoFileOptions {
  readonly container: VideoContainer;
  readonly codec: VideoCodec;
  readonly isTransparent: boolean;
  /** Exactly how many pictures will be added. */
  readonly pictureCount: number;
  readonly sink: SeekableSink;
  /** Written by its owner while pictures are added. */
  readonly sound?: Pick<SoundTrack, 'source' | 'maxPackets'> | undefined;
}

/** When a picture is shown. */
export interface PictureTiming {
  readonly timestampUs: number;
  readonly durationUs: number;
}

/** Of the file, written at once. */
const BLOCK_BYTES = 4 * 1024 * 1024;
const KEY_FRAME_INTERVAL_SECONDS = 2;

/**
 * Encodes pictures into a video file, block by block. Memory holds the encoder's few pictures, two
 * blocks and a few bytes a picture for the index, which an MP4 has at its start.
 */
export class VideoFileWriter {
  readonly #output: Output;
  readonly #source: VideoSampleSource;

  private constructor(output: Output, source: VideoSampleSource) {
    this.#output = output;
    this.#source = source;
  }

  /** Starts a file. */
  static async start(options: VideoFileOptions): Promise<VideoFileWriter> {
    const { container, codec, isTransparent, pictureCount, sink, sound } = options;
    const source = new VideoSampleSource({
      codec,
      quality: ENCODING_QUALITY,
      keyFrameInterval: KEY_FRAME_INTERVAL_SECONDS,
      alpha: isTransparent ? 'keep' : 'discard',
    });
    const writable = new WritableStream<StreamTargetChunk>({
      write: ({ data, position }) => sink.writeAt(position, data),
    });
    const output = new Output({
      format:
        container === 'mp4'
          ? new Mp4OutputFormat({ fastStart: 'reserve' })
          : new WebMOutputFormat(),
      target: new StreamTarget(writable, { chunked: true, chunkSize: BLOCK_BYTES }),
    });
    output.addVideoTrack(source, {
      maximumPacketCount: pictureCount,
      canBeTransparent: isTransparent,
    });
    if (sound !== undefined) {
      const { source, maxPackets } = sound;
      output.addAudioTrack(
        source,
        maxPackets === undefined ? {} : { maximumPacketCount: maxPackets },
      );
    }
    await output.start();
    return new VideoFileWriter(output, source);
  }

  /**
   * Encodes what the canvas shows now. Resolves when there is room for another picture.
   * @throws what the encoder or the sink throws, also for an earlier picture
   */
  async add(canvas: OffscreenCanvas, { timestampUs, durationUs }: PictureTiming): Promise<void> {
    const frame = new VideoFrame(canvas, { timestamp: timestampUs, duration: durationUs });
    using sample = new VideoSample(frame);
    await this.#source.add(sample);
  }

  /** Writes what is left; the file is whole then. */
  async finish(): Promise<void> {
    await this.#output.finalize();
  }

  /** Ends the encoder without a file. */
  async cancel(): Promise<void> {
    await this.#output.cancel();
  }
}
