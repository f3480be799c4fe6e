import type { ModelFrame } from '../../core/frame/model-frame.ts';
import type { FrameIndex } from '../../core/ids.ts';

/** Frames asked for and not yet used; two keep the decoder busy while one frame is computed. */
const MOST_AHEAD = 2;

/** Reads frames from the decode worker, one or two of them before they are needed. */
export class FrameReader {
  readonly #fetch: (frame: FrameIndex) => Promise<ModelFrame>;
  readonly #ahead = new Map<FrameIndex, Promise<ModelFrame>>();

  constructor(fetch: (frame: FrameIndex) => Promise<ModelFrame>) {
    this.#fetch = fetch;
  }

  /** Rejects as the decode worker does. The frame is the caller's. */
  read(frame: FrameIndex): Promise<ModelFrame> {
    const started = this.#ahead.get(frame);
    this.#ahead.delete(frame);
    return started ?? this.#fetch(frame);
  }

  /** Starts reading a frame that is likely next. A failure shows when it is read. */
  prefetch(frame: FrameIndex): void {
    if (this.#ahead.has(frame)) return;
    const started = this.#fetch(frame);
    started.catch(() => undefined);
    this.#ahead.set(frame, started);
    for (const oldest of this.#ahead.keys()) {
      if (this.#ahead.size <= MOST_AHEAD) return;
      this.#ahead.delete(oldest);
    }
  }
}
