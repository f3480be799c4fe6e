import { EncodedPacketSink, type EncodedPacket, type InputVideoTrack } from 'mediabunny';
import { invariant } from '../../core/assert.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import type { DecodedFrame, FrameShape } from '../decoded-frame.ts';
import { FrameCache } from '../frame-cache.ts';
import { copyVideoFrame } from '../frame-copy.ts';
import { FRAME_CACHE_BYTES, type FrameSource } from '../frame-source.ts';
import { closedClip, undecodableFrame } from '../media-errors.ts';
import { DecodeRun } from './decode-run.ts';
import type { DecodeStart, FrameTable } from './frame-table.ts';

/** The stage, the tracker and a thumbnail may each go through the clip at their own place. */
const MAX_RUNS = 3;
/** A reclaimed or evicted decoder is replaced; one that fails this often will fail again. */
const MAX_ATTEMPTS = 4;
/** Share of the cache that one jump may fill with the frames before its target. */
const BEHIND_SHARE = 0.5;

export interface VideoFrameSourceOptions {
  readonly file: File;
  readonly info: VideoInfo;
  readonly track: InputVideoTrack;
  readonly config: VideoDecoderConfig;
  readonly table: FrameTable;
  readonly shape: FrameShape;
  /** Bytes of decoded frames to keep. */
  readonly cacheBytes?: number;
}

/**
 * A video file, decoded on demand: a few decoders kept where they stand (`DecodeRun`) and a cache
 * of frames bounded by bytes. Disposes the track's input.
 */
export class VideoFrameSource implements FrameSource {
  readonly info: VideoInfo;
  readonly content: Blob;
  readonly #options: VideoFrameSourceOptions;
  readonly #packets: EncodedPacketSink;
  readonly #cache: FrameCache;
  readonly #cacheBytes: number;
  /** The one used last is last. */
  #runs: DecodeRun[] = [];
  #isDisposed = false;

  constructor(options: VideoFrameSourceOptions) {
    this.#options = options;
    this.info = options.info;
    this.content = options.file;
    this.#packets = new EncodedPacketSink(options.track);
    this.#cacheBytes = options.cacheBytes ?? FRAME_CACHE_BYTES;
    this.#cache = new FrameCache(this.#cacheBytes);
  }

  async frame(index: FrameIndex, signal?: AbortSignal): Promise<DecodedFrame> {
    invariant(index < this.info.frameCount, `frame ${index} is beyond the clip`);
    for (let attempt = 1; ; attempt++) {
      signal?.throwIfAborted();
      if (this.#isDisposed) throw closedClip(this.info.name);
      const cached = this.#cache.get(index);
      if (cached !== undefined) return cached;
      const run = await this.#runFor(index);
      try {
        const frame = await run.exclusively(() => this.#advance(run, index, signal));
        if (frame !== undefined) return frame;
      } catch (error) {
        signal?.throwIfAborted();
        if (this.#isDisposed) throw closedClip(this.info.name);
        const isReplaceable = !run.isAlive && attempt < MAX_ATTEMPTS;
        if (!isReplaceable) throw this.#undecodable(index, error);
      }
    }
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const run of this.#runs.splice(0)) run.close();
    this.#cache.clear();
    this.#options.track.input.dispose();
  }

  /** The frame, or undefined where another search moved the run past it meanwhile. */
  async #advance(
    run: DecodeRun,
    index: FrameIndex,
    signal: AbortSignal | undefined,
  ): Promise<DecodedFrame | undefined> {
    const cached = this.#cache.get(index);
    if (cached !== undefined) return cached;
    const { table, shape } = this.#options;
    const target = index + table.preRollFrames;
    if (run.position > target) return undefined;
    let found: DecodedFrame | undefined;
    const visit = async (rank: number, picture: VideoFrame) => {
      const isBehind = target - rank > this.#framesKeptBehind(found);
      if (rank < table.preRollFrames || isBehind) return;
      const frame = await copyVideoFrame(picture, shape);
      this.#cache.put(rank - table.preRollFrames, frame);
      if (rank === target) found = frame;
    };
    const outcome = await run.advance(target, visit, signal);
    if (outcome === 'missing') throw this.#undecodable(index);
    return found;
  }

  /** How many frames before a target are worth copying, for stepping back from it. */
  #framesKeptBehind(sample: DecodedFrame | undefined): number {
    const { width, height } = this.info;
    const frameBytes = sample?.data.byteLength ?? width * height * 1.5;
    return Math.floor((this.#cacheBytes * BEHIND_SHARE) / frameBytes);
  }

  /** The decoder that comes to the frame with the least work; a new one where none does. */
  async #runFor(index: FrameIndex): Promise<DecodeRun> {
    const { table } = this.#options;
    const target = index + table.preRollFrames;
    const [nearest] = table.startsFor(target);
    invariant(nearest !== undefined, 'a clip with frames has a key packet');
    this.#runs = this.#runs.filter((run) => run.isAlive);
    const usable = this.#runs.filter(
      ({ position }) => position <= target && position >= nearest.rank,
    );
    const best =
      usable.sort((a, b) => b.position - a.position)[0] ?? (await this.#startRun(target));
    this.#runs = [...this.#runs.filter((run) => run !== best), best];
    while (this.#runs.length > MAX_RUNS) this.#runs.shift()?.close();
    return best;
  }

  async #startRun(target: number): Promise<DecodeRun> {
    const { table, config } = this.#options;
    const { start, packet } = await this.#keyPacketFor(target);
    const packets = this.#packets.packets(packet);
    return new DecodeRun({ config, table, start, packets });
  }

  /** Containers call packets key that decoders refuse to start from; those are passed over. */
  async #keyPacketFor(target: number): Promise<{ start: DecodeStart; packet: EncodedPacket }> {
    const { table, track } = this.#options;
    for (const start of table.startsFor(target)) {
      const packet = await this.#packets.getKeyPacket(start.seconds);
      if (packet === null) continue;
      const type = await track.determinePacketType(packet);
      if (type !== 'delta' || start.isFirst) return { start, packet };
    }
    throw this.#undecodable(target - table.preRollFrames);
  }

  #undecodable(index: number, cause?: unknown) {
    return undecodableFrame(this.info.name, `Frame ${index}`, cause);
  }
}
