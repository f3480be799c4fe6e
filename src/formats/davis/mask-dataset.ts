import { StudioError } from '../../core/errors.ts';
import { groupBy } from '../../core/group-by.ts';
import { compareCodePoints } from '../code-points.ts';
import { fileStem } from '../frame-names.ts';
import { baseName, folderOf, type SourceFile } from '../source-file.ts';
import { parseImageSet } from './image-sets.ts';

/** Of a text of names; the longest has some thousand. */
const MAX_IMAGE_SET_BYTES = 4 * 1024 * 1024;
const MASK = /\.png$/i;
const PICTURE = /\.(jpe?g|png)$/i;
/** The resolution at which DAVIS and VISOR are scored. */
const SCORED = '480p';

/** A mask or picture of one frame. */
export interface FrameFile {
  /** File name without extension. */
  readonly stem: string;
  readonly file: SourceFile;
}

/** The files of a sequence of masks; nothing has been decoded. */
export interface MaskSequenceFiles {
  readonly name: string;
  /** By stem in the order of code points, as DAVIS sorts them. Never empty. */
  readonly masks: readonly FrameFile[];
  /** The pictures of the frames, where the tree has them. */
  readonly pictures: readonly FrameFile[];
}

/** A list of sequences that the data set defines. */
export interface ImageSet {
  /** From `ImageSets` on, without extension, as `2017/val`. */
  readonly name: string;
  readonly sequences: readonly string[];
  /** Those of `sequences` of which the tree has no mask. */
  readonly missing: readonly string[];
}

/** A data set of masks by sequence. */
export interface MaskDataset {
  /** `davis` with `Annotations`, else folders of PNGs or a single one. */
  readonly layout: 'davis' | 'folders' | 'single';
  /** By name in the order of code points. Never empty. */
  readonly sequences: readonly MaskSequenceFiles[];
  readonly imageSets: readonly ImageSet[];
  readonly notices: readonly string[];
}

/** A file taken apart by its place in the tree. */
interface Placed {
  readonly root: string;
  /** As `480p`; empty where the tree has no such level. */
  readonly resolution: string;
  readonly sequence: string;
  readonly frame: FrameFile;
}

/**
 * Finds the sequences of masks in the files of a folder or zip: DAVIS's layout,
 * `Annotations/480p/<sequence>/<frame>.png`, at any depth, with or without the levels of
 * resolutions and sequences; else each folder that holds PNGs, or a single PNG. Reads nothing but `ImageSets`.
 * @param name for masks that lie in no folder
 * @throws StudioError `file-invalid` when there is no mask or it cannot be told which
 */
export async function openMaskDataset(
  files: readonly SourceFile[],
  name: string,
): Promise<MaskDataset> {
  const annotated = files.flatMap(
    (file) => placeInTree(file, { folder: 'Annotations', files: MASK, name }) ?? [],
  );
  if (annotated.length === 0) return openFolders(files, name);
  const roots = [...new Set(annotated.map(({ root }) => root))];
  const [root = ''] = roots;
  if (roots.length > 1) throw severalRoots(roots);
  const resolutions = [...new Set(annotated.map(({ resolution }) => resolution))].sort();
  const resolution = resolutions.includes(SCORED) ? SCORED : (resolutions[0] ?? '');
  const pictures = files
    .flatMap((file) => placeInTree(file, { folder: 'JPEGImages', files: PICTURE, name }) ?? [])
    .filter((picture) => picture.root === root);
  const masks = annotated.filter((mask) => mask.resolution === resolution);
  const sequences = groupSequences(masks, chooseResolution(pictures, resolution));
  const others = resolutions.filter((other) => other !== resolution);
  return {
    layout: 'davis',
    sequences,
    imageSets: await readImageSets(files, root, sequences),
    notices:
      others.length === 0
        ? []
        : [`Of the resolutions ${resolutions.join(', ')}, ${resolution} is read.`],
  };
}

