import { StudioError } from '../../core/errors.ts';
import type { Size } from '../../core/geometry.ts';
import { objectId } from '../../core/ids.ts';
import type { MaskRle } from '../../core/rle.ts';
import type {
  GroundTruthFrame,
  GroundTruthObject,
  GroundTruthSequence,
} from '../ground-truth/ground-truth.ts';
import { splitIds } from '../id-plane.ts';
import type { SourceFile } from '../source-file.ts';
import { MaskMeaningSurvey, type MaskMeaning } from './mask-meaning.ts';
import { MAX_MASK_PIXELS, readMaskPng } from './mask-png.ts';
import type { MaskSequenceFiles } from './mask-dataset.ts';

/** Of run lengths. */
const MAX_RETAINED_BYTES = 512 * 1024 * 1024;

/** How a sequence of masks is loaded. */
export interface MaskLoading {
  /** Names by object id, where the data set gives them. */
  readonly names?: ReadonlyMap<number, string>;
  /** The largest `width·height` that is decoded; 8K video where absent. */
  readonly maxPixels?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: FramesProgress) => void;
}

/** How many frames of a sequence are read. */
export interface FramesProgress {
  readonly framesDone: number;
  readonly framesTotal: number;
}

/** A sequence and what the user should know of its files, one sentence each. */
export interface LoadedMasks {
  readonly sequence: GroundTruthSequence;
  readonly notices: readonly string[];
}

interface FrameValues {
  readonly stem: string;
  /** By pixel value. */
  readonly masks: ReadonlyMap<number, MaskRle>;
}

/**
 * Reads a sequence of mask PNGs of one size. Void (255) becomes background, as DAVIS's and VISOR's
 * scoring of semi-supervised results has it. Holds the masks as run lengths.
 * @throws StudioError `file-invalid` that names the file; `out-of-memory`; the signal's reason
 */
export async function loadMaskSequence(
  files: MaskSequenceFiles,
  loading: MaskLoading = {},
): Promise<LoadedMasks> {
  const survey = new MaskMeaningSurvey();
  const limits = { maxPixels: loading.maxPixels ?? MAX_MASK_PIXELS };
  const frames: FrameValues[] = [];
  let size: Size | undefined;
  let bytes = 0;
  for (const { stem, file } of files.masks) {
    loading.signal?.throwIfAborted();
    const { ids, ...image } = await readMaskPng(file, limits);
    size ??= { width: image.width, height: image.height };
    if (size.width !== image.width || size.height !== image.height)
      throw twoSizes(file, image, size);
    const masks = splitIds(ids, size);
    survey.see(image, masks.keys());
    for (const { counts } of masks.values()) bytes += counts.byteLength;
    if (bytes > MAX_RETAINED_BYTES) throw tooManyMasks(files.name);
    frames.push({ stem, masks });
    loading.onProgress?.({ framesDone: frames.length, framesTotal: files.masks.length });
  }
  if (size === undefined) throw noObject(files.name, 'has no mask');
  const meaning = survey.meaning();
  if (meaning.ids.length === 0) {
    throw noObject(files.name, meaning.hasVoid ? 'holds only void (255)' : 'is all background');
  }
  return {
    sequence: {
      name: files.name,
      size,
      objects: objectsOf(meaning, loading.names),
      frames: frames.map((frame) => meantFrame(frame, meaning)),
    },
    notices: noticesOf(meaning),
  };
}

function meantFrame({ stem, masks }: FrameValues, { idOf }: MaskMeaning): GroundTruthFrame {
  const meant = [...masks].flatMap(([value, mask]) => {
    const id = idOf(value);
    return id === undefined ? [] : [[id, mask] as const];
  });
  return { stem, masks: new Map(meant) };
}

/** Those that occur, and those that have a name and may be hidden throughout. */
function objectsOf(meaning: MaskMeaning, names?: ReadonlyMap<number, string>): GroundTruthObject[] {
  const named = meaning.isBinary ? [] : [...(names?.keys() ?? [])].map((id) => objectId(id));
  const ids = [...new Set([...meaning.ids, ...named])].sort((a, b) => a - b);
  return ids.map((id) => ({ id, name: names?.get(id) ?? `Object ${id}` }));
}

function noticesOf({ isBinary, hasVoid }: MaskMeaning): string[] {
  return [
    ...(isBinary ? ['The masks are black and white, as in DAVIS 2016: white is object 1.'] : []),
    ...(hasVoid ? ['Pixels of value 255 are void and count as background.'] : []),
  ];
}

function twoSizes(file: SourceFile, found: Size, first: Size): StudioError {
  return new StudioError(
    'file-invalid',
    `${file.path} has ${found.width} × ${found.height} pixels, the masks before it ${first.width} × ${first.height}.`,
    { hint: 'All masks of a sequence have one size; it may be of another resolution.' },
  );
}

function noObject(name: string, what: string): StudioError {
  return new StudioError('file-invalid', `The sequence “${name}” ${what}.`, {
    hint: 'In an indexed PNG the pixel value is the object id, from 1; 255 is void. In black and white masks, greyscale PNGs, white is the object.',
  });
}

function tooManyMasks(name: string): StudioError {
  return new StudioError('out-of-memory', `The masks of “${name}” do not fit into memory.`, {
    hint: 'Split the sequence, or leave frames out.',
  });
}
