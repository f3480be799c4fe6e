import {
  ALL_FORMATS,
  AudioSampleSink,
  BlobSource,
  EncodedPacketSink,
  Input,
  type EncodedPacket,
  type InputAudioTrack,
} from 'mediabunny';

/** A piece of sound as a player gets it. */
export interface ReadSound {
  readonly codec: string | null;
  readonly packets: readonly EncodedPacket[];
  /** When the tones begin, in seconds, by what is decoded. */
  readonly beepsSeconds: readonly number[];
  /** When the last sound ends. */
  readonly endSeconds: number;
}

const LOUD = 0.1;
/** Tones are a second apart. */
const SILENCE_SECONDS = 0.3;

/** The sound of a file; undefined where it has none. */
export async function readSound(file: Blob): Promise<ReadSound | undefined> {
  const input = new Input({ source: new BlobSource(file), formats: ALL_FORMATS });
  const track = await input.getPrimaryAudioTrack();
  if (track === null) return undefined;
  const packets: EncodedPacket[] = [];
  for await (const packet of new EncodedPacketSink(track).packets()) packets.push(packet);
  const isDecodable = await track.canDecode();
  return {
    codec: track.codec,
    packets,
    beepsSeconds: isDecodable ? await beepsOf(track) : [],
    endSeconds: await track.computeDuration(),
  };
}

async function beepsOf(track: InputAudioTrack): Promise<number[]> {
  const beeps: number[] = [];
  let lastLoud = -Infinity;
  for await (const sample of new AudioSampleSink(track).samples()) {
    const level = new Float32Array(sample.numberOfFrames);
    sample.copyTo(level, { planeIndex: 0, format: 'f32-planar' });
    for (const [i, value] of level.entries()) {
      if (Math.abs(value) < LOUD) continue;
      const seconds = sample.timestamp + i / sample.sampleRate;
      if (seconds - lastLoud > SILENCE_SECONDS) beeps.push(seconds);
      lastLoud = seconds;
    }
    sample.close();
  }
  return beeps;
}
