import { invariant } from '../../core/assert.ts';
import { frameIndex, type FrameIndex } from '../../core/ids.ts';
import type { VideoInfo } from '../../protocol/media-api.ts';
import type { DecodedFrame } from '../decoded-frame.ts';
import {
  FRAME_CACHE_BYTES,
  frameCache,
  type FrameCache,
  type FrameSource,
  type PassingReader,
  type ReadingPace,
} from '../frame-source.ts';
import { closedClip, undecodableFrame } from '../media-errors.ts';
import { decodeImage } from './decode-image.ts';
import { baseName, type ImageFile } from './image-file.ts';

/** Pictures decoded ahead of one that followed its predecessor; four keep two cores busy. */
const READ_AHEAD = 3;

/** What an `ImageFrameSource` reads from. */
export interface ImageFrameSourceOptions {
  readonly info: VideoInfo;
  readonly content: Blob;
  readonly images: readonly ImageFile[];
  /** Bytes of decoded frames to keep. */
  readonly cacheBytes?: number;
}

/** Pictures as a clip. Each is decoded by itself, so any order costs the same. */
export class ImageFrameSource implements FrameSource {
  readonly info: VideoInfo;
  readonly content: Blob;
  readonly #images: readonly ImageFile[];
  readonly #cache: FrameCache;
  readonly #pending = new Map<number, Promise<DecodedFrame>>();
  #lastIndex = -1;
  #isDisposed = false;

  constructor({ info, content, images, cacheBytes }: ImageFrameSourceOptions) {
    this.info = info;
    this.content = content;
    this.#images = images;
    this.#cache = frameCache(cacheBytes ?? FRAME_CACHE_BYTES);
  }

  async frame(index: FrameIndex, signal?: AbortSignal): Promise<DecodedFrame> {
    invariant(index < this.info.frameCount, `frame ${index} is beyond the clip`);
    signal?.throwIfAborted();
    if (this.#isDisposed) throw closedClip(this.info.name);
    const isSequential = index === this.#lastIndex + 1;
    this.#lastIndex = index;
    const frame = this.#load(index);
    if (isSequential) this.#readAhead(index);
    const loaded = await frame;
    signal?.throwIfAborted();
    if (this.#isDisposed) throw closedClip(this.info.name);
    return loaded;
  }

  readInPassing({ signal, whenFree }: ReadingPace): PassingReader {
    const frame = async (index: FrameIndex) => {
      await whenFree();
      signal.throwIfAborted();
      if (this.#isDisposed) throw closedClip(this.info.name);
      return this.#cache.get(index) ?? this.#pending.get(index) ?? this.#decode(index);
    };
    return { frame, [Symbol.dispose]: () => undefined };
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#cache.clear();
  }

  #readAhead(index: number): void {
    const end = Math.min(index + 1 + READ_AHEAD, this.#images.length);
    for (let next = index + 1; next < end; next++) {
      // A damaged picture is reported when it is asked for.
      if (!this.#cache.has(next)) this.#load(frameIndex(next)).catch(() => undefined);
    }
  }

  #load(index: FrameIndex): Promise<DecodedFrame> {
    const cached = this.#cache.get(index);
    if (cached !== undefined) return Promise.resolve(cached);
    const pending = this.#pending.get(index);
    if (pending !== undefined) return pending;
    const loading = this.#decodeAndKeep(index).finally(() => this.#pending.delete(index));
    this.#pending.set(index, loading);
    return loading;
  }

  async #decodeAndKeep(index: FrameIndex): Promise<DecodedFrame> {
    const frame = await this.#decode(index);
    if (!this.#isDisposed) this.#cache.put(index, frame);
    return frame;
  }

  async #decode(index: FrameIndex): Promise<DecodedFrame> {
    const image = this.#images[index];
    invariant(image !== undefined, `frame ${index} is beyond the clip`);
    try {
      return await decodeImage(await image.read());
    } catch (error) {
      throw undecodableFrame(this.info.name, baseName(image.path), error);
    }
  }
}
