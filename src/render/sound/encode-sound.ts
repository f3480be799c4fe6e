import {
  AudioSampleSink,
  type AudioSample,
  type AudioSampleSource,
  type InputAudioTrack,
} from 'mediabunny';
import type { ClipTimes } from './sound-track.ts';

/** Shorter than the packets of any encoder; those of Opus last 20 ms, of AAC 1024 samples. */
const SHORTEST_PACKET_SECONDS = 0.01;
/** What an encoder may add at the start and at the end. */
const SPARE_PACKETS = 16;

/** More packets than the encoder will make. */
export function mostEncoded({ startSeconds, endSeconds }: ClipTimes): number {
  return Math.ceil((endSeconds - startSeconds) / SHORTEST_PACKET_SECONDS) + SPARE_PACKETS;
}

/**
 * Decodes the sound, cut to the sample, and adds a piece a step to the encoder; yields when the piece
 * begins in the video, in seconds.
 */
export async function* encodeSamples(
  track: InputAudioTrack,
  source: AudioSampleSource,
  times: ClipTimes,
): AsyncGenerator<number, void> {
  const { startSeconds, endSeconds } = times;
  for await (const sample of new AudioSampleSink(track).samples(startSeconds, endSeconds)) {
    using whole = sample;
    using part = partWithin(whole, times);
    if (part === undefined) continue;
    part.setTimestamp(Math.max(0, part.timestamp - startSeconds));
    await source.add(part);
    yield part.timestamp;
  }
}

/** A copy of what lies within the times; absent where nothing does. */
function partWithin(sample: AudioSample, times: ClipTimes): AudioSample | undefined {
  const { timestamp, sampleRate, numberOfFrames } = sample;
  const frameAt = (seconds: number) => Math.round((seconds - timestamp) * sampleRate);
  const first = Math.max(0, frameAt(times.startSeconds));
  const end = Math.min(numberOfFrames, frameAt(times.endSeconds));
  return first < end ? sample.trim(first, end) : undefined;
}
