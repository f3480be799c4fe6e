import { EncodedPacketSink, type EncodedPacket, type InputVideoTrack } from 'mediabunny';
import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import type { FrameIndex } from '../../core/ids.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import { copyVideoFrame } from '../frame-copy.ts';
import {
  FRAME_CACHE_BYTES,
  frameCache,
  type FrameCache,
  type FrameSource,
  type PassingReader,
  type ReadingPace,
} from '../frame-source.ts';
import { closedClip, undecodableFrame } from '../media-errors.ts';
import { DecodeRun } from './decode-run.ts';
import { RunPool } from './run-pool.ts';
import { frameColour, type TrackShape } from './frame-shape.ts';
import type { DecodeStart, FrameTable } from './frame-table.ts';

const MAX_RUNS = 3;
/** Browsers take decoders away from hidden tabs; one that fails this often will fail again. */
const MAX_ATTEMPTS = 4;
/** Share of the cache that one jump may fill with the frames before its target. */
const BEHIND_SHARE = 0.5;

/** How to come to a frame: with whose decoders, and what to do with the pictures on the way. */
interface Search {
  readonly index: FrameIndex;
  readonly runs: RunPool;
  readonly signal: AbortSignal | undefined;
  /** Keeps nothing in the cache, and goes on when this resolves. Absent: keeps what fits. */
  readonly whenFree?: ReadingPace['whenFree'];
}

/** What a `VideoFrameSource` works with; it owns the input. */
export interface VideoFrameSourceOptions {
  readonly file: File;
  readonly info: VideoInfo;
  readonly track: InputVideoTrack;
  readonly config: VideoDecoderConfig;
  readonly table: FrameTable;
  readonly shape: TrackShape;
  /** What the container says; the decoder's own findings go before it. */
  readonly colorSpace: VideoColorSpaceInit;
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
  readonly #runs = new RunPool(MAX_RUNS, (target) => this.#startRun(target));
  /** Those of readers in passing. */
  readonly #passing = new Set<RunPool>();
  /** Key packets, by their place in decode order, that no decoder starts from. */
  readonly #refusedStarts = new Set<number>();
  #isDisposed = false;

  constructor(options: VideoFrameSourceOptions) {
    this.#options = options;
    this.info = options.info;
    this.content = options.file;
    this.#packets = new EncodedPacketSink(options.track);
    this.#cacheBytes = options.cacheBytes ?? FRAME_CACHE_BYTES;
    this.#cache = frameCache(this.#cacheBytes);
  }

  frame(index: FrameIndex, signal?: AbortSignal): Promise<DecodedFrame> {
    return this.#find({ index, runs: this.#runs, signal });
  }

  readInPassing({ signal, whenFree }: ReadingPace): PassingReader {
    const runs = new RunPool(1, (target) => this.#startRun(target));
    this.#passing.add(runs);
    return {
      frame: (index) => this.#find({ index, runs, signal, whenFree }),
      [Symbol.dispose]: () => {
        this.#passing.delete(runs);
        runs.close();
      },
    };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const runs of [this.#runs, ...this.#passing]) runs.close();
    this.#cache.clear();
    this.#options.track.input.dispose();
  }

  async #find(search: Search): Promise<DecodedFrame> {
    const { index, runs, signal } = search;
    invariant(index < this.info.frameCount, `frame ${index} is beyond the clip`);
    const { table } = this.#options;
    const target = index + table.preRollFrames;
    for (let attempt = 1; ; attempt++) {
      await search.whenFree?.();
      signal?.throwIfAborted();
      if (this.#isDisposed) throw closedClip(this.info.name);
      const cached = this.#cache.get(index);
      if (cached !== undefined) return cached;
      try {
        const [nearest] = this.#startsFor(target);
        const need = { target, from: nearest?.rank ?? 0 };
        const frame = await runs.use(need, (run) => this.#advance(run, search));
        if (frame !== undefined) return frame;
        attempt = 0;
      } catch (error) {
        signal?.throwIfAborted();
        if (this.#isDisposed) throw closedClip(this.info.name);
        const isFinal = error instanceof StudioError || attempt === MAX_ATTEMPTS;
        if (isFinal) throw error instanceof StudioError ? error : this.#undecodable(index, error);
      }
    }
  }

  /** The frame, or undefined where another search moved the run past it meanwhile. */
  async #advance(run: DecodeRun, search: Search): Promise<DecodedFrame | undefined> {
    const { index, signal, whenFree } = search;
    const cached = this.#cache.get(index);
    if (cached !== undefined) return cached;
    const { table, shape, colorSpace } = this.#options;
    const target = index + table.preRollFrames;
    if (run.position > target) return undefined;
    let found: DecodedFrame | undefined;
    const visit = async (rank: number, picture: VideoFrame) => {
      if (whenFree !== undefined) await whenFree();
      const framesKeptBehind = whenFree === undefined ? this.#framesKeptBehind(found) : 0;
      const isBehind = target - rank > framesKeptBehind;
      if (rank < table.preRollFrames || isBehind) return;
      const colour = frameColour(colorSpace, picture.colorSpace);
      const frame = await copyVideoFrame(picture, { ...shape, colour });
      if (whenFree === undefined) this.#cache.put(rank - table.preRollFrames, frame);
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

  async #startRun(target: number): Promise<DecodeRun> {
    const { table, config } = this.#options;
    const { start, packet } = await this.#keyPacketFor(target);
    const packets = this.#packets.packets(packet);
    return new DecodeRun({ config, table, start, packets });
  }

  /** Containers call packets key that decoders refuse to start from; those are passed over. */
  async #keyPacketFor(target: number): Promise<{ start: DecodeStart; packet: EncodedPacket }> {
    for (const start of this.#startsFor(target)) {
      const packet = await this.#packets.getKeyPacket(start.seconds);
      if (packet === null) continue;
      const type = await this.#options.track.determinePacketType(packet);
      if (type !== 'delta' || start.isFirst) return { start, packet };
      this.#refusedStarts.add(start.ordinal);
    }
    throw this.#undecodable(target - this.#options.table.preRollFrames);
  }

  /** Where decoding may start for a target, the nearest first; the clip's first one is the last. */
  *#startsFor(target: number): Generator<DecodeStart> {
    for (const start of this.#options.table.startsFor(target)) {
      if (!this.#refusedStarts.has(start.ordinal)) yield start;
    }
  }

  #undecodable(index: number, cause?: unknown) {
    return undecodableFrame(this.info.name, `Frame ${index}`, cause);
  }
}
