import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import type { TruthMask } from '../core/ground-truth.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MaskRle } from '../core/rle.ts';
import { sha256OfBlob } from '../core/sha256.ts';
import type {
  MaskWorkApi,
  MediaApi,
  MediaPort,
  PicturePort,
  MediaSource,
  PlaybackRequest,
  StageStyle,
  SummarisedMask,
  ThumbnailReceiver,
  TruthPort,
  VideoInfo,
} from '../protocol/media-api.ts';
import type { PreviewPort } from '../protocol/mask-preview.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { Foreground } from './foreground.ts';
import { uprightPicture } from './frame-drawing.ts';
import type { FrameSource } from './frame-source.ts';
import { MaskletStore } from './masklets/masklet-store.ts';
import { PreviewStore } from './masklets/preview-store.ts';
import { TruthStore } from './masklets/truth-store.ts';
import { openMedia } from './open-media.ts';
import { playFrames } from './playback.ts';
import { onNextTick } from './stage/animation-tick.ts';
import { Stage } from './stage/stage.ts';
import { makeThumbnails } from './thumbnails.ts';
import { uprightPixels } from './upright-pixels.ts';

/** All that is served to the workers beside the decode worker. */
export type ServedPorts = MediaPort & PicturePort & PreviewPort & TruthPort;

/** How values cross to other threads; the worker's entry says how. */
export interface MediaBoundary {
  /** Serves `api` to whoever holds the other end of `port`. */
  serve(api: ServedPorts, port: MessagePort): void;
  /** Marks what is handed over rather than copied when `value` is returned. */
  transfer<T>(value: T, owned: Transferable[]): T;
  /** Gives up a callback that came from another thread. */
  release(callback: unknown): void;
}

