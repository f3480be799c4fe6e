import {
  type EncodedAudioPacketSource,
  EncodedPacketSink,
  type AudioCodec,
  type EncodedPacket,
  type InputAudioTrack,
} from 'mediabunny';
import type { ClipTimes } from './sound-track.ts';

/** Sound whose packets go into the file as they are. */
export interface SoundCopy {
  readonly track: InputAudioTrack;
  readonly codec: AudioCodec;
  readonly times: ClipTimes;
  /**
   * Whether the file can hold sound before its time 0, which players decode and do not play. Then the
   * packet that is under way at the start is kept whole, and the one before it for the decoder to
   * warm up on; else the sound begins with the first packet that begins within, a few hundredths of
   * a second late.
   */
  readonly keepsLeadIn: boolean;
}

/** Packets that follow without a gap begin this much apart from the other's end, at most. */
const JOINT_SECONDS = 0.001;

/** The first packet to copy; absent where the sound has none at that time. */
export async function firstCopied(copy: SoundCopy): Promise<EncodedPacket | undefined> {
  const { track, times, keepsLeadIn } = copy;
  const { startSeconds, endSeconds } = times;
  const sink = new EncodedPacketSink(track);
  const at = (await sink.getKeyPacket(startSeconds)) ?? (await sink.getFirstKeyPacket());
  if (at === null) return undefined;
  const isWithin = keepsLeadIn
    ? at.timestamp + at.duration > startSeconds
    : at.timestamp >= startSeconds;
  const first = isWithin ? at : await sink.getNextKeyPacket(at);
  if (first === null || first.timestamp >= endSeconds) return undefined;
  return keepsLeadIn ? ((await packetBefore(track, first)) ?? first) : first;
}

/** The packet that ends where the other begins. */
async function packetBefore(
  track: InputAudioTrack,
  { timestamp }: EncodedPacket,
): Promise<EncodedPacket | undefined> {
  const justBefore = timestamp - 1 / (await track.getTimeResolution());
  const before = await new EncodedPacketSink(track).getKeyPacket(justBefore);
  if (before === null || before.timestamp >= timestamp) return undefined;
  const gapSeconds = timestamp - (before.timestamp + before.duration);
  return gapSeconds <= JOINT_SECONDS ? before : undefined;
}

/** How many packets `copyPackets` will add, from the clip's index where it has one. */
export async function countCopied(copy: SoundCopy, first: EncodedPacket): Promise<number> {
  let count = 0;
  for await (const _packet of copied(copy, first, { metadataOnly: true })) count++;
  return count;
}

/** Adds a packet a step and yields when it begins in the video, in seconds. */
export async function* copyPackets(
  copy: SoundCopy,
  source: EncodedAudioPacketSource,
  first: EncodedPacket,
): AsyncGenerator<number, void> {
  const decoderConfig = await copy.track.getDecoderConfig();
  const meta = decoderConfig === null ? {} : { decoderConfig };
  for await (const packet of copied(copy, first, {})) {
    const timestamp = packet.timestamp - copy.times.startSeconds;
    await source.add(packet.clone({ timestamp }), meta);
    yield timestamp;
  }
}

/** The packets from the first to the end; what goes back in time, as damaged files do, is left out. */
async function* copied(
  { track, times }: SoundCopy,
  first: EncodedPacket,
  options: { readonly metadataOnly?: boolean },
): AsyncGenerator<EncodedPacket, void> {
  let latestSeconds = -Infinity;
  for await (const packet of new EncodedPacketSink(track).packets(first, undefined, options)) {
    if (packet.timestamp >= times.endSeconds) return;
    if (packet.timestamp < latestSeconds) continue;
    latestSeconds = packet.timestamp;
    yield packet;
  }
}
