import { StudioError } from '../core/errors.ts';
import { groupBy } from '../core/group-by.ts';
import type { FrameIndex } from '../core/ids.ts';
import { fileStem, matchStems } from '../formats/frame-names.ts';
import type { ZipEntry } from '../formats/zip-reader.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { sequenceName } from './clip-names.ts';

/** A mask file and the open clip's frame that it belongs to. */
export interface PlacedPng {
  readonly frame: FrameIndex;
  readonly entry: ZipEntry;
}

interface PngSequence {
  /** By ascending frame. Never empty. */
  readonly pngs: readonly PlacedPng[];
  readonly notices: readonly string[];
}

/**
 * The PNGs of a zip that belong to the open clip: those of its only folder, or of the folder named
 * like the clip where there are several, as in a data set.
 * @throws StudioError `file-invalid` when there are none, or it cannot be told which
 */
export function findPngs(entries: readonly ZipEntry[], video: VideoInfo): PngSequence {
  const files = entries.filter((entry) => /\.png$/i.test(entry.path));
  const folders = groupBy(files, (entry) => folderOf(entry.path));
  const [name, chosen] = chooseFolder(folders, video);
  const frames = matchStems(
    chosen.map((entry) => fileStem(baseName(entry.path))),
    video,
  );
  const pngs = chosen.flatMap((entry, index) => {
    const frame = frames[index];
    return frame === undefined ? [] : [{ frame, entry }];
  });
  if (pngs.length === 0) throw noFrameFits(chosen[0], video);
  pngs.sort((a, b) => a.frame - b.frame);
  refuseRepeats(pngs);
  return {
    pngs,
    notices: [
      ...note(folders.size > 1, `Of ${folders.size} folders, only “${name}” was imported.`),
      ...note(
        pngs.length < chosen.length,
        `${chosen.length - pngs.length} of ${chosen.length} PNGs were left out: the open clip has no such frame.`,
      ),
    ],
  };
}

function chooseFolder(
  folders: ReadonlyMap<string, readonly ZipEntry[]>,
  video: VideoInfo,
): readonly [string, readonly ZipEntry[]] {
  const all = [...folders];
  const wanted = sequenceName(video);
  const named = all.filter(([folder]) => baseName(folder) === wanted);
  const [choice, other] = all.length === 1 ? all : named;
  if (choice !== undefined && other === undefined) return choice;
  if (all.length === 0) {
    throw new StudioError('file-invalid', 'The zip holds no PNG.', {
      hint: 'Masks are indexed PNGs, one for each frame, in a folder of the zip.',
    });
  }
  const list = all.slice(0, 5).map(([folder]) => `“${folder}”`);
  throw new StudioError(
    'file-invalid',
    `The zip holds PNGs in ${all.length} folders (${list.join(', ')}${all.length > 5 ? ', …' : ''}).`,
    { hint: `Pack only one folder, or name the one that belongs to this clip “${wanted}”.` },
  );
}

function refuseRepeats(pngs: readonly PlacedPng[]): void {
  for (const [index, { frame, entry }] of pngs.entries()) {
    const next = pngs[index + 1];
    if (next?.frame !== frame) continue;
    throw new StudioError(
      'file-invalid',
      `“${entry.path}” and “${next.entry.path}” are both for frame ${frame}.`,
      { hint: 'Keep one PNG for each frame.' },
    );
  }
}

function noFrameFits(example: ZipEntry | undefined, video: VideoInfo): StudioError {
  return new StudioError(
    'file-invalid',
    `No PNG of the zip, such as “${example?.path}”, is named like a frame of “${video.name}”.`,
    { hint: 'Names must be those of the clip’s frames, or frame numbers from 0, as 00000.png.' },
  );
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function note(isTrue: boolean, sentence: string): string[] {
  return isTrue ? [sentence] : [];
}
