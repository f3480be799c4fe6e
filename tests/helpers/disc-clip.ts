import {
  ModelFrameMaker,
  type FrameForm,
  type ModelFrame,
} from '../../src/core/frame/model-frame.ts';
import { rgbaPicture, type RgbaPicture } from '../../src/core/frame/stored-picture.ts';
import type { Size } from '../../src/core/geometry.ts';
import type { FrameIndex, ObjectId } from '../../src/core/ids.ts';
import type { MaskRle } from '../../src/core/rle.ts';
import type { MaskPreview, PreviewPort } from '../../src/protocol/mask-preview.ts';
import type { FrameMask, MediaPort } from '../../src/protocol/media-api.ts';

const RADIUS_PX = 22;

export interface DiscClipOptions {
  /** 1, the default, is 640×360. */
  readonly scale?: number;
  /** Told of each frame's masks as they come. */
  readonly onMasks?: (masks: readonly FrameMask[]) => void;
}

/** A clip of eight discs that move over a gradient; it keeps the masks it is given. */
export class DiscClip implements MediaPort, PreviewPort {
  readonly size: Size;
  readonly #scale: number;
  readonly #onMasks: DiscClipOptions['onMasks'];
  /** By key. */
  readonly previews = new Map<string, MaskRle>();
  readonly #masks = new Map<string, MaskRle>();

  constructor({ scale = 1, onMasks }: DiscClipOptions = {}) {
    this.size = { width: 640 * scale, height: 360 * scale };
    this.#scale = scale;
    this.#onMasks = onMasks;
  }

  /** Where the disc of an object is on a frame. */
  discCentre(id: number, frame: number): { x: number; y: number } {
    return { x: (60 + id * 60 + frame) * this.#scale, y: (60 + id * 25) * this.#scale };
  }

  readonly #maker = new ModelFrameMaker();

  async modelFrame(frame: FrameIndex, form: FrameForm): Promise<ModelFrame> {
    return this.#maker.make(rgbaPicture(this.picture(frame)), form);
  }

  picture(frame: FrameIndex) {
    return { ...this.size, rgba: this.#paint(frame) } satisfies RgbaPicture;
  }

  async putMasks(masks: readonly FrameMask[]): Promise<readonly (number | undefined)[]> {
    for (const { objectId, frame, mask } of masks) this.#masks.set(`${frame}/${objectId}`, mask);
    this.#onMasks?.(masks);
    return masks.map(() => undefined);
  }

  async masksOfFrames(): Promise<readonly FrameMask[]> {
    throw new Error('tracking asks for no more than one mask at a time');
  }

  async maskOf(objectId: ObjectId, frame: FrameIndex): Promise<MaskRle | undefined> {
    return this.#masks.get(`${frame}/${objectId}`);
  }

  async putPreviews(_kind: string, previews: readonly MaskPreview[]): Promise<void> {
    for (const { key, mask } of previews) this.previews.set(key, mask);
  }

  #paint(frame: number): Uint8ClampedArray<ArrayBuffer> {
    const { width, height } = this.size;
    const scale = this.#scale;
    const rgba = new Uint8ClampedArray(width * height * 4);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        rgba.set([x / scale / 3, y / scale / 2, 90, 255], (y * width + x) * 4);
      }
    }
    const radius = RADIUS_PX * scale;
    for (let id = 1; id <= 8; id++) {
      const centre = this.discCentre(id, frame);
      for (let y = Math.ceil(-radius); y <= radius; y++) {
        for (let x = Math.ceil(-radius); x <= radius; x++) {
          const [column, row] = [Math.round(centre.x + x), Math.round(centre.y + y)];
          if (x * x + y * y > radius ** 2) continue;
          if (column < 0 || row < 0 || column >= width || row >= height) continue;
          rgba.set([250 - id * 25, 40 + id * 25, id * 30, 255], (row * width + column) * 4);
        }
      }
    }
    return rgba;
  }
}
