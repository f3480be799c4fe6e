import { invariant } from '../../core/assert.ts';
import { StudioError } from '../../core/errors.ts';
import { frameIndex, type FrameIndex } from '../../core/ids.ts';
import type { MemoryAccount } from '../../core/memory.ts';
import type { PropagationRequest, SessionVideo } from '../../protocol/inference-api.ts';

/**
 * The frames of the clip that are the whole video to the model. Outside the session a frame is the
 * clip's; inside it is a position among these, counted from 0, which is all that the tracker knows.
 */
export class SessionFrames {
  /** Frames that the model sees. */
  readonly count: number;
  /** Absent where the model sees the whole clip: each frame is its own position. */
  readonly #frames: readonly FrameIndex[] | undefined;
  readonly #positions: ReadonlyMap<FrameIndex, FrameIndex>;

  constructor({ frames, frameCount }: SessionVideo) {
    invariant(
      frames === undefined || isAscending(frames, frameCount),
      'the frames of a session must be some of the clip’s, ascending',
    );
    this.count = frames?.length ?? frameCount;
    this.#frames = frames;
    this.#positions = new Map(frames?.map((frame, at) => [frame, frameIndex(at)]));
  }

  /** The clip's frame at a position. */
  frameAt(position: FrameIndex): FrameIndex {
    if (this.#frames === undefined) return position;
    const frame = this.#frames[position];
    invariant(frame !== undefined, `a session of ${this.count} frames has none at ${position}`);
    return frame;
  }

  /**
   * Where the model sees a frame of the clip.
   * @throws StudioError `frame-outside-session` where it does not
   */
  positionOf(frame: FrameIndex): FrameIndex {
    if (this.#frames === undefined) return frame;
    const position = this.#positions.get(frame);
    if (position === undefined) throw this.#frameOutside(frame, this.#frames);
    return position;
  }

  /**
   * A request over frames of the clip as one over positions.
   * @throws StudioError `frame-outside-session` where an end is not among the frames
   */
  toPositions(request: PropagationRequest): PropagationRequest {
    const [start, end] = [this.positionOf(request.start), this.positionOf(request.end)];
    return { ...request, start, end };
  }

  /** An account over positions as one over frames of the clip; distances stay the model's. */
  accountAt({ frame, memories, pointers, leftOut, ...account }: MemoryAccount): MemoryAccount {
    return {
      ...account,
      frame: this.frameAt(frame),
      memories: memories.map((entry) => ({ ...entry, frame: this.frameAt(entry.frame) })),
      pointers: pointers.map((entry) => ({ ...entry, frame: this.frameAt(entry.frame) })),
      leftOut: leftOut.map((position) => this.frameAt(position)),
    };
  }

  /** Users get here: the stage shows the whole clip, and they may click on any of its frames. */
  #frameOutside(frame: FrameIndex, frames: readonly FrameIndex[]): StudioError {
    const before = frames.findLast((other) => other < frame);
    const after = frames.find((other) => other > frame);
    const nearest = [before, after].filter((other) => other !== undefined).join(' or ');
    return new StudioError(
      'frame-outside-session',
      `Frame ${frame} is not among the ${this.count} frames that the model tracks now.`,
      { hint: `Go to frame ${nearest}, or let the model track every frame of the clip.` },
    );
  }
}

function isAscending(frames: readonly FrameIndex[], frameCount: number): boolean {
  const last = frames.at(-1);
  if (last === undefined || last >= frameCount) return false;
  return frames.every((frame, at) => at === 0 || frame > (frames[at - 1] ?? Infinity));
}
