import type { TruthSequence } from '../core/ground-truth.ts';
import type { FrameIndex, ObjectId } from '../core/ids.ts';
import type { CountedFrame, FrameCounts, FramePair, MaskOverlap } from '../core/scores.ts';
import type { SequenceScoring } from './ground-truth-slice.ts';
import { forEachChange } from './summary-changes.ts';
import { EMPTY_TRACK, hasMask, type SummaryTrack } from './summary-track.ts';

/** What the official tools would read of masks that overlap. */
export const SCORED_OVERLAP: MaskOverlap = 'lowest-id-wins';

/** The user's objects that masks are counted of, each with what is known of its masks. */
export type Tracks = ReadonlyMap<ObjectId, SummaryTrack>;

/** A frame to be counted as it is now. */
export interface ScoreJob {
  readonly tally: SequenceTally;
  /** Among the sequence's annotated frames. */
  readonly position: number;
  /** Of the frame's masks. */
  readonly version: number;
  readonly pair: FramePair;
}

/** An assigned object's mask on an annotated frame that is another now, or gone. */
export interface MaskChange {
  readonly objectId: ObjectId;
  readonly position: number;
}

/**
 * What is counted of a sequence, frame by frame, and what is to be counted again. Frames with a mask
 * of any assigned object are covered; the first annotated frame is counted with them in any case,
 * since the protocols tell by it what the sequence begins with.
 *
 * A frame that changes keeps its counts until there are new ones, so that scores do not flicker.
 */
export class SequenceTally {
  readonly sequence: TruthSequence;
  readonly #frames: readonly FrameIndex[];
  readonly #positions: ReadonlyMap<FrameIndex, number>;
  #assigned: SequenceScoring['assigned'] = {};
  #tracks: Tracks = new Map();
  readonly #isCovered: Uint8Array;
  #coveredFrames = 0;
  readonly #counts: (FrameCounts | undefined)[];
  /** 1 where the counts are those of the masks as they are. */
  readonly #isCurrent: Uint8Array;
  readonly #versions: Uint32Array;
  /** To be counted, in the order in which they changed. */
  readonly #stale = new Set<number>();
  /** As long as any frame is covered. */
  #isFirstNeeded = false;
  #revision = 0;

  constructor(sequence: TruthSequence) {
    const count = sequence.frames.length;
    this.sequence = sequence;
    this.#frames = sequence.frames.map(({ frame }) => frame);
    this.#positions = new Map(this.#frames.map((frame, at) => [frame, at]));
    this.#isCovered = new Uint8Array(count);
    this.#counts = Array.from({ length: count }, () => undefined);
    this.#isCurrent = new Uint8Array(count);
    this.#versions = new Uint32Array(count);
  }

  /** Grows whenever `counted` gives something else. */
  get revision(): number {
    return this.#revision;
  }

  get coveredFrames(): number {
    return this.#coveredFrames;
  }

  /** Covered frames whose counts are up to date. */
  get scoredFrames(): number {
    return this.#isCurrent.reduce((sum, isCurrent, at) => sum + (isCurrent & this.#covers(at)), 0);
  }

  get assigned(): SequenceScoring['assigned'] {
    return this.#assigned;
  }

  /** The frame's place among the annotated ones; absent where it is not annotated. */
  positionOf(frame: FrameIndex): number | undefined {
    return this.#positions.get(frame);
  }

  isCurrent(position: number): boolean {
    return this.#isCurrent[position] === 1;
  }

