/** Pictures by frame, the oldest let go of first. It owns them and closes them. */
export class FilmstripCache implements Disposable {
  readonly #pictures = new Map<number, ImageBitmap>();
  readonly #capacity: number;

  /** @param capacity more than are ever in sight */
  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#pictures.size;
  }

  has(frame: number): boolean {
    return this.#pictures.has(frame);
  }

  /** The frame's picture, which is the newest from then on. */
  get(frame: number): ImageBitmap | undefined {
    const picture = this.#pictures.get(frame);
    if (picture !== undefined) {
      this.#pictures.delete(frame);
      this.#pictures.set(frame, picture);
    }
    return picture;
  }

  /** The picture of a frame at most so far away; the nearest. */
  nearest(frame: number, within: number): ImageBitmap | undefined {
    let [best, distance]: [ImageBitmap | undefined, number] = [undefined, within];
    for (const [other, picture] of this.#pictures) {
      if (Math.abs(other - frame) > distance) continue;
      distance = Math.abs(other - frame);
      best = picture;
    }
    return best;
  }

  put(frame: number, picture: ImageBitmap): void {
    this.#pictures.get(frame)?.close();
    this.#pictures.delete(frame);
    this.#pictures.set(frame, picture);
    for (const [oldest, old] of this.#pictures) {
      if (this.#pictures.size <= this.#capacity) break;
      old.close();
      this.#pictures.delete(oldest);
    }
  }

  clear(): void {
    for (const picture of this.#pictures.values()) picture.close();
    this.#pictures.clear();
  }

  [Symbol.dispose](): void {
    this.clear();
  }
}
