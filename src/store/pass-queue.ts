import { frameIndex, type FrameIndex, type ObjectId } from '../core/ids.ts';
import type { PropagationRequest } from '../protocol/inference-api.ts';

/** Where prompts changed while a run was under way. */
export interface Correction {
  readonly objectId: ObjectId;
  readonly frame: FrameIndex;
}

/**
 * What a run of tracking has done and has yet to do, over frames of the whole clip. A correction
 * made meanwhile puts the corrected object's stretch before the rest, so that the run goes on from
 * the corrected frame.
 */
export class PassQueue {
  /** What is left, the one under way first. */
  #left: readonly PropagationRequest[];
  /** Stretches that are done, as the requests that would do just them. */
  readonly #done: PropagationRequest[] = [];
  /** Of the one under way. */
  #newest: FrameIndex | undefined;

  constructor(passes: readonly PropagationRequest[]) {
    this.#left = passes;
  }

  /** What runs now, or is to run next; absent at the end. */
  get next(): PropagationRequest | undefined {
    return this.#left[0];
  }

  /** Requests that would do what is left. */
  get rest(): readonly PropagationRequest[] {
    return this.#left;
  }

  /** Frames that are left, each as often as it is to be computed. */
  get framesLeft(): number {
    return this.#left.reduce((sum, pass) => sum + framesOfPass(pass), 0);
  }

  /** The request under way has come to a frame. */
  advance(frame: FrameIndex): void {
    this.#newest = frame;
  }

  /** The request under way has ended before its end; it is replaced by one for what is left of it. */
  interrupt(): void {
    const [pass, ...later] = this.#left;
    if (pass === undefined || this.#newest === undefined) return;
    const rest = passAfter(pass, this.#newest);
    this.#takeDone(pass);
    this.#left = rest === undefined ? later : [rest, ...later];
  }

  /** The request under way has done what it was to do. */
  finish(): void {
    const [pass, ...later] = this.#left;
    if (pass !== undefined) this.#takeDone(pass);
    this.#left = later;
  }

  /**
   * Goes on from a corrected frame, when no request is under way: the object's stretches that had
   * passed the frame come first, again. Objects of which nothing is said any more are left out.
   * @returns whether the run takes the correction in
   */
  correct({ objectId, frame }: Correction): boolean {
    const again = (['forward', 'reverse'] as const).flatMap((direction) => {
      const passed = this.#done.filter(
        (done) => done.direction === direction && isOver(done, { objectId, frame }),
      );
      if (passed.length === 0) return [];
      const ends = passed.map(({ end }) => end);
      const end = direction === 'forward' ? Math.max(...ends) : Math.min(...ends);
      return [{ objectIds: [objectId], start: frame, end: frameIndex(end), direction }];
    });
    const isAhead = this.#left.some((pass) => isOver(pass, { objectId, frame }));
    const others = this.#left.filter((pass) => !again.some((run) => includes(run, pass)));
    this.#left = [...again, ...others];
    return isAhead || again.length > 0;
  }

  /** Leaves objects out of what is to run. */
  retain(isKept: (objectId: ObjectId) => boolean): void {
    this.#left = this.#left.flatMap((pass) => {
      const objectIds = pass.objectIds?.filter(isKept);
      return objectIds?.length === 0 ? [] : [{ ...pass, ...(objectIds && { objectIds }) }];
    });
  }

  #takeDone(pass: PropagationRequest): void {
    if (this.#newest !== undefined) this.#done.push({ ...pass, end: this.#newest });
    this.#newest = undefined;
  }
}

/** How many frames of a whole clip a pass computes. */
export function framesOfPass({ start, end }: PropagationRequest): number {
  return Math.abs(end - start) + 1;
}

function passAfter(pass: PropagationRequest, newest: FrameIndex): PropagationRequest | undefined {
  if (newest === pass.end) return undefined;
  const step = pass.direction === 'forward' ? 1 : -1;
  // In reverse from the first frame there is nothing to track, not even that frame.
  const start = pass.direction === 'reverse' && newest === 1 ? newest : frameIndex(newest + step);
  return { ...pass, start };
}

function isOver(
  { objectIds, start, end }: PropagationRequest,
  { objectId, frame }: Correction,
): boolean {
  const isWithin = frame >= Math.min(start, end) && frame <= Math.max(start, end);
  return isWithin && objectIds?.includes(objectId) !== false;
}

/** Whether a pass over one object does all that another does. */
function includes(pass: PropagationRequest, other: PropagationRequest): boolean {
  const [only] = pass.objectIds ?? [];
  return (
    pass.direction === other.direction &&
    other.objectIds?.length === 1 &&
    other.objectIds[0] === only &&
    only !== undefined &&
    isOver(pass, { objectId: only, frame: other.start }) &&
    isOver(pass, { objectId: only, frame: other.end })
  );
}
