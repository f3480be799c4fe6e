import { StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { FrameFile, MaskDataset, MaskSequenceFiles } from '../formats/davis/mask-dataset.ts';
import type { SourceFile } from '../formats/source-file.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { placeStems, sequencesOfClip, type StemPlacement } from './place-stems.ts';

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

interface PngPlacement extends StemPlacement {
  readonly dataset: MaskDataset;
}

/**
 * The PNGs that belong to the open clip: those of the only sequence; of several, those of the one
 * named like the clip, or else of those whose frames are named as no other clip's.
 * @throws StudioError `file-invalid` when there are none, or it cannot be told which
 */
export function placePngs(placement: PngPlacement): PlacedSequences {
  const { dataset } = placement;
  const named = dataset.sequences.map((files) => ({
    name: files.name,
    stems: stemsOf(files.masks),
    files,
  }));
  const chosen = sequencesOfClip(named, placement).map(({ files }) => files);
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

function placeSequence({ name, masks }: MaskSequenceFiles, placement: PngPlacement): PngSequence {
  const frames = placeStems(stemsOf(masks), placement);
  const pngs = masks.flatMap(({ file }, at) => {
    const frame = frames[at];
    return frame === undefined ? [] : [{ frame, file }];
  });
  if (pngs.length === 0) throw noFrameFits(masks[0], placement.video);
  pngs.sort((a, b) => a.frame - b.frame);
  refuseRepeats(pngs);
  return { name, pngs };
}

function stemsOf(masks: readonly FrameFile[]): readonly string[] {
  return masks.map(({ stem }) => stem);
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
