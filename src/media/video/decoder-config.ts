import type { InputVideoTrack } from 'mediabunny';

/**
 * How to decode the track; undefined where this browser cannot.
 *
 * Software comes first: it gives the same pictures on every machine, has no small pool of pictures
 * to stall on, and its pictures are in main memory already, where they are copied from. Formats
 * that a browser decodes only in hardware (HEVC) fall back to that.
 */
export async function decoderConfigFor(
  track: InputVideoTrack,
): Promise<VideoDecoderConfig | undefined> {
  const base = await track.getDecoderConfig();
  if (base === null) return undefined;
  for (const hardwareAcceleration of ['prefer-software', 'no-preference'] as const) {
    const config: VideoDecoderConfig = { ...base, hardwareAcceleration };
    const { supported } = await VideoDecoder.isConfigSupported(config);
    if (supported === true) return config;
  }
  return undefined;
}
