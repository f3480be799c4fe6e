import type { FrameIndex } from '../core/ids.ts';
import { reportError, type StoreContext } from './store-context.ts';

/**
 * Shows the frame asked for last, one request at a time: a quick scrub shows frames on its way
 * instead of each request overtaking the one before it.
 */
export class StageSeeker {
  readonly #context: StoreContext;
  #wanted: FrameIndex | undefined;
  #isBusy = false;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  seek(frame: FrameIndex): void {
    this.#wanted = frame;
    if (!this.#isBusy) void this.#run();
  }

  async #run(): Promise<void> {
    const { services, events, store } = this.#context;
    this.#isBusy = true;
    try {
      while (this.#wanted !== undefined) {
        const frame = this.#wanted;
        const { generation } = store.getState().video;
        this.#wanted = undefined;
        const isShown = await services.media.showFrame(frame);
        if (isShown && generation === store.getState().video.generation) {
          events.push({ type: 'frame-shown', frame, isPlayback: false });
        }
      }
    } catch (error) {
      reportError(this.#context, error);
    } finally {
      this.#isBusy = false;
    }
    // A frame that was asked for while the failure was reported.
    if (this.#wanted !== undefined) await this.#run();
  }
}
