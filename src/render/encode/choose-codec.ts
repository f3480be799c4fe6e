import { canEncodeVideo, type VideoCodec } from 'mediabunny';
import type { Size } from '../../core/geometry.ts';
import type { VideoContainer } from '../../protocol/export-format.ts';
import { ENCODING_QUALITY } from './encoding-quality.ts';

/** What decides whether a codec will do. */
export interface EncodingRequest {
  readonly size: Size;
  readonly container: VideoContainer;
  readonly isTransparent: boolean;
}

/** What each kind of file is encoded with, the one that plays in most places first. */
const CODECS: Readonly<Record<VideoContainer, readonly VideoCodec[]>> = {
  mp4: ['avc', 'vp9', 'av1'],
  webm: ['vp9', 'vp8', 'av1'],
};
/** Those that carry transparency, beside the picture in each packet; in WebM only. */
const TRANSPARENT_CODECS: readonly VideoCodec[] = ['vp9', 'vp8'];

const CODEC_NAMES = { avc: 'H.264', vp9: 'VP9', vp8: 'VP8', av1: 'AV1' } as const;

/**
 * The first codec that this browser encodes at exactly this size, by
 * `VideoEncoder.isConfigSupported`; absent where there is none. H.264 takes even sizes only, so
 * that odd ones get another codec rather than another size.
 */
export async function chooseCodec(request: EncodingRequest): Promise<VideoCodec | undefined> {
  const { width, height } = request.size;
  for (const codec of candidates(request)) {
    if (await canEncodeVideo(codec, { width, height, quality: ENCODING_QUALITY })) return codec;
  }
  return undefined;
}

function candidates({ container, isTransparent }: EncodingRequest): readonly VideoCodec[] {
  if (!isTransparent) return CODECS[container];
  return container === 'webm' ? TRANSPARENT_CODECS : [];
}

/** A codec as users know it. */
export function codecName(codec: VideoCodec): string {
  return Object.entries(CODEC_NAMES).find(([id]) => id === codec)?.[1] ?? codec;
}
