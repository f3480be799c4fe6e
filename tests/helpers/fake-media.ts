import { expose } from 'comlink';
import type { TruthMask } from '../../src/core/ground-truth.ts';
import type { FrameIndex, ObjectId } from '../../src/core/ids.ts';
import { frameIndex, objectId } from '../../src/core/ids.ts';
import { rleArea, type MaskRle } from '../../src/core/rle.ts';
import type {
  FrameMask,
  MaskChanges,
  MaskPictureRequest,
  MaskReassignment,
  MediaApi,
  MediaPort,
  MediaSource,
  PackContents,
  PlaybackRequest,
  SavingStopped,
  StageStyle,
  SummarisedMask,
  ThumbnailReceiver,
  TruthPort,
  VideoInfo,
} from '../../src/protocol/media-api.ts';
import { discMask, discOfMask, FakeMasks, type FakePack } from './fake-masks.ts';

export function buildVideoInfo(fields: Partial<VideoInfo> = {}): VideoInfo {
  const frameCount = fields.frameCount ?? 24;
  return {
    name: 'kitchen.mp4',
    kind: 'video',
    width: 640,
    height: 360,
    frameCount,
    timestampsUs: Float64Array.from({ length: frameCount }, (_, at) => Math.round(at * 16_683.35)),
    frameRate: 59.94,
    codec: 'avc1.640028',
    bytes: 1_177_415,
    notices: [],
    ...fields,
  };
}

/** Draws the scene; the browser lane gives one, node has none. */
export interface FakeScene {
  draw(canvas: OffscreenCanvas, state: FakeStageState): void;
}

export interface FakeStageState {
  readonly style: StageStyle;
  readonly frame: number;
  readonly info: VideoInfo;
  readonly masks: FakeMasks;
}

interface FakeMediaOptions {
  readonly info?: VideoInfo;
  readonly masks?: FakeMasks;
  readonly scene?: FakeScene;
  /** Saved projects by id; one map given to two in turn is a page that was reloaded. */
  readonly packs?: Map<string, FakePack>;
}

/** A clip that is a drawing. It keeps what it was told, for tests to look at. */
export class FakeMedia implements MediaApi {
  readonly calls: string[] = [];
  readonly shown: number[] = [];
  /** What was to be played, and how. */
  readonly played: PlaybackRequest[] = [];
  /** Frames that small pictures were made of. */
  readonly pictured: number[] = [];
  /** How many calls for small pictures are under way. */
  picturing = 0;
  /** Frames that pictures of masks were made of. */
  readonly maskPicturesOf: number[] = [];
  /** Masks that the page made itself, oldest first. */
  readonly put: FrameMask[] = [];
  readonly removed: { objectId: number; frames: readonly number[] | undefined }[] = [];
  style: StageStyle | undefined;
  readonly failures = new Map<keyof MediaApi, Error>();
  readonly masks: FakeMasks;
  readonly packs: Map<string, FakePack>;
  /** What the next `openPack` tells. */
  notices: readonly string[] = [];
  /** By `sequence/frame`. */
  readonly truth = new Map<string, readonly TruthMask[]>();
  readonly #options: FakeMediaOptions;
  #info: VideoInfo;
  #canvas: OffscreenCanvas | undefined;
  #isPlaying = false;
  #isOpen = false;
  #pack: { readonly id: string; readonly onStopped: (reason: SavingStopped) => void } | undefined;

  constructor(options: FakeMediaOptions = {}) {
    this.#options = options;
    this.#info = options.info ?? buildVideoInfo();
    this.masks = options.masks ?? new FakeMasks();
    this.packs = options.packs ?? new Map<string, FakePack>();
  }

  async open(source: MediaSource): Promise<VideoInfo> {
    this.#begin('open');
    // Node clones a File as a nameless Blob.
    const given: string | undefined = source.kind === 'file' ? source.file.name : source.name;
    const name = given ?? buildVideoInfo().name;
    this.#info = { ...this.#info, name };
    this.#isOpen = true;
    this.#close();
    this.masks.reset();
    return this.#info;
  }

  async contentHash(onProgress: (fraction: number) => void): Promise<string> {
    this.#begin('contentHash');
    onProgress(0.5);
    onProgress(1);
    return 'ab'.repeat(32);
  }

