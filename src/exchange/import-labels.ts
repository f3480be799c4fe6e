import { StudioError } from '../core/errors.ts';
import { frameIndex, objectId, type FrameIndex, type ObjectId } from '../core/ids.ts';
import { resizeMask } from '../core/nearest-resizer.ts';
import type { MaskRle } from '../core/rle.ts';
import { relateSizes } from '../core/relate-sizes.ts';
import type { LabelData, LabelFrame, LabelSequence } from '../formats/labels/label-sequence.ts';
import { namingFile } from '../formats/source-file.ts';
import type { ImportOutcome } from '../protocol/export-api.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { bytesAsFrames } from './byte-frames.ts';
import { sequenceName } from './clip-names.ts';
import { importMasks, type PlacedMasks, type Watch } from './import-masks.ts';
import { objectColor, type MeantSequence } from './imported-objects.ts';
import { otherShape, resizedNotice } from './import-pngs.ts';
import { filesOfClip, openLabels, type LabelFiles } from './label-files.ts';
import { passProgress } from './pass-progress.ts';
import { placeStems, sequencesOfClip, type StemPlacement } from './place-stems.ts';
import type { ExportTask } from './task.ts';

/** Annotations with a mask for each object, and the clip that they must fit. */
export interface LabelImport extends LabelFiles, StemPlacement {}

/** A sequence on the open clip. */
interface PlacedSequence {
  readonly sequence: LabelSequence;
  /** By ascending frame. Never empty. */
  readonly frames: readonly (readonly [FrameIndex, LabelFrame])[];
}

/**
 * Imports COCO, YouTube-VIS, SA-V or PNGs of single objects onto the open clip. Frames are found by
 * name, else by number; masks of another resolution of the same picture are resized by nearest
 * neighbour.
 * @throws StudioError `file-invalid` when a file is not valid or does not fit the clip;
 * `out-of-memory`
 */
export async function importLabels(
  { video, tables, ...files }: LabelImport,
  task: ExportTask,
): Promise<ImportOutcome> {
  // Text is parsed in a pass of its own; pictures are only listed.
  const passes = files.labels.length > 0 ? 2 : 1;
  const data = await parse(files, video, task);
  const named = data.sequences.map((sequence) => ({
    name: sequence.name,
    stems: sequence.frames.map(({ stem }) => stem),
    sequence,
  }));
  const chosen = sequencesOfClip(named, { video, tables });
  const placed: PlacedSequence[] = [];
  for (const { sequence } of chosen) {
    const place = async () => placeSequence(sequence, { video, tables });
    const [file] = sequence.files;
    placed.push(await (file === undefined ? place() : namingFile(file, place)));
  }
  const sequences = placed.map(({ sequence }) => meantSequence(sequence));
  const source = {
    read: (watch?: Watch) => readAll(placed, video, watch && inPass(passes - 1, passes, watch)),
    sequences: () => sequences,
  };
  const imported = await importMasks(source, video, task);
  const notices = [
    ...data.notices,
    ...choiceNotices(data.sequences, placed),
    ...new Set(placed.flatMap(({ sequence }) => sizeNotices(sequence, video))),
  ];
  return { ...imported, prompts: [], notices };
}

function parse(files: LabelFiles, video: VideoInfo, task: ExportTask): Promise<LabelData> {
  const clipName = sequenceName(video);
  const progress = bytesAsFrames(video.frameCount, inPass(0, 2, task).onProgress);
  for (const { bytes } of filesOfClip(files.labels, clipName)) progress.expect(bytes);
  return openLabels(files, {
    clipName,
    signal: task.signal,
    onBytes: (bytes) => progress.tell(bytes),
    onFile: ({ bytes }) => progress.end(bytes),
  });
}

function inPass(pass: number, passes: number, { signal, onProgress }: Watch): Watch {
  return { signal, onProgress: passProgress(onProgress, pass, passes) };
}

