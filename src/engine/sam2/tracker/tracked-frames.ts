import type { FrameIndex } from '../../../core/ids.ts';
import type { TrackingDirection } from './tracking-direction.ts';

const CODES = { forward: 1, reverse: 2 } as const;

/**
 * Which frames propagation has passed for one object, and which way it went last. One byte a frame,
 * so that it does not grow while tracking. Source: `sam2_video_predictor.py: frames_tracked_per_obj`.
 */
export class TrackedFrames {
  readonly #codes: Uint8Array;

  constructor(frameCount: number) {
    this.#codes = new Uint8Array(frameCount);
  }

  /** Absent for a frame that was not tracked. */
  directionOf(frame: FrameIndex): TrackingDirection | undefined {
    const code = this.#codes[frame];
    if (code === CODES.forward) return 'forward';
    return code === CODES.reverse ? 'reverse' : undefined;
  }

  has(frame: FrameIndex): boolean {
    return this.directionOf(frame) !== undefined;
  }

  set(frame: FrameIndex, direction: TrackingDirection): void {
    this.#codes[frame] = CODES[direction];
  }

  delete(frame: FrameIndex): void {
    this.#codes[frame] = 0;
  }

  clear(): void {
    this.#codes.fill(0);
  }
}
