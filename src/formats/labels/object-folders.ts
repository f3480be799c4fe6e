import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import { groupBy } from '../../core/group-by.ts';
import type { ObjectId } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import { compareCodePoints } from '../code-points.ts';
import { MAX_MASK_PIXELS, readMaskPng, readMaskSize } from '../davis/mask-png.ts';
import { fileStem } from '../frame-names.ts';
import { splitIds } from '../id-plane.ts';
import { baseName, folderOf, type SourceFile } from '../source-file.ts';
import type { LabelData, LabelFrame, LabelSequence } from './label-sequence.ts';
import { numberObjects } from './number-objects.ts';

const PNG = /\.png$/i;
/** `<video>/000`, as SA-V has it and this studio writes it. */
const OBJECT_FOLDER = /\/\d{3}$/;
/** Folders of pictures and of other data sets. */
const OTHER_TREES = new Set(['JPEGImages', 'Annotations']);

/** The PNGs of one video, in a folder for each object. */
export interface ObjectFolders {
  readonly name: string;
  /** By object and the frame's name without extension. */
  readonly objects: ReadonlyMap<number, ReadonlyMap<string, SourceFile>>;
}

/**
 * Finds PNGs that lie in a folder for each object, `<video>/<object>/<frame>.png`, as SA-V's val
 * and test sets do; none where any PNG of masks lies otherwise.
 * @throws StudioError `file-invalid` for two PNGs of one frame
 */
export function findObjectFolders(files: readonly SourceFile[]): readonly ObjectFolders[] {
  const masks = files.filter(({ path }) => PNG.test(path) && !path.includes('JPEGImages'));
  const isPerObject = masks.every(
    ({ path }) =>
      OBJECT_FOLDER.test(folderOf(path)) && !path.split('/').some((part) => OTHER_TREES.has(part)),
  );
  if (masks.length === 0 || !isPerObject) return [];
  const byVideo = groupBy(masks, ({ path }) => folderOf(folderOf(path)));
  const names = new Set([...byVideo.keys()].map(baseName));
  return [...byVideo]
    .map(([folder, own]) => ({
      name: names.size === byVideo.size ? baseName(folder) : folder,
      objects: objectsOf(own),
    }))
    .sort((a, b) => compareCodePoints(a.name, b.name));
}

function objectsOf(files: readonly SourceFile[]): ObjectFolders['objects'] {
  const objects = new Map<number, Map<string, SourceFile>>();
  for (const file of files) {
    const object = Number(baseName(folderOf(file.path)));
    const frames = objects.get(object) ?? new Map<string, SourceFile>();
    objects.set(object, frames);
    const stem = fileStem(baseName(file.path));
    const twin = frames.get(stem);
    if (twin !== undefined) throw twins(twin, file);
    frames.set(stem, file);
  }
  return objects;
}

/**
 * Opens the PNGs of objects: sizes and names alone; a frame's PNGs are decoded when it is asked for
 * its masks. Everything but black is the object.
 * @throws StudioError `file-invalid` that names the file
 */
export async function openObjectFolders(folders: readonly ObjectFolders[]): Promise<LabelData> {
  const sequences: LabelSequence[] = [];
  for (const one of folders) sequences.push(await openVideo(one));
  return { sequences, notices: [] };
}

async function openVideo({ name, objects }: ObjectFolders): Promise<LabelSequence> {
  const ids = numberObjects(objects.keys(), `The video “${name}”`);
  const byId = [...objects].flatMap(([own, frames]) => {
    const id = ids.get(own);
    return id === undefined ? [] : [{ id, own, frames }];
  });
  byId.sort((a, b) => a.id - b.id);
  const files = byId.flatMap(({ frames }) => [...frames.values()]);
  const [first] = files;
  const size = first === undefined ? { width: 0, height: 0 } : await readMaskSize(first);
  const stems = new Set(byId.flatMap(({ frames }) => [...frames.keys()]));
  return {
    name,
    size,
    objects: byId.map(({ id, own }) => ({
      id,
      name: own === id ? `Object ${id}` : folderName(own),
    })),
    frames: [...stems].sort(compareCodePoints).map((stem): LabelFrame => {
      const pngs = byId.flatMap(({ id, frames }) => {
        const file = frames.get(stem);
        return file === undefined ? [] : [[id, file] as const];
      });
      return { stem, masks: () => readMasks(pngs, size) };
    }),
    files,
  };
}

async function readMasks(
  pngs: readonly (readonly [ObjectId, SourceFile])[],
  size: Size,
): Promise<ReadonlyMap<ObjectId, MaskRle>> {
  const masks = new Map<ObjectId, MaskRle>();
  for (const [id, file] of pngs) {
    const { ids, width, height } = await readMaskPng(file, { maxPixels: MAX_MASK_PIXELS });
    if (width !== size.width || height !== size.height)
      throw otherSize(file, { width, height }, size);
    const [mask, ...others] = splitIds(ids, size).values();
    if (others.length > 0) throw severalObjects(file);
    if (mask !== undefined) masks.set(id, mask);
  }
  return masks;
}

/** SA-V counts its objects from 0; they keep their folders' names. */
function folderName(own: number): string {
  return String(own).padStart(3, '0');
}

function twins(a: SourceFile, b: SourceFile): StudioError {
  return new StudioError('file-invalid', `“${a.path}” and “${b.path}” are both for one frame.`, {
    hint: 'Keep one PNG for each object and frame.',
  });
}

function otherSize(file: SourceFile, found: Size, first: Size): StudioError {
  return new StudioError(
    'file-invalid',
    `${file.path} has ${found.width} × ${found.height} pixels, other masks of its video ${first.width} × ${first.height}.`,
    { hint: 'All masks of a video have one size.' },
  );
}

function severalObjects({ path }: SourceFile): StudioError {
  return new StudioError('file-invalid', `${path} holds more than one object.`, {
    hint: 'It lies in a folder as SA-V has one for each object, <video>/000. Give folders of sequences other names than three digits.',
  });
}