  /**
   * Takes note of other masks and of other assignments.
   * @param onChange told of changed masks of objects that stand for the same truth as before
   */
  update(
    assigned: SequenceScoring['assigned'],
    tracks: Tracks,
    onChange: (change: MaskChange) => void,
  ): void {
    const before = { assigned: this.#assigned, tracks: this.#tracks };
    if (before.assigned === assigned && isSameTracks(before.tracks, tracks)) return;
    this.#assigned = assigned;
    this.#tracks = tracks;
    const moved = movedObjects(before.assigned, assigned);
    const isChanged = new Uint8Array(this.#frames.length);
    for (const objectId of new Set([...objectsOf(before.assigned), ...objectsOf(assigned)])) {
      const old = before.tracks.get(objectId) ?? EMPTY_TRACK;
      const now = tracks.get(objectId) ?? EMPTY_TRACK;
      if (moved.has(objectId)) {
        const mark = (position: number) => (isChanged[position] = 1);
        forEachChange([EMPTY_TRACK, old], this.#frames, mark);
        forEachChange([EMPTY_TRACK, now], this.#frames, mark);
        continue;
      }
      forEachChange([old, now], this.#frames, (position) => {
        isChanged[position] = 1;
        onChange({ objectId, position });
      });
    }
    this.#renew(isChanged);
  }

  /**
   * Frames to be counted; they will not be given again unless they change.
   * @param preferred places of frames to take first
   */
  take(limit: number, preferred: readonly (number | undefined)[]): ScoreJob[] {
    const jobs: ScoreJob[] = [];
    // Without the first frame there is no score at all.
    for (const position of [0, ...preferred, ...this.#stale]) {
      if (jobs.length >= limit) break;
      if (position !== undefined && this.#stale.delete(position)) jobs.push(this.#job(position));
    }
    return jobs;
  }

  /** Notes what was counted. Counts of masks that changed meanwhile are of no use. */
  accept({ position, version }: ScoreJob, counts: FrameCounts): void {
    if (this.#versions[position] !== version) return;
    this.#counts[position] = counts;
    this.#isCurrent[position] = 1;
    this.#revision++;
  }

  /** Notes that the frame cannot be counted; it is tried again when its masks change. */
  fail({ position, version }: ScoreJob): void {
    if (this.#versions[position] === version) this.#forget(position);
  }

  /** Gives a frame back that was not counted. */
  putBack({ position, version }: ScoreJob): void {
    if (this.#versions[position] === version) this.#stale.add(position);
  }

  /** What a report is made of: the first frame and all covered ones, as far as they are counted. */
  counted(): CountedFrame[] {
    if (this.#coveredFrames === 0 || this.#counts[0] === undefined) return [];
    return this.sequence.frames.flatMap(({ stem }, at) => {
      const counts = this.#counts[at];
      return counts === undefined ? [] : [{ name: stem, counts }];
    });
  }

  #covers(position: number): number {
    return this.#isCovered[position] ?? 0;
  }

  /** @param isChanged by position: 1 where a mask is another now */
  #renew(isChanged: Uint8Array): void {
    const tracks = objectsOf(this.#assigned).map((objectId) => this.#tracks.get(objectId));
    for (let position = isChanged.indexOf(1); position >= 0;) {
      const frame = this.#frames[position] ?? -1;
      const isCovered = tracks.some((track) => hasMask(track, frame));
      this.#coveredFrames += Number(isCovered) - this.#covers(position);
      this.#isCovered[position] = Number(isCovered);
      this.#versions[position] = (this.#versions[position] ?? 0) + 1;
      this.#isCurrent[position] = 0;
      if (isCovered || position === 0) this.#stale.add(position);
      else this.#forget(position);
      position = isChanged.indexOf(1, position + 1);
    }
    const isFirstNeeded = this.#coveredFrames > 0;
    if (!isFirstNeeded) this.#forget(0);
    else if (!this.#isFirstNeeded) this.#stale.add(0);
    this.#isFirstNeeded = isFirstNeeded;
  }

  #forget(position: number): void {
    this.#stale.delete(position);
    if (this.#counts[position] === undefined) return;
    this.#counts[position] = undefined;
    this.#isCurrent[position] = 0;
    this.#revision++;
  }

  #job(position: number): ScoreJob {
    const { name, size, frames } = this.sequence;
    const { width, height } = size;
    const { stem = '' } = frames[position] ?? {};
    const frame = this.#frames[position];
    if (frame === undefined) throw new Error('Invariant: only annotated frames are counted');
    const truth = { kind: 'truth', sequence: name, frame, width, height } as const;
    const objects = this.#objectsOn(frame);
    const overlap = SCORED_OVERLAP;
    const prediction = { kind: 'tracked', frame, overlap, objects, width, height } as const;
    const pair = { name: `${name}/${stem}`, truth, prediction };
    return { tally: this, position, version: this.#versions[position] ?? 0, pair };
  }

  // Only those with a mask that the page knows of: one that is being removed may still be there.
  #objectsOn(frame: FrameIndex): { readonly objectId: ObjectId; readonly truthId: number }[] {
    return Object.entries(this.#assigned)
      .filter(([, objectId]) => hasMask(this.#tracks.get(objectId), frame))
      .map(([truthId, objectId]) => ({ objectId, truthId: Number(truthId) }));
  }
}

/** Objects that are, or were, compared to another truth than before or after. */
function movedObjects(
  before: SequenceScoring['assigned'],
  after: SequenceScoring['assigned'],
): ReadonlySet<ObjectId> {
  const moved = new Set<ObjectId>();
  for (const [a, b] of [
    [before, after],
    [after, before],
  ] as const) {
    for (const [truthId, objectId] of Object.entries(a)) {
      if (b[Number(truthId)] !== objectId) moved.add(objectId);
    }
  }
  return moved;
}

function objectsOf(assigned: SequenceScoring['assigned']): readonly ObjectId[] {
  return Object.values(assigned);
}

function isSameTracks(a: Tracks, b: Tracks): boolean {
  if (a === b) return true;
  return a.size === b.size && [...a].every(([id, track]) => b.get(id) === track);
}
