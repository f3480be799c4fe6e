import type { ObjectId } from '../core/ids.ts';
import { jumpRisk } from './review-signals.ts';
import { CHUNK_FRAMES, PROMPT, type SummaryChunk } from './summary-chunk.ts';
import type { SummaryTrack } from './summary-track.ts';
import { motionInto } from './track-motion.ts';

/** A frame into which the objects jumped together, as at a cut. */
export interface CameraCut {
  readonly frame: number;
  readonly objectCount: number;
  /** The one that jumped farthest for its size. */
  readonly objectId: ObjectId;
  /** Of its jump, 0..1. */
  readonly risk: number;
}

/** An object's masks, as far as they tell of cuts. */
export interface CutTrack {
  readonly id: ObjectId;
  readonly summaries: SummaryTrack;
}

interface Jump {
  readonly frame: number;
  /** 0..1 */
  readonly risk: number;
}

/** It moved a whole side of its own beyond what its speed explains. */
const JUMP = 0.5;
/** One object that jumps is that object's mistake. */
const FEWEST_OBJECTS = 2;
/** Of the objects that are seen on both sides: a large one may stay where it was. */
const SHARE = 2 / 3;

/** The cuts of a clip, ascending, as far as its objects tell. */
export class CameraCuts {
  readonly all: readonly CameraCut[];
  readonly #frames: readonly number[];
  readonly #set: ReadonlySet<number>;

  /** @param all ascending */
  constructor(all: readonly CameraCut[]) {
    this.all = all;
    this.#frames = all.map(({ frame }) => frame);
    this.#set = new Set(this.#frames);
  }

  isCut(frame: number): boolean {
    return this.#set.has(frame);
  }

  /** The last cut up to the frame; 0 before the first. */
  sceneStart(frame: number): number {
    if (this.#frames.length === 0) return 0;
    return this.#frames.findLast((cut) => cut <= frame) ?? 0;
  }
}

/** A clip without cuts. */
export const NO_CUTS = new CameraCuts([]);

/** One `CameraCuts` for each set of cuts, so that what was worked out with it stays good. */
let latest = NO_CUTS;

/**
 * Frames into which at least two objects, and two thirds of those seen on both sides, jumped. Two
 * objects that take each other's place do too, and are one thing to look at as well.
 */
export function cameraCuts(tracks: readonly CutTrack[]): CameraCuts {
  const cuts = [...jumpsByFrame(tracks)]
    .flatMap(([frame, jumps]) => {
      if (jumps.length < FEWEST_OBJECTS) return [];
      const seen = tracks.filter(({ summaries }) => motionInto(summaries, frame, 0) !== undefined);
      if (jumps.length < SHARE * seen.length) return [];
      const farthest = jumps.reduce((most, one) => (one.risk > most.risk ? one : most));
      return [{ frame, objectCount: jumps.length, ...farthest }];
    })
    .sort((a, b) => a.frame - b.frame);
  if (!isSame(latest.all, cuts)) latest = cuts.length === 0 ? NO_CUTS : new CameraCuts(cuts);
  return latest;
}

function jumpsByFrame(tracks: readonly CutTrack[]) {
  const byFrame = new Map<number, { readonly objectId: ObjectId; readonly risk: number }[]>();
  for (const { id, summaries } of tracks) {
    for (const { frame, risk } of jumpsOf(summaries)) {
      const jumps = byFrame.get(frame) ?? [];
      byFrame.set(frame, jumps);
      jumps.push({ objectId: id, risk });
    }
  }
  return byFrame;
}

const known = new WeakMap<
  SummaryChunk,
  { readonly before: SummaryChunk | undefined; readonly jumps: readonly Jump[] }
>();

/** Of a track that grew only the new chunks are looked at. */
function jumpsOf(track: SummaryTrack): readonly Jump[] {
  return track.chunks.flatMap((chunk, index) => {
    if (chunk === undefined) return [];
    const before = track.chunks[index - 1];
    const found = known.get(chunk);
    if (found !== undefined && found.before === before) return found.jumps;
    const jumps = jumpsOfChunk(track, chunk, index);
    known.set(chunk, { before, jumps });
    return jumps;
  });
}

function jumpsOfChunk(track: SummaryTrack, chunk: SummaryChunk, index: number): Jump[] {
  const jumps: Jump[] = [];
  for (let at = 0; at < CHUNK_FRAMES; at++) {
    // What the user has put there is no jump.
    if (chunk.origin[at] === PROMPT) continue;
    const frame = index * CHUNK_FRAMES + at;
    const risk = jumpRisk({ isAbsent: false, motion: motionInto(track, frame, 0) });
    if (risk >= JUMP) jumps.push({ frame, risk });
  }
  return jumps;
}

function isSame(a: readonly CameraCut[], b: readonly CameraCut[]): boolean {
  return (
    a.length === b.length &&
    a.every((cut, i) => {
      const other = b[i];
      return (
        cut.frame === other?.frame &&
        cut.objectId === other.objectId &&
        cut.objectCount === other.objectCount &&
        cut.risk === other.risk
      );
    })
  );
}
