import { invariant } from '../core/assert.ts';
import { StudioError } from '../core/errors.ts';
import type { TruthMask } from '../core/ground-truth.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { MaskRle } from '../core/rle.ts';
import { sha256OfBlob } from '../core/sha256.ts';
import type {
  MaskChanges,
  MaskPictureRequest,
  MaskReassignment,
  MediaApi,
  MediaSource,
  PackContents,
  PlaybackRequest,
  SavingStopped,
  StageStyle,
  SummarisedMask,
  ThumbnailReceiver,
  VideoInfo,
} from '../protocol/media-api.ts';
import type { DecodedFrame } from './decoded-frame.ts';
import { Foreground } from './foreground.ts';
import type { FrameSource } from './frame-source.ts';
import { makeMaskPictures } from './mask-pictures.ts';
import { MaskKeeper } from './masklets/mask-keeper.ts';
import type { MaskLogs } from './masklets/mask-log.ts';
import { PreviewStore } from './masklets/preview-store.ts';
import { TruthStore } from './masklets/truth-store.ts';
import type { MediaBoundary, ServedPorts } from './media-boundary.ts';
import { openMedia } from './open-media.ts';
import { PictureTurn } from './picture-turn.ts';
import { playFrames } from './playback.ts';
import { serveFrames } from './served-frames.ts';
import { onNextTick } from './stage/animation-tick.ts';
import { Stage } from './stage/stage.ts';
import { makeThumbnails } from './thumbnails.ts';

/** Memory for earlier masks that undoing brings back. */
const HISTORY_BYTES = 256 << 20;

interface MediaServiceOptions {
  readonly boundary: MediaBoundary;
  /** Where masks are saved. */
  readonly maskLogs: MaskLogs;
}

/** The open clip, its masks and the stage: `MediaApi` for the page, `MediaPort` for other workers. */
export class MediaService implements MediaApi {
  readonly #boundary: MediaBoundary;
  readonly #masks: MaskKeeper;
  readonly #truth = new TruthStore();
  readonly #previews = new PreviewStore();
  readonly #stage: Stage;
  #clip: { readonly source: FrameSource; readonly closing: AbortController } | undefined;
  #openings = 0;
  /** Ends what the stage was last asked to show or play. */
  #turn = new AbortController();
  #isPlaying = false;
  /** What thumbnails give way to. */
  readonly #foreground = new Foreground();
  readonly #strip: PictureTurn;
  readonly #maskPictures: PictureTurn;

  constructor({ boundary, maskLogs }: MediaServiceOptions) {
    this.#boundary = boundary;
    this.#strip = new PictureTurn(boundary, this.#foreground);
    this.#maskPictures = new PictureTurn(boundary, this.#foreground);
    this.#masks = new MaskKeeper({ logs: maskLogs, historyBytes: HISTORY_BYTES });
    this.#stage = new Stage({
      masklets: this.#masks.masklets,
      previews: this.#previews,
      truth: this.#truth,
    });
  }

  async open(source: MediaSource): Promise<VideoInfo> {
    const opening = ++this.#openings;
    const opened = await openMedia(source);
    await this.#masks.settled();
    if (opening !== this.#openings) {
      opened[Symbol.dispose]();
      throw new DOMException('Another clip was opened meanwhile.', 'AbortError');
    }
    this.#turn.abort();
    this.#strip.end();
    this.#maskPictures.end();
    this.#clip?.closing.abort();
    this.#clip?.source[Symbol.dispose]();
    this.#clip = { source: opened, closing: new AbortController() };
    this.#masks.reset(opened.info);
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
    return this.#strip.take(onThumbnail, (pace, give) => {
      const { source } = this.#openClip();
      return makeThumbnails({ source, frames, maxHeight }, pace, give);
    });
  }

  async maskPictures(request: MaskPictureRequest, onPicture: ThumbnailReceiver): Promise<boolean> {
    return this.#maskPictures.take(onPicture, (pace, give) => {
      const { source } = this.#openClip();
      const maskOf = (frame: FrameIndex) => this.#masks.masklets.maskOf(request.objectId, frame);
      return makeMaskPictures({ ...request, source, maskOf }, pace, give);
    });
  }

  connect(port: MessagePort): Promise<void> {
    this.#boundary.serve(this.#port(), port);
    return Promise.resolve();
  }

  maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    return Promise.resolve(this.#masks.masklets.maskOf(objectId, frame));
  }

  async putMask(mask: SummarisedMask): Promise<void> {
    await this.#masks.put([mask]);
  }

  removeMasks(objectId: ObjectId, frames?: readonly FrameIndex[]): Promise<void> {
    return this.#masks.remove(objectId, frames);
  }

  reassignMasks(change: MaskReassignment): Promise<MaskChanges> {
    return this.#masks.reassign(change);
  }

  clearMasks(): Promise<void> {
    return this.#masks.clear();
  }

  async openPack(
    projectId: string,
    onSavingStopped: (reason: SavingStopped) => void,
  ): Promise<PackContents> {
    const { width, height } = this.#openClip().source.info;
    const onClosed = () => this.#boundary.release(onSavingStopped);
    return this.#masks.openPack({ projectId, size: { width, height }, onSavingStopped, onClosed });
  }

  closePack(): Promise<void> {
    return this.#masks.closePack();
  }

  resumeSaving(): Promise<void> {
    return this.#masks.resumeSaving();
  }

  deletePack(projectId: string): Promise<void> {
    return this.#masks.deletePack(projectId);
  }

  savedPacks(): Promise<readonly string[]> {
    return this.#masks.savedPacks();
  }

  beginStep(step: number): Promise<void> {
    return this.#masks.begin(step);
  }

  revertStep(step: number): Promise<MaskChanges> {
    return this.#masks.revert(step);
  }

  reapplyStep(step: number): Promise<MaskChanges> {
    return this.#masks.reapply(step);
  }

  dropSteps(upTo: number): Promise<void> {
    return this.#masks.drop(upTo);
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
      ...serveFrames(this.#boundary, (frame) => this.#urgentFrame(frame)),
      clipFile: async () => {
        const { info, content } = this.#openClip().source;
        return info.kind === 'video' ? content : undefined;
      },
      putMasks: (masks, options) => this.#masks.put(masks, options),
      compareMasks: (masks) => this.#masks.compare(masks),
      masksOfFrames: async (start, end) => this.#masks.masklets.masksOfFrames(start, end),
      maskOf: (objectId, frame) => this.maskOf(objectId, frame),
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
