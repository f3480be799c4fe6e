import { StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { FrameFile, MaskDataset, MaskSequenceFiles } from '../formats/davis/mask-dataset.ts';
import { matchStems } from '../formats/frame-names.ts';
import type { FrameTables } from '../formats/ground-truth/locate-in-video.ts';
import { matchFrames } from '../formats/ground-truth/match-frames.ts';
import type { SourceFile } from '../formats/source-file.ts';
import { parseFrameStem } from '../formats/visor/visor-names.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { sequenceName } from './clip-names.ts';
import { sequencesOnClip, severalSequences } from './truth/choose-sequences.ts';

/** A mask file and the open clip's frame that it belongs to. */
export interface PlacedPng {
  readonly frame: FrameIndex;
  readonly file: SourceFile;
}

/** A sequence of PNGs on the open clip. */
export interface PngSequence {
  readonly name: string;
  /** By ascending frame. Never empty. */
  readonly pngs: readonly PlacedPng[];
}

/** The sequences of a data set that belong to the open clip. Never empty. */
export interface PlacedSequences {
  readonly sequences: readonly PngSequence[];
  readonly notices: readonly string[];
}

interface PngPlacement {
  readonly dataset: MaskDataset;
  readonly tables: FrameTables;
  readonly video: VideoInfo;
}

/**
 * The PNGs that belong to the open clip: those of the only sequence; of several, those of the one
 * named like the clip, or else of those whose frames are named as no other clip's.
 * @throws StudioError `file-invalid` when there are none, or it cannot be told which
 */
export function placePngs(placement: PngPlacement): PlacedSequences {
  const { dataset } = placement;
  const chosen = chooseSequences(placement);
  const sequences = chosen.map((sequence) => placeSequence(sequence, placement));
  const total = chosen.reduce((sum, { masks }) => sum + masks.length, 0);
  const placed = sequences.reduce((sum, { pngs }) => sum + pngs.length, 0);
  const all = dataset.sequences.length;
  const names = chosen.map(({ name }) => `“${name}”`).join(', ');
  return {
    sequences,
    notices: [
      ...dataset.notices,
      ...note(
        chosen.length < all,
        `Of ${all} sequences, only ${names} ${chosen.length === 1 ? 'was' : 'were'} imported.`,
      ),
      ...note(
        placed < total,
        `${total - placed} of ${total} PNGs were left out: the open clip has no such frame.`,
      ),
    ],
  };
}

function chooseSequences({ dataset, tables, video }: PngPlacement): readonly MaskSequenceFiles[] {
  const all = dataset.sequences;
  const wanted = sequenceName(video);
  const named = all.filter(({ name }) => name === wanted);
  if (all.length === 1) return all;
  if (named.length > 0) return named;
  const candidates = all.map(({ name, masks }) => {
    const stems = masks.map(({ stem }) => stem);
    return { name, match: matchFrames({ size: video, stems }, video, tables) };
  });
  const told = new Set(sequencesOnClip(candidates, wanted));
  if (told.size > 0) return all.filter(({ name }) => told.has(name));
  throw severalSequences(
    all.map(({ name }) => name),
    wanted,
  );
}

function placeSequence({ name, masks }: MaskSequenceFiles, placement: PngPlacement): PngSequence {
  const frames = framesOf(masks, placement);
  const pngs = masks.flatMap(({ file }, at) => {
    const frame = frames[at];
    return frame === undefined ? [] : [{ frame, file }];
  });
  if (pngs.length === 0) throw noFrameFits(masks[0], placement.video);
  pngs.sort((a, b) => a.frame - b.frame);
  refuseRepeats(pngs);
  return { name, pngs };
}

/** VISOR's numbers are ticks of a clock; those of other files are positions. */
function framesOf(
  masks: readonly FrameFile[],
  { video, tables }: PngPlacement,
): readonly (FrameIndex | undefined)[] {
  const stems = masks.map(({ stem }) => stem);
  if (!stems.some((stem) => parseFrameStem(stem) !== undefined)) return matchStems(stems, video);
  const { rows, problems } = matchFrames({ size: video, stems }, video, tables);
  const [problem] = problems;
  if (problem !== undefined) {
    throw new StudioError('file-invalid', problem.message, { hint: problem.hint });
  }
  return rows.map((row) => ('frame' in row ? row.frame : undefined));
}

function refuseRepeats(pngs: readonly PlacedPng[]): void {
  for (const [index, { frame, file }] of pngs.entries()) {
    const next = pngs[index + 1];
    if (next?.frame !== frame) continue;
    throw new StudioError(
      'file-invalid',
      `“${file.path}” and “${next.file.path}” are both for frame ${frame}.`,
      { hint: 'Keep one PNG for each frame.' },
    );
  }
}

function noFrameFits(example: FrameFile | undefined, video: VideoInfo): StudioError {
  return new StudioError(
    'file-invalid',
    `No PNG of the zip, such as “${example?.file.path}”, is named like a frame of “${video.name}”.`,
    { hint: 'Names must be those of the clip’s frames, or frame numbers from 0, as 00000.png.' },
  );
}

function note(isTrue: boolean, sentence: string): string[] {
  return isTrue ? [sentence] : [];
}
