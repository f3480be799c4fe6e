import type { FrameIndex } from '../core/ids.ts';
import type { ThumbnailReceiver } from '../protocol/media-api.ts';
import type { Foreground } from './foreground.ts';
import type { ReadingPace } from './frame-source.ts';
import type { MediaBoundary } from './media-boundary.ts';

type Make = (pace: ReadingPace, give: ThumbnailReceiver) => Promise<void>;

/** One kind of small pictures: those asked for last end those before. */
export class PictureTurn {
  readonly #boundary: MediaBoundary;
  readonly #foreground: Foreground;
  #turn = new AbortController();

  /** @param foreground what making pictures gives way to */
  constructor(boundary: MediaBoundary, foreground: Foreground) {
    this.#boundary = boundary;
    this.#foreground = foreground;
  }

  /** Ends what is under way. */
  end(): void {
    this.#turn.abort();
  }

  /** Makes pictures in place of those under way. Resolves to whether it came to its end. */
  async take(receive: ThumbnailReceiver, make: Make): Promise<boolean> {
    this.#turn.abort();
    this.#turn = new AbortController();
    const { signal } = this.#turn;
    const pace = { signal, whenFree: () => this.#foreground.whenIdle(signal) };
    const give = (frame: FrameIndex, image: ImageBitmap) =>
      receive(frame, this.#boundary.transfer(image, [image]));
    try {
      await make(pace, give);
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#boundary.release(receive);
    }
    return !signal.aborted;
  }
}
