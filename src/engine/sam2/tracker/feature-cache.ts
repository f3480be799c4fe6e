import { invariant } from '../../../core/assert.ts';
import type { FrameIndex } from '../../../core/ids.ts';
import type { DeviceTensor } from '../../device-tensor.ts';
import type { EngineGraphs, ImageFeatures } from '../engine-graphs.ts';
import type { FeatureLease, FrameFeatureSource } from './frame-features.ts';

/**
 * A frame as the image encoder takes it: `[1,3,S,S]`, normalised RGB. The cache disposes it.
 * Rejects when the frame cannot be decoded.
 */
export type FrameInput = (frame: FrameIndex) => Promise<DeviceTensor>;

/** What a `FeatureCache` works with; it owns none of it. */
export interface FeatureCacheOptions {
  readonly graphs: Pick<EngineGraphs, 'encodeImage'>;
  readonly input: FrameInput;
  /**
   * Bytes of features to keep; leased ones and those used last stay whatever this says. A frame
   * takes d·S²/16 bytes: 17 MB at d = 256 and S = 1024, 2 MB for nano at 512.
   */
  readonly budgetBytes: number;
}

interface CacheEntry {
  readonly features: ImageFeatures;
  readonly bytes: number;
  leases: number;
}

/**
 * Encodes each frame once for all objects and keeps the features by bytes, least recently used out
 * first. A leased frame is never dropped.
 */
export class FeatureCache implements FrameFeatureSource, Disposable {
  readonly #options: FeatureCacheOptions;
  /** Least recently used first. */
  readonly #entries = new Map<FrameIndex, CacheEntry>();
  readonly #pending = new Map<FrameIndex, Promise<CacheEntry>>();
  #isDisposed = false;

  constructor(options: FeatureCacheOptions) {
    this.#options = options;
  }

  /** Whether a lease costs nothing. */
  has(frame: FrameIndex): boolean {
    return this.#entries.has(frame);
  }

  /** Encodes the frame unless it is there. Concurrent leases of one frame share the work. */
  async lease(frame: FrameIndex): Promise<FeatureLease> {
    invariant(!this.#isDisposed, 'the feature cache is disposed');
    const entry = this.#entries.get(frame) ?? (await this.#encodeOnce(frame));
    entry.leases++;
    this.#markUsed(frame, entry);
    this.#evict();
    return this.#leaseOf(entry);
  }

  #leaseOf(entry: CacheEntry): FeatureLease {
    let isReleased = false;
    return {
      features: entry.features,
      [Symbol.dispose]: () => {
        if (isReleased) return;
        isReleased = true;
        entry.leases--;
        this.#evict();
      },
    };
  }

  #encodeOnce(frame: FrameIndex): Promise<CacheEntry> {
    const running = this.#pending.get(frame);
    if (running !== undefined) return running;
    const started = this.#encode(frame).finally(() => this.#pending.delete(frame));
    this.#pending.set(frame, started);
    return started;
  }

  async #encode(frame: FrameIndex): Promise<CacheEntry> {
    using image = await this.#options.input(frame);
    const features = await this.#options.graphs.encodeImage(image);
    const { stride4, stride8, stride16 } = features;
    return { features, bytes: stride4.bytes + stride8.bytes + stride16.bytes, leases: 0 };
  }

  #markUsed(frame: FrameIndex, entry: CacheEntry): void {
    this.#entries.delete(frame);
    this.#entries.set(frame, entry);
  }

  /** The frame used last stays: without it, every object would encode its frame anew. */
  #evict(): void {
    let bytes = 0;
    for (const entry of this.#entries.values()) bytes += entry.bytes;
    const budget = this.#isDisposed ? -1 : this.#options.budgetBytes;
    const kept = this.#isDisposed ? 0 : 1;
    for (const [frame, entry] of this.#entries) {
      if (bytes <= budget || this.#entries.size <= kept) return;
      if (entry.leases > 0) continue;
      this.#entries.delete(frame);
      entry.features[Symbol.dispose]();
      bytes -= entry.bytes;
    }
  }

  /** Frees everything; features still leased go with their lease. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#evict();
  }
}