function openFolders(files: readonly SourceFile[], name: string): MaskDataset {
  const masks = files.filter(({ path }) => MASK.test(path) && !isPicture(path));
  if (masks.length === 0) {
    throw new StudioError('file-invalid', 'There is no PNG of masks among the files.', {
      hint: 'Masks are indexed PNGs, one for each frame, in a folder for each sequence.',
    });
  }
  const [first] = masks;
  const isSingle = masks.length === 1 && first !== undefined && folderOf(first.path) === '';
  const placed = masks.map((file) => ({
    root: '',
    resolution: '',
    sequence: folderOf(file.path) === '' ? name : baseName(folderOf(file.path)),
    frame: frameFile(file),
  }));
  const layout = isSingle ? 'single' : 'folders';
  return { layout, sequences: groupSequences(placed, []), imageSets: [], notices: [] };
}

function isPicture(path: string): boolean {
  return path.split('/').includes('JPEGImages');
}

/** A folder of the tree: which files of it count, and how a sequence in no folder is called. */
interface TreeFolder {
  readonly folder: 'Annotations' | 'JPEGImages';
  readonly files: RegExp;
  readonly name: string;
}

function placeInTree(file: SourceFile, { folder, files, name }: TreeFolder): Placed | undefined {
  if (!files.test(file.path)) return undefined;
  const parts = file.path.split('/');
  const at = parts.indexOf(folder);
  const below = parts.slice(at + 1, -1);
  if (at < 0 || below.length > 2) return undefined;
  const sequence = below.at(-1) ?? parts[at - 1] ?? name;
  const [resolution = ''] = below.slice(0, -1);
  return { root: parts.slice(0, at).join('/'), resolution, sequence, frame: frameFile(file) };
}

function frameFile(file: SourceFile): FrameFile {
  return { stem: fileStem(baseName(file.path)), file };
}

/** The pictures of the masks' resolution, or of the only one that there is. */
function chooseResolution(pictures: readonly Placed[], resolution: string): readonly Placed[] {
  const same = pictures.filter((picture) => picture.resolution === resolution);
  const [first] = pictures;
  if (same.length > 0 || first === undefined) return same;
  return pictures.filter((picture) => picture.resolution === first.resolution);
}

function groupSequences(
  masks: readonly Placed[],
  pictures: readonly Placed[],
): MaskSequenceFiles[] {
  const picturesOf = groupBy(pictures, ({ sequence }) => sequence);
  return [...groupBy(masks, ({ sequence }) => sequence)]
    .sort(([a], [b]) => compareCodePoints(a, b))
    .map(([name, placed]) => ({
      name,
      masks: sortedFrames(placed),
      pictures: sortedFrames(picturesOf.get(name) ?? []),
    }));
}

function sortedFrames(placed: readonly Placed[]): FrameFile[] {
  const frames = placed.map(({ frame }) => frame);
  frames.sort((a, b) => compareCodePoints(a.stem, b.stem));
  for (const [index, { stem, file }] of frames.entries()) {
    const next = frames[index + 1];
    if (next?.stem !== stem) continue;
    throw new StudioError(
      'file-invalid',
      `“${file.path}” and “${next.file.path}” are both for frame ${stem} of one sequence.`,
      { hint: 'Keep one of them, or choose the folder of one sequence only.' },
    );
  }
  return frames;
}

async function readImageSets(
  files: readonly SourceFile[],
  root: string,
  sequences: readonly MaskSequenceFiles[],
): Promise<ImageSet[]> {
  const folder = root === '' ? 'ImageSets/' : `${root}/ImageSets/`;
  const known = new Set(sequences.map(({ name }) => name));
  const texts = files.filter(({ path }) => path.startsWith(folder) && /\.txt$/i.test(path));
  const sets: ImageSet[] = [];
  for (const file of texts) {
    const text = new TextDecoder().decode(await file.read(MAX_IMAGE_SET_BYTES));
    const named = parseImageSet(text);
    const missing = named.filter((name) => !known.has(name));
    sets.push({ name: fileStem(file.path.slice(folder.length)), sequences: named, missing });
  }
  return sets.sort((a, b) => compareCodePoints(a.name, b.name));
}

function severalRoots(roots: readonly string[]): StudioError {
  const list = roots.slice(0, 3).map((root) => `“${root}”`);
  return new StudioError(
    'file-invalid',
    `There are ${roots.length} data sets with a folder “Annotations”: ${list.join(', ')}.`,
    { hint: 'Choose the folder of one of them.' },
  );
}
