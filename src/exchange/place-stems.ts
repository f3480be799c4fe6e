import { StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import { matchStems } from '../formats/frame-names.ts';
import type { FrameTables } from '../formats/ground-truth/locate-in-video.ts';
import { matchFrames } from '../formats/ground-truth/match-frames.ts';
import { parseFrameStem } from '../formats/visor/visor-names.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { sequenceName } from './clip-names.ts';
import { sequencesOnClip, severalSequences } from './truth/choose-sequences.ts';

/** The open clip, and the tables by which VISOR's frames are found in it. */
export interface StemPlacement {
  readonly tables: FrameTables;
  readonly video: VideoInfo;
}

/** A sequence by the names of its frames. */
export interface NamedSequence {
  readonly name: string;
  /** Names of its frames without extension. */
  readonly stems: readonly string[];
}

/**
 * The clip's frame for each name of a file; absent where it has none. VISOR's numbers are ticks of
 * a clock; those of other files are positions.
 * @throws StudioError `file-invalid` for frames of another of VISOR's videos
 */
export function placeStems(
  stems: readonly string[],
  { video, tables }: StemPlacement,
): readonly (FrameIndex | undefined)[] {
  if (!stems.some((stem) => parseFrameStem(stem) !== undefined)) return matchStems(stems, video);
  const { rows, problems } = matchFrames({ size: video, stems }, video, tables);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new StudioError('file-invalid', problem.message, { hint: problem.hint });
  }
  return rows.map((row) => ('frame' in row ? row.frame : undefined));
}

/**
 * The sequences that belong to the open clip: the only one; of several the one named like the clip,
 * or else those whose frames are named as no other clip's.
 * @throws StudioError `file-invalid` when it cannot be told which
 */
export function sequencesOfClip<Sequence extends NamedSequence>(
  all: readonly Sequence[],
  { video, tables }: StemPlacement,
): readonly Sequence[] {
  const wanted = sequenceName(video);
  if (all.length === 1) return all;
  const named = all.filter(({ name }) => name === wanted);
  if (named.length > 0) return named;
  const candidates = all.map(({ name, stems }) => ({
    name,
    match: matchFrames({ size: video, stems }, video, tables),
  }));
  const told = new Set(sequencesOnClip(candidates, wanted));
  if (told.size > 0) return all.filter(({ name }) => told.has(name));
  throw severalSequences(
    all.map(({ name }) => name),
    wanted,
  );
}
