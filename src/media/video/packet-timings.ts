import { EncodedPacketSink, type InputVideoTrack } from 'mediabunny';
import type { PacketTiming } from './frame-table.ts';

/** RFC 6386 §9.1: the bit of a VP8 frame's first byte that says whether it is shown. */
const VP8_SHOW_FRAME = 0x10;

/**
 * The timing of every packet in decode order. MP4 and MOV have it in tables, so that only those
 * are read; WebM and MKV spread it over the file, which is then read once from end to end.
 */
export async function readPacketTimings(track: InputVideoTrack): Promise<PacketTiming[]> {
  const isVp8 = (await track.getCodec()) === 'vp8';
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: !isVp8,
  });
  const timings: PacketTiming[] = [];
  for await (const { timestamp, type, data } of packets) {
    const isShown = !isVp8 || ((data[0] ?? 0) & VP8_SHOW_FRAME) !== 0;
    timings.push({ seconds: timestamp, isKey: type === 'key', isShown });
  }
  return timings;
}
