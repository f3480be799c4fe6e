/** Limits of SA-V's size buckets in pixels (sam2 `sav_dataset/README.md`). */
const MEDIUM_FROM_PX = 32 ** 2;
const LARGE_FROM_PX = 96 ** 2;

/** What SA-V's files say of an object over the clip, gathered frame by frame in order. */
export class SavMasklet {
  #visibleFrames = 0;
  #areaSumPx = 0;
  #firstFrame: number | undefined;
  #isVisible = false;
  #visibilityChanges = 0;

  /** @param areaPx 0 where the object is not seen */
  see(frame: number, areaPx: number): void {
    const isVisible = areaPx > 0;
    if (this.#firstFrame !== undefined && isVisible !== this.#isVisible) this.#visibilityChanges++;
    if (isVisible) {
      this.#firstFrame ??= frame;
      this.#visibleFrames++;
      this.#areaSumPx += areaPx;
    }
    this.#isVisible = isVisible;
  }

  /** Mean over the frames on which the object is seen; 0 where there is none. */
  get meanAreaPx(): number {
    return this.#visibleFrames === 0 ? 0 : this.#areaSumPx / this.#visibleFrames;
  }

  get sizeBucket(): 'small' | 'medium' | 'large' {
    if (this.meanAreaPx < MEDIUM_FROM_PX) return 'small';
    return this.meanAreaPx < LARGE_FROM_PX ? 'medium' : 'large';
  }

  /** The first frame on which the object is seen. */
  get firstFrame(): number | undefined {
    return this.#firstFrame;
  }

  /** How often the object comes or goes after it was first seen. */
  get visibilityChanges(): number {
    return this.#visibilityChanges;
  }
}
