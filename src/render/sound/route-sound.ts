import {
  canEncodeAudio,
  Quality,
  type AudioCodec,
  type AudioEncodingConfig,
  type InputAudioTrack,
} from 'mediabunny';
import { assertNever } from '../../core/assert.ts';
import type { SoundPlan, VideoContainer } from '../../protocol/export-format.ts';

/**
 * What each kind of file holds and its players read. MP4 could hold PCM and Vorbis too, which hardly
 * any program then plays.
 */
const HELD: Readonly<Record<VideoContainer, readonly AudioCodec[]>> = {
  mp4: ['aac', 'mp3', 'opus', 'ac3', 'eac3', 'flac'],
  webm: ['opus', 'vorbis'],
};
/** What other sound is encoded as, the one that plays in most places first. */
const ENCODED: Readonly<Record<VideoContainer, readonly AudioCodec[]>> = {
  mp4: ['aac', 'opus'],
  webm: ['opus'],
};
/** What every encoder takes, where it does not take the clip's own channels and rate. */
const COMMON_SHAPE = { numberOfChannels: 2, sampleRate: 48_000 } as const;
const SOUND_QUALITY = new Quality('high');

const CODEC_NAMES: Readonly<Partial<Record<AudioCodec, string>>> = {
  aac: 'AAC',
  opus: 'Opus',
  mp3: 'MP3',
  vorbis: 'Vorbis',
  flac: 'FLAC',
  ac3: 'AC-3',
  eac3: 'E-AC-3',
};

/** How the sound gets into the file, if it does. */
export type SoundRoute =
  | { readonly kind: 'copy'; readonly codec: AudioCodec }
  | { readonly kind: 'encode'; readonly from: string; readonly encoding: AudioEncodingConfig }
  | { readonly kind: 'none'; readonly from: string; readonly missing: 'decoder' | 'encoder' };

/** Looks whether such a file can hold the sound as it is, or this browser can encode it again. */
export async function routeSound(
  track: InputAudioTrack,
  container: VideoContainer,
): Promise<SoundRoute> {
  const codec = await track.getCodec();
  if (codec !== null && HELD[container].includes(codec)) {
    return { kind: 'copy', codec };
  }
  const from = codec === null ? 'an unknown codec' : soundCodecName(codec);
  if (!(await track.canDecode())) return { kind: 'none', from, missing: 'decoder' };
  const encoding = await chooseEncoding(track, container);
  return encoding === undefined
    ? { kind: 'none', from, missing: 'encoder' }
    : { kind: 'encode', from, encoding };
}

/** The route as users are told of it. */
export function soundPlan(route: SoundRoute): SoundPlan {
  switch (route.kind) {
    case 'copy':
      return { kind: 'copied', codec: soundCodecName(route.codec) };
    case 'encode':
      return { kind: 'encoded', from: route.from, codec: soundCodecName(route.encoding.codec) };
    case 'none':
      return { kind: 'left-out', from: route.from, missing: route.missing };
    default:
      return assertNever(route);
  }
}

async function chooseEncoding(
  track: InputAudioTrack,
  container: VideoContainer,
): Promise<AudioEncodingConfig | undefined> {
  const numberOfChannels = await track.getNumberOfChannels();
  const sampleRate = await track.getSampleRate();
  for (const shape of [{ numberOfChannels, sampleRate }, COMMON_SHAPE]) {
    for (const codec of ENCODED[container]) {
      if (await canEncodeAudio(codec, { ...shape, quality: SOUND_QUALITY })) {
        const transform = shape === COMMON_SHAPE ? { transform: COMMON_SHAPE } : {};
        return { codec, quality: SOUND_QUALITY, ...transform };
      }
    }
  }
  return undefined;
}

/** A codec as users know it. */
export function soundCodecName(codec: AudioCodec): string {
  return CODEC_NAMES[codec] ?? (codec.startsWith('pcm-') ? 'PCM' : codec.toUpperCase());
}
