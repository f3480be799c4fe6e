import { proxy, transfer } from 'comlink';
import type { TruthMask } from '../core/ground-truth.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
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
import { WorkerHandle, type WorkerEndpoint } from './worker-handle.ts';
import type { MaskRle } from '../core/rle.ts';
import type { StudioError } from '../core/errors.ts';

interface MediaClientOptions {
  readonly spawn: () => WorkerEndpoint;
  /** The worker is gone, and with it the clip, the masks and the stage. */
  readonly onDeath: (error: StudioError) => void;
  readonly onFault: (error: Error) => void;
}

/** The decode worker from the page. The worker starts at once, and lives as long as the page. */
export class MediaClient implements MediaApi, Disposable {
  readonly #handle: WorkerHandle<MediaApi>;

  constructor(options: MediaClientOptions) {
    this.#handle = new WorkerHandle(options.spawn(), {
      name: 'video',
      onDeath: options.onDeath,
      onFault: options.onFault,
    });
  }

  open(source: MediaSource, signal?: AbortSignal): Promise<VideoInfo> {
    return this.#handle.call((remote) => remote.open(source), signal);
  }

  contentHash(onProgress: (fraction: number) => void, signal?: AbortSignal): Promise<string> {
    return this.#handle.call((remote) => remote.contentHash(proxy(onProgress)), signal);
  }

  /** @param canvas transferred; of no use to the page afterwards */
  attachStage(canvas: OffscreenCanvas): Promise<void> {
    return this.#handle.call((remote) => remote.attachStage(transfer(canvas, [canvas])));
  }

  setStageStyle(style: StageStyle): Promise<void> {
    return this.#handle.call((remote) => remote.setStageStyle(style));
  }

  showFrame(frame: FrameIndex): Promise<boolean> {
    return this.#handle.call((remote) => remote.showFrame(frame));
  }

  play(request: PlaybackRequest, onFrame: (frame: FrameIndex) => void): Promise<void> {
    return this.#handle.call((remote) => remote.play(request, proxy(onFrame)));
  }

  pause(): Promise<void> {
    return this.#handle.call((remote) => remote.pause());
  }

  thumbnails(
    frames: readonly FrameIndex[],
    maxHeight: number,
    onThumbnail: ThumbnailReceiver,
  ): Promise<boolean> {
    return this.#handle.call((remote) => remote.thumbnails(frames, maxHeight, proxy(onThumbnail)));
  }

  maskPictures(request: MaskPictureRequest, onPicture: ThumbnailReceiver): Promise<boolean> {
    return this.#handle.call((remote) => remote.maskPictures(request, proxy(onPicture)));
  }

  /** @param port transferred */
  connect(port: MessagePort): Promise<void> {
    return this.#handle.call((remote) => remote.connect(transfer(port, [port])));
  }

  maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    return this.#handle.call((remote) => remote.maskOf(objectId, frame));
  }

  putMask(mask: SummarisedMask): Promise<void> {
    return this.#handle.call((remote) => remote.putMask(mask));
  }

  removeMasks(objectId: ObjectId, frames?: readonly FrameIndex[]): Promise<void> {
    return this.#handle.call((remote) => remote.removeMasks(objectId, frames));
  }

  reassignMasks(change: MaskReassignment): Promise<MaskChanges> {
    return this.#handle.call((remote) => remote.reassignMasks(change));
  }

  clearMasks(): Promise<void> {
    return this.#handle.call((remote) => remote.clearMasks());
  }

  openPack(
    projectId: string,
    onSavingStopped: (reason: SavingStopped) => void,
  ): Promise<PackContents> {
    return this.#handle.call((remote) => remote.openPack(projectId, proxy(onSavingStopped)));
  }

  closePack(): Promise<void> {
    return this.#handle.call((remote) => remote.closePack());
  }

  resumeSaving(): Promise<void> {
    return this.#handle.call((remote) => remote.resumeSaving());
  }

  deletePack(projectId: string): Promise<void> {
    return this.#handle.call((remote) => remote.deletePack(projectId));
  }

  savedPacks(): Promise<readonly string[]> {
    return this.#handle.call((remote) => remote.savedPacks());
  }

  beginStep(step: number): Promise<void> {
    return this.#handle.call((remote) => remote.beginStep(step));
  }

  revertStep(step: number): Promise<MaskChanges> {
    return this.#handle.call((remote) => remote.revertStep(step));
  }

  reapplyStep(step: number): Promise<MaskChanges> {
    return this.#handle.call((remote) => remote.reapplyStep(step));
  }

  dropSteps(upTo: number): Promise<void> {
    return this.#handle.call((remote) => remote.dropSteps(upTo));
  }

  truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]> {
    return this.#handle.call((remote) => remote.truthMasks(sequence, frame));
  }

  clearTruth(): Promise<void> {
    return this.#handle.call((remote) => remote.clearTruth());
  }

  [Symbol.dispose](): void {
    this.#handle[Symbol.dispose]();
  }
}
