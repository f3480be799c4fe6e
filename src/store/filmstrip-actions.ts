import type { FrameIndex } from '../core/ids.ts';
import { isRunning } from './propagation-state.ts';
import { reportError, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** Takes a small picture of a frame and closes it in the end. */
export type PictureReceiver = (frame: FrameIndex, picture: ImageBitmap) => void;

/** Small pictures of the clip, for the timeline. They go through here and are never in the store. */
export class FilmstripActions {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /**
   * Gives pictures of the frames in place of those asked for before. None while the clip plays or
   * is tracked, which they would slow down.
   * @param maxHeightPx device pixels
   * @returns whether it went on to the last of them
   */
  async fill(
    frames: readonly FrameIndex[],
    maxHeightPx: number,
    receive: PictureReceiver,
  ): Promise<boolean> {
    if (!canFill(this.#context.store.getState())) return false;
    try {
      return await this.#context.services.media.thumbnails(frames, maxHeightPx, receive);
    } catch (error) {
      reportError(this.#context, error);
      return false;
    }
  }

  /** Ends what was asked for. */
  async stop(): Promise<void> {
    if (this.#context.store.getState().video.info === undefined) return;
    try {
      await this.#context.services.media.thumbnails([], 1, closePicture);
    } catch (error) {
      reportError(this.#context, error);
    }
  }
}

/** Whether the decoder has nothing better to do than small pictures. */
export function canFill({ video, playback, propagation }: StudioState): boolean {
  return video.info !== undefined && playback.mode !== 'playing' && !isRunning(propagation);
}

function closePicture(_frame: FrameIndex, picture: ImageBitmap): void {
  picture.close();
}
