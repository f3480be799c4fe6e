import type { FrameIndex, ObjectId } from '../../core/ids.ts';
import { canFill } from '../../store/filmstrip-actions.ts';
import type { Studio } from '../../store/studio-store.ts';
import { revisionAt } from '../../store/summary-track.ts';
import { findTracklet } from '../../store/tracklets-slice.ts';

/** As wide as they are shown, in CSS pixels. */
export const PICTURE_SIDE_PX = 44;
/** About 2 MB on a sharp screen. */
const MOST_PICTURES = 64;

/**
 * Small pictures of objects on frames, as their masks are now. None are made while the clip plays or
 * is tracked, when those that are there stand in.
 */
export class MaskPictureStore implements Disposable {
  readonly #studio: Studio;
  /** By object and frame, used last at the end. */
  readonly #pictures = new Map<string, { readonly look: string; readonly bitmap: ImageBitmap }>();
  readonly #listeners = new Set<() => void>();
  #version = 0;
  #asked = '';
  #isDisposed = false;

  constructor(studio: Studio) {
    this.#studio = studio;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Changes with every picture that comes. */
  readonly version = (): number => this.#version;

  /** The store's own; drawn from at once. */
  pictureOf(objectId: ObjectId, frame: FrameIndex): ImageBitmap | undefined {
    return this.#pictures.get(`${objectId}/${frame}`)?.bitmap;
  }

  /** Asks for those that are missing or show another mask; what was asked for before is given up. */
  want(objectId: ObjectId, frames: readonly FrameIndex[]): void {
    if (!canFill(this.#studio.store.getState())) return;
    const missing = frames.filter((frame) => {
      const known = this.#pictures.get(`${objectId}/${frame}`);
      return known?.look !== this.#lookOf(objectId, frame);
    });
    const asked = missing.map((frame) => this.#lookOf(objectId, frame)).join();
    if (missing.length === 0 || asked === this.#asked) return;
    this.#asked = asked;
    const looks = new Map(missing.map((frame) => [frame, this.#lookOf(objectId, frame)]));
    const sidePx = Math.round(PICTURE_SIDE_PX * Math.max(window.devicePixelRatio, 1));
    const wanted = { objectId, frames: missing, sidePx };
    void this.#studio.actions.memory.pictures(wanted, (frame, bitmap) => {
      if (this.#isDisposed) bitmap.close();
      else this.#put(`${objectId}/${frame}`, { look: looks.get(frame) ?? '', bitmap });
    });
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const { bitmap } of this.#pictures.values()) bitmap.close();
    this.#pictures.clear();
  }

  #put(key: string, picture: { readonly look: string; readonly bitmap: ImageBitmap }): void {
    this.#pictures.get(key)?.bitmap.close();
    this.#pictures.delete(key);
    this.#pictures.set(key, picture);
    const [oldest] = this.#pictures;
    if (this.#pictures.size > MOST_PICTURES && oldest !== undefined) {
      oldest[1].bitmap.close();
      this.#pictures.delete(oldest[0]);
    }
    this.#asked = '';
    this.#version++;
    for (const listener of this.#listeners) listener();
  }

  /** Tells one look of a picture from the next: clip, place, colour and mask. */
  #lookOf(objectId: ObjectId, frame: FrameIndex): string {
    const { tracklets, video } = this.#studio.store.getState();
    const tracklet = findTracklet(tracklets, objectId);
    if (tracklet === undefined) return '';
    const { color, summaries } = tracklet;
    return [video.generation, objectId, frame, color, revisionAt(summaries, frame)].join('/');
  }
}