/** The open clip, its masks and the stage: `MediaApi` for the page, `MediaPort` for other workers. */
export class MediaService implements Omit<MediaApi, keyof MaskWorkApi> {
  readonly #boundary: MediaBoundary;
  readonly #masklets = new MaskletStore();
  readonly #truth = new TruthStore();
  readonly #previews = new PreviewStore();
  readonly #stage = new Stage({
    masklets: this.#masklets,
    previews: this.#previews,
    truth: this.#truth,
  });
  #clip: { readonly source: FrameSource; readonly closing: AbortController } | undefined;
  #openings = 0;
  /** Ends what the stage was last asked to show or play. */
  #turn = new AbortController();
  #isPlaying = false;
  /** Ends the thumbnails under way. */
  #strip = new AbortController();
  /** What thumbnails give way to. */
  readonly #foreground = new Foreground();

  constructor(boundary: MediaBoundary) {
    this.#boundary = boundary;
  }

  async open(source: MediaSource): Promise<VideoInfo> {
    const opening = ++this.#openings;
    const opened = await openMedia(source);
    if (opening !== this.#openings) {
      opened[Symbol.dispose]();
      throw new DOMException('Another clip was opened meanwhile.', 'AbortError');
    }
    this.#turn.abort();
    this.#strip.abort();
    this.#clip?.closing.abort();
    this.#clip?.source[Symbol.dispose]();
    this.#clip = { source: opened, closing: new AbortController() };
    this.#masklets.reset(opened.info);
    this.#truth.clear();
    this.#previews.clear();
    void this.#stage.show(undefined);
    return opened.info;
  }

  async contentHash(onProgress: (fraction: number) => void): Promise<string> {
    const { source, closing } = this.#openClip();
    const { content } = source;
    try {
      return await sha256OfBlob(content, {
        signal: closing.signal,
        onProgress: (hashedBytes) => onProgress(hashedBytes / content.size),
      });
    } finally {
      this.#boundary.release(onProgress);
    }
  }

  attachStage(canvas: OffscreenCanvas): Promise<void> {
    this.#stage.attach(canvas);
    return Promise.resolve();
  }

  setStageStyle(style: StageStyle): Promise<void> {
    return this.#stage.setStyle(style);
  }

  async showFrame(frame: FrameIndex): Promise<boolean> {
    const { source } = this.#openClip();
    const { signal } = this.#beginTurn();
    try {
      await this.#foreground.during(() => this.#show(source, frame, signal));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return !signal.aborted;
  }

  async play(request: PlaybackRequest, onFrame: (frame: FrameIndex) => void): Promise<void> {
    const { source } = this.#openClip();
    invariant(request.rate > 0, `a clip is played at a rate above 0, got ${request.rate}`);
    invariant(request.from <= request.to, 'a clip is played forward');
    const { signal } = this.#beginTurn();
    this.#isPlaying = true;
    const show = async (frame: FrameIndex) => {
      await this.#show(source, frame, signal);
      if (!signal.aborted) onFrame(frame);
    };
    const host = { info: source.info, now: () => performance.now(), nextTick, show };
    try {
      await this.#foreground.during(() => playFrames(request, host, signal));
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      if (!signal.aborted) this.#isPlaying = false;
      this.#boundary.release(onFrame);
    }
  }

  pause(): Promise<void> {
    if (this.#isPlaying) this.#beginTurn();
    return Promise.resolve();
  }

  async thumbnails(
    frames: readonly FrameIndex[],
    maxHeight: number,
    onThumbnail: ThumbnailReceiver,
  ): Promise<boolean> {
    this.#strip.abort();
    this.#strip = new AbortController();
    const { signal } = this.#strip;
    const pace = { signal, whenFree: () => this.#foreground.whenIdle(signal) };
    const give = (frame: FrameIndex, image: ImageBitmap) =>
      onThumbnail(frame, this.#boundary.transfer(image, [image]));
    try {
      const { source } = this.#openClip();
      await makeThumbnails({ source, frames, maxHeight }, pace, give);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#boundary.release(onThumbnail);
    }
    return !signal.aborted;
  }

  connect(port: MessagePort): Promise<void> {
    this.#boundary.serve(this.#port(), port);
    return Promise.resolve();
  }

  maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    return Promise.resolve(this.#masklets.maskOf(objectId, frame));
  }

  putMask(mask: SummarisedMask): Promise<void> {
    this.#masklets.put([mask]);
    return Promise.resolve();
  }

  removeMasks(objectId: ObjectId, frames?: readonly FrameIndex[]): Promise<void> {
    this.#masklets.remove(objectId, frames);
    return Promise.resolve();
  }

  clearMasks(): Promise<void> {
    this.#masklets.clear();
    return Promise.resolve();
  }

  truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]> {
    return Promise.resolve(this.#truth.masksOf(sequence, frame) ?? []);
  }

  clearTruth(): Promise<void> {
    this.#truth.clear();
    return Promise.resolve();
  }

  #port(): ServedPorts {
    return {
      framePixels: async (frame) => {
        const pixels = uprightPixels(await this.#urgentFrame(frame), frame);
        return this.#boundary.transfer(pixels, [pixels.rgba.buffer]);
      },
      framePicture: async (frame) => {
        const picture = uprightPicture(await this.#urgentFrame(frame));
        return this.#boundary.transfer(picture, [picture]);
      },
      putMasks: async (masks) => this.#masklets.put(masks),
      masksOfFrames: async (start, end) => this.#masklets.masksOfFrames(start, end),
      maskOf: async (objectId, frame) => this.#masklets.maskOf(objectId, frame),
      putPreviews: async (kind, previews) => this.#previews.put(kind, previews),
      putTruth: async (frames) => this.#truth.put(frames),
      settleTruth: async (how) => this.#truth.settle(how),
      truthMasks: (sequence, frame) => this.truthMasks(sequence, frame),
    };
  }

  #urgentFrame(frame: FrameIndex): Promise<DecodedFrame> {
    const { source } = this.#openClip();
    return this.#foreground.during(() => source.frame(frame));
  }

  async #show(source: FrameSource, index: FrameIndex, signal: AbortSignal): Promise<void> {
    const frame = await source.frame(index, signal);
    signal.throwIfAborted();
    await this.#stage.show({ index, frame });
  }

  /** Ends what was shown or played before. */
  #beginTurn(): AbortController {
    this.#turn.abort();
    this.#isPlaying = false;
    this.#turn = new AbortController();
    return this.#turn;
  }

  #openClip() {
    if (this.#clip !== undefined) return this.#clip;
    throw new StudioError('session-disposed', 'No clip is open.', { hint: 'Open a clip first.' });
  }
}

function nextTick(): Promise<void> {
  return new Promise((resolve) => onNextTick(resolve));
}
