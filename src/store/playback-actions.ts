import type { FrameIndex } from '../core/ids.ts';
import { clampFrame, neighbourFrame, withMark, type PlaybackSlice } from './playback-slice.ts';
import { promptedFrames } from './prompts-slice.ts';
import { isRunning } from './propagation-state.ts';
import type { StageSeeker } from './stage-seeker.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';
import { gapStartsOf, uncertainStartsOf } from './track-jumps.ts';

/** Moving through the clip. */
export class PlaybackActions {
  readonly #context: StoreContext;
  readonly #seeker: StageSeeker;
  /** Counts the times that playback began or ended; frames of an ended one are dropped. */
  #generation = 0;

  constructor(context: StoreContext, seeker: StageSeeker) {
    this.#context = context;
    this.#seeker = seeker;
  }

  /** Plays from the playhead, or from the start when it stands at the end. */
  async play(): Promise<void> {
    const { services, events } = this.#context;
    const { mode, frame, rate, isLooping, isEveryFrameShown } = this.#playback;
    if (this.#frameCount === 0 || mode === 'playing') return;
    const generation = ++this.#generation;
    const from = frame >= this.#lastFrame ? clampFrame(0, 1) : frame;
    this.#patch({ mode: 'playing', frame: from });
    const request = { from, to: this.#lastFrame, rate, isLooping, isEveryFrameShown };
    try {
      await services.media.play(request, (shown) => {
        if (generation !== this.#generation) return;
        events.push({ type: 'frame-shown', frame: shown, isPlayback: true });
      });
    } catch (error) {
      reportError(this.#context, error);
    }
    this.#endPlayback(generation);
  }

  /** Ends playback or following; the stage stays on the frame under the playhead. */
  pause(): void {
    const { mode } = this.#playback;
    if (mode === 'paused') return;
    this.#generation++;
    this.#patch({ mode: 'paused' });
    if (mode !== 'playing') return;
    this.#context.services.media
      .pause()
      .catch((error: unknown) => reportError(this.#context, error));
  }

  togglePlay(): void {
    if (this.#playback.mode === 'playing') this.pause();
    else void this.play();
  }

  /** @param target any number; the nearest frame of the clip is taken */
  seekTo(target: number): void {
    if (this.#frameCount === 0) return;
    this.pause();
    const frame = clampFrame(target, this.#frameCount);
    this.#patch({ frame });
    this.#seeker.seek(frame);
  }

  stepBy(frames: number): void {
    this.seekTo(this.#playback.frame + frames);
  }

  seekToEdge(edge: 'first' | 'last'): void {
    this.seekTo(edge === 'first' ? 0 : this.#lastFrame);
  }

  /** Goes to the neighbouring frame with a prompt of any object. */
  seekToPrompt(direction: 'next' | 'previous'): void {
    const { prompts, tracklets } = this.#context.store.getState();
    const frames = tracklets.items
      .flatMap((tracklet): FrameIndex[] => promptedFrames(prompts, tracklet.id))
      .sort((a, b) => a - b);
    this.#seekToOneOf(frames, direction);
  }

  /** Goes to where masks of the selected object, or of any, begin to be uncertain. */
  seekToUncertain(direction: 'next' | 'previous'): void {
    const frames = uncertainStartsOf(this.#context.store.getState().tracklets);
    this.#seekToOneOf(frames, direction);
  }

  /** Goes to where a stretch without masks between masks of the selected object begins. */
  seekToGap(direction: 'next' | 'previous'): void {
    this.#seekToOneOf(gapStartsOf(this.#context.store.getState().tracklets), direction);
  }

  /** Lets the stage follow the running propagation again. */
  followTracking(): void {
    if (!isRunning(this.#context.store.getState().propagation)) return;
    this.pause();
    this.#patch({ mode: 'following' });
  }

  /**
   * Sets the in or the out mark, between which tracking stays.
   * @param target any number; the nearest frame of the clip is taken, the playhead's unless given
   */
  mark(which: 'in' | 'out', target: number = this.#playback.frame): void {
    const frameCount = this.#frameCount;
    if (frameCount === 0) return;
    const place = { frame: clampFrame(target, frameCount), frameCount };
    this.#patch({ range: withMark(this.#playback.range, which, place) });
  }

  /** Takes both marks away. */
  clearMarks(): void {
    this.#patch({ range: undefined });
  }

  /** @param rate 1 is the clip's own speed; frames are left out where decoding is too slow */
  setRate(rate: number): void {
    this.#withPlaybackAnew({ rate, isEveryFrameShown: false });
  }

  /** Plays at the clip's own speed, or as fast as every frame can be shown. */
  showEveryFrame(): void {
    this.#withPlaybackAnew({ rate: 1, isEveryFrameShown: true });
  }

  toggleLoop(): void {
    this.#withPlaybackAnew({ isLooping: !this.#playback.isLooping });
  }

  #seekToOneOf(frames: readonly FrameIndex[], direction: 'next' | 'previous'): void {
    const target = neighbourFrame(frames, this.#playback.frame, direction);
    if (target !== undefined) this.seekTo(target);
  }

  #withPlaybackAnew(fields: Partial<PlaybackSlice>): void {
    const wasPlaying = this.#playback.mode === 'playing';
    if (wasPlaying) this.pause();
    this.#patch(fields);
    if (wasPlaying) void this.play();
  }

  #endPlayback(generation: number): void {
    if (generation === this.#generation) {
      this.#context.events.flush();
      this.#patch({ mode: 'paused' });
    } else if (this.#playback.mode === 'paused') {
      // The worker may have shown one frame more before it heard of the pause.
      this.#seeker.seek(this.#playback.frame);
    }
  }

  #patch(fields: Partial<PlaybackSlice>): void {
    patch(this.#context, 'playback', fields);
  }

  get #playback(): PlaybackSlice {
    return this.#context.store.getState().playback;
  }

  get #frameCount(): number {
    return this.#context.store.getState().video.info?.frameCount ?? 0;
  }

  get #lastFrame(): FrameIndex {
    return clampFrame(Infinity, this.#frameCount);
  }
}
