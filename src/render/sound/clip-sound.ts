import {
  AudioSampleSource,
  BlobSource,
  EncodedAudioPacketSource,
  Input,
  MATROSKA,
  MP4,
  QTFF,
  WEBM,
  type AudioCodec,
  type AudioEncodingConfig,
  type InputAudioTrack,
} from 'mediabunny';
import { assertNever } from '../../core/assert.ts';
import type { SoundPlan, VideoContainer } from '../../protocol/export-format.ts';
import { copyPackets, countCopied, firstCopied } from './copy-sound.ts';
import { encodeSamples, mostEncoded } from './encode-sound.ts';
import { routeSound, soundCodecName, soundPlan } from './route-sound.ts';
import { SoundTrack, type ClipTimes } from './sound-track.ts';

/** The video that the sound is for. */
interface SoundRequest {
  readonly container: VideoContainer;
  readonly times: ClipTimes;
}

/** The sound of a clip: the audio track that its file marks as the main one. */
export class ClipSound implements Disposable {
  readonly #input: Input;

  /** @param file what the decode worker opened as a video */
  constructor(file: Blob) {
    this.#input = new Input({ source: new BlobSource(file), formats: [MP4, QTFF, WEBM, MATROSKA] });
  }

  /** What would become of it in such a file. */
  async plan(container: VideoContainer): Promise<SoundPlan> {
    const track = await this.#input.getPrimaryAudioTrack();
    return track === null ? { kind: 'none' } : soundPlan(await routeSound(track, container));
  }

  /**
   * The part of it within the times as a track of the video, moved to begin with it; absent where
   * there is none, or it is left out. Memory holds a few packets, however long it is.
   */
  async start({ container, times }: SoundRequest): Promise<SoundTrack | undefined> {
    const track = await this.#input.getPrimaryAudioTrack();
    if (track === null) return undefined;
    const route = await routeSound(track, container);
    switch (route.kind) {
      case 'copy':
        return startCopy({ track, codec: route.codec, times, container });
      case 'encode':
        return startEncoding({ track, encoding: route.encoding, times });
      case 'none':
        return undefined;
      default:
        return assertNever(route);
    }
  }

  [Symbol.dispose](): void {
    this.#input.dispose();
  }
}

interface CopyRequest extends SoundRequest {
  readonly track: InputAudioTrack;
  readonly codec: AudioCodec;
}

async function startCopy({ container, ...parts }: CopyRequest): Promise<SoundTrack | undefined> {
  // WebM has no times before 0.
  const copy = { ...parts, keepsLeadIn: container === 'mp4' };
  const first = await firstCopied(copy);
  if (first === undefined) return undefined;
  const source = new EncodedAudioPacketSource(copy.codec);
  return new SoundTrack({
    source,
    codec: soundCodecName(copy.codec),
    // Only the index at an MP4's start needs to know.
    ...(container === 'mp4' ? { maxPackets: await countCopied(copy, first) } : {}),
    pieces: copyPackets(copy, source, first),
  });
}

interface EncodingRequest {
  readonly track: InputAudioTrack;
  readonly encoding: AudioEncodingConfig;
  readonly times: ClipTimes;
}

async function startEncoding(request: EncodingRequest): Promise<SoundTrack | undefined> {
  const { track, encoding, times } = request;
  if (!(await hasSoundWithin(track, times))) return undefined;
  const source = new AudioSampleSource(encoding);
  return new SoundTrack({
    source,
    codec: soundCodecName(encoding.codec),
    maxPackets: mostEncoded(times),
    pieces: encodeSamples(track, source, times),
  });
}

async function hasSoundWithin(
  track: InputAudioTrack,
  { startSeconds, endSeconds }: ClipTimes,
): Promise<boolean> {
  const first = await track.getFirstTimestamp();
  return first < endSeconds && (await track.computeDuration()) > startSeconds;
}