function placeSequence(sequence: LabelSequence, placement: StemPlacement): PlacedSequence {
  const { video } = placement;
  if (sequence.objects.length === 0) throw noObject(sequence);
  if (relateSizes(sequence.size, video) === 'different') throw otherShape(sequence.size, video);
  const places = placesOf(sequence, placement);
  const frames = sequence.frames.flatMap((frame, at): (readonly [FrameIndex, LabelFrame])[] => {
    const place = places[at];
    return place === undefined ? [] : [[place, frame]];
  });
  if (frames.length === 0) throw noFrameFits(sequence, video);
  frames.sort(([a], [b]) => a - b);
  for (const [at, [place, { stem }]] of frames.entries()) {
    const next = frames[at + 1];
    if (next?.[0] === place) throw twoForOne(sequence, [stem, next[1].stem], place);
  }
  return { sequence, frames };
}

/** The clip's frame for each of a sequence's; absent where it has none. */
function placesOf(
  { frames }: LabelSequence,
  placement: StemPlacement,
): readonly (FrameIndex | undefined)[] {
  if (frames.every(({ place }) => place === undefined)) {
    return placeStems(
      frames.map(({ stem }) => stem),
      placement,
    );
  }
  const { frameCount } = placement.video;
  return frames.map(({ place }) =>
    place === undefined || place >= frameCount ? undefined : frameIndex(place),
  );
}

async function* readAll(
  placed: readonly PlacedSequence[],
  video: VideoInfo,
  watch: Watch | undefined,
): AsyncGenerator<PlacedMasks, void> {
  const total = placed.reduce((sum, { frames }) => sum + frames.length, 0);
  // In frames of the clip, as parsing is told.
  const framesTotal = video.frameCount;
  let done = 0;
  for (const { sequence, frames } of placed) {
    for (const [frame, { masks }] of frames) {
      watch?.signal.throwIfAborted();
      yield { sequence: sequence.name, frame, masks: atClipSize(await masks(), video) };
      watch?.onProgress({ framesDone: Math.floor((++done / total) * framesTotal), framesTotal });
    }
  }
}

function atClipSize(
  masks: ReadonlyMap<ObjectId, MaskRle>,
  video: VideoInfo,
): ReadonlyMap<number, MaskRle> {
  return new Map([...masks].map(([id, mask]) => [id, resizeMask(mask, video)]));
}

function meantSequence({ name, objects }: LabelSequence): MeantSequence {
  return {
    name,
    objects: objects.map(({ id, name: object }) => ({ id, name: object, color: objectColor(id) })),
    idOf: (value) => objectId(value),
  };
}

function choiceNotices(all: readonly LabelSequence[], placed: readonly PlacedSequence[]): string[] {
  const total = placed.reduce((sum, { sequence }) => sum + sequence.frames.length, 0);
  const off = total - placed.reduce((sum, { frames }) => sum + frames.length, 0);
  return [
    ...(placed.length < all.length
      ? [`Of ${all.length} sequences, ${placed.length} on the clip were imported.`]
      : []),
    ...(off > 0
      ? [`${off} of ${total} frames were left out: the open clip has no such frame.`]
      : []),
  ];
}

function sizeNotices({ size }: LabelSequence, video: VideoInfo): string[] {
  const isSame = size.width === video.width && size.height === video.height;
  return isSame ? [] : [resizedNotice(size, video)];
}

function noObject({ name }: LabelSequence): StudioError {
  return new StudioError('file-invalid', `The sequence “${name}” has no mask of any object.`, {
    hint: 'Choose a file in which something is annotated.',
  });
}

function noFrameFits({ name, frames }: LabelSequence, video: VideoInfo): StudioError {
  return new StudioError(
    'file-invalid',
    `No frame of “${name}”, such as “${frames[0]?.stem}”, is named like a frame of “${video.name}”.`,
    {
      hint: 'Names must be those of the clip’s frames, or end in frame numbers from 0, as 00000.jpg.',
    },
  );
}

function twoForOne(
  { name }: LabelSequence,
  [first, second]: readonly [string, string],
  place: FrameIndex,
): StudioError {
  return new StudioError(
    'file-invalid',
    `“${first}” and “${second}” of “${name}” are both for frame ${place}.`,
    { hint: 'Keep one picture for each frame.' },
  );
}