  async attachStage(canvas: OffscreenCanvas): Promise<void> {
    this.#begin('attachStage');
    this.#canvas = canvas;
  }

  async setStageStyle(style: StageStyle): Promise<void> {
    this.#begin('setStageStyle');
    this.style = style;
    this.#draw();
  }

  async showFrame(frame: FrameIndex): Promise<boolean> {
    this.#begin('showFrame');
    this.shown.push(frame);
    this.#draw();
    return true;
  }

  async play(request: PlaybackRequest, onFrame: (frame: FrameIndex) => void): Promise<void> {
    this.#begin('play');
    this.played.push(request);
    this.#isPlaying = true;
    for (let frame = request.from + 1; this.#isPlaying && frame <= request.to; frame++) {
      await new Promise((resolve) =>
        setTimeout(resolve, 1000 / this.#info.frameRate / request.rate),
      );
      this.shown.push(frame);
      this.#draw();
      onFrame(frameIndex(frame));
    }
  }

  async pause(): Promise<void> {
    this.#begin('pause');
    this.#isPlaying = false;
  }

  async thumbnails(
    frames: readonly FrameIndex[],
    maxHeight: number,
    onThumbnail: ThumbnailReceiver,
  ): Promise<boolean> {
    this.#begin('thumbnails');
    const { width, height } = this.#info;
    const scale = Math.min(1, maxHeight / height);
    const size = { width: Math.round(width * scale), height: Math.round(height * scale) };
    const canvas = new OffscreenCanvas(size.width, size.height);
    this.picturing++;
    try {
      for (const frame of new Set(frames)) {
        this.pictured.push(frame);
        this.#options.scene?.draw(canvas, {
          style: pictureStyle(size, scale),
          frame,
          info: this.#info,
          masks: this.masks,
        });
        await onThumbnail(frame, await createImageBitmap(canvas));
      }
    } finally {
      this.picturing--;
    }
    return true;
  }

  async maskPictures(request: MaskPictureRequest, onPicture: ThumbnailReceiver): Promise<boolean> {
    this.#begin('maskPictures');
    const { sidePx } = request;
    const { width, height } = this.#info;
    const canvas = new OffscreenCanvas(sidePx, sidePx);
    for (const frame of new Set(request.frames)) {
      const disc = this.masks.get(request.objectId, frame);
      const scale = disc === undefined ? sidePx / width : sidePx / (3 * Math.max(disc.radius, 20));
      const { x, y } = disc ?? { x: width / 2, y: height / 2 };
      const viewport = { scale, offsetX: sidePx / 2 - x * scale, offsetY: sidePx / 2 - y * scale };
      const size = { width: sidePx, height: sidePx };
      const object = {
        id: request.objectId,
        color: request.color,
        isVisible: true,
        isSelected: false,
      };
      this.maskPicturesOf.push(frame);
      this.#options.scene?.draw(canvas, {
        style: { ...pictureStyle(size, scale), viewport, fillOpacity: 0.5, objects: [object] },
        frame,
        info: this.#info,
        masks: this.masks,
      });
      await onPicture(frame, await createImageBitmap(canvas));
    }
    return true;
  }

  async connect(port: MessagePort): Promise<void> {
    this.#begin('connect');
    // A fake at the other end that reads no masks closes the port.
    expose(this.#port(), port);
  }

  async removeMasks(objectId: ObjectId, frames?: readonly FrameIndex[]): Promise<void> {
    this.#begin('removeMasks');
    this.removed.push({ objectId, frames });
    this.masks.remove(objectId, frames);
    this.#draw();
  }

  async maskOf(object: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    this.#begin('maskOf');
    const disc = this.masks.get(object, frame);
    return disc && discMask(disc, this.#info);
  }

  async putMask({ objectId: object, frame, mask, ...said }: SummarisedMask): Promise<void> {
    this.#begin('putMask');
    this.put.push({ objectId: object, frame, mask });
    this.masks.put(object, frame, discOfMask(mask), { ...said, areaPx: rleArea(mask) });
    this.#draw();
  }

  async openPack(
    projectId: string,
    onSavingStopped: (reason: SavingStopped) => void,
  ): Promise<PackContents> {
    this.#begin('openPack');
    this.#close();
    const saved = this.packs.get(projectId);
    if (saved === undefined) this.masks.reset();
    else this.masks.use(saved);
    this.#pack = { id: projectId, onStopped: onSavingStopped };
    // By reference: a change of masks is saved as it is made.
    this.packs.set(projectId, this.masks.live());
    const { notices } = this;
    this.notices = [];
    this.#draw();
    return { ...this.masks.contents(), notices };
  }

  async closePack(): Promise<void> {
    this.#begin('closePack');
    this.#close();
    this.masks.forgetSteps();
  }

  async resumeSaving(): Promise<void> {
    this.#begin('resumeSaving');
    if (this.#pack !== undefined) this.packs.set(this.#pack.id, this.masks.live());
  }

  async deletePack(projectId: string): Promise<void> {
    this.#begin('deletePack');
    if (this.#pack?.id === projectId) {
      this.#pack = undefined;
      this.masks.forgetSteps();
    }
    this.packs.delete(projectId);
  }

  async savedPacks(): Promise<readonly string[]> {
    this.#begin('savedPacks');
    return [...this.packs.keys()];
  }

  async beginStep(step: number): Promise<void> {
    this.#begin('beginStep');
    this.masks.begin(step);
  }

  async revertStep(step: number): Promise<MaskChanges> {
    this.#begin('revertStep');
    const changes = this.masks.revert(step);
    this.#draw();
    return changes;
  }

  async reapplyStep(step: number): Promise<MaskChanges> {
    this.#begin('reapplyStep');
    const changes = this.masks.reapply(step);
    this.#draw();
    return changes;
  }

  async dropSteps(upTo: number): Promise<void> {
    this.#begin('dropSteps');
    this.masks.drop(upTo);
  }

  /** The disk is full: nothing is saved from now on. */
  stopSaving(reason: SavingStopped): void {
    if (this.#pack === undefined) return;
    this.packs.set(this.#pack.id, this.masks.copy());
    this.#pack.onStopped(reason);
  }

  async truthMasks(sequence: string, frame: FrameIndex): Promise<readonly TruthMask[]> {
    this.#begin('truthMasks');
    return this.truth.get(`${sequence}/${frame}`) ?? [];
  }

  async clearTruth(): Promise<void> {
    this.#begin('clearTruth');
    this.truth.clear();
  }

  async reassignMasks(change: MaskReassignment): Promise<MaskChanges> {
    this.#begin('reassignMasks');
    const changes = this.masks.reassign(change);
    this.#draw();
    return changes;
  }

  async clearMasks(): Promise<void> {
    this.#begin('clearMasks');
    this.masks.clear();
    this.#draw();
  }

  /** What the workers beside this one see. */
  #port(): Pick<MediaPort & TruthPort, 'masksOfFrames' | 'truthMasks'> {
    return {
      masksOfFrames: async (start, end) => {
        const masks: FrameMask[] = [];
        for (let frame: number = start; frame < end; frame++) {
          for (const [object, disc] of this.masks.of(frame)) {
            const mask = discMask(disc, this.#info);
            masks.push({ objectId: objectId(object), frame: frameIndex(frame), mask });
          }
        }
        return masks;
      },
      truthMasks: async (sequence, frame) => this.truth.get(`${sequence}/${frame}`) ?? [],
    };
  }

  /** Shows what the masks have become; the real stage hears of new masks by itself. */
  redraw(): void {
    this.#draw();
  }

  #close(): void {
    if (this.#pack === undefined) return;
    const { id } = this.#pack;
    this.#pack = undefined;
    if (this.packs.get(id)?.masks === this.masks.live().masks)
      this.packs.set(id, this.masks.copy());
  }

  #begin(name: keyof MediaApi): void {
    this.calls.push(name);
    const failure = this.failures.get(name);
    this.failures.delete(name);
    if (failure !== undefined) throw failure;
  }

  #draw(): void {
    if (this.#canvas === undefined || this.style === undefined || !this.#isOpen) return;
    this.#options.scene?.draw(this.#canvas, {
      style: this.style,
      frame: this.shown.at(-1) ?? 0,
      info: this.#info,
      masks: this.masks,
    });
  }
}

function pictureStyle(size: StageStyle['size'], scale: number): StageStyle {
  return {
    size,
    devicePixelRatio: 1,
    viewport: { scale, offsetX: 0, offsetY: 0 },
    fillOpacity: 0,
    outlineWidth: 0,
    objects: [],
  };
}
