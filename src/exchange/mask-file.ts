import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { resizeMask } from '../core/nearest-resizer.ts';
import { relateSizes } from '../core/relate-sizes.ts';
import { paletteColor } from '../formats/davis-palette.ts';
import { MAX_MASK_PIXELS } from '../formats/davis/mask-png.ts';
import { splitIds } from '../formats/id-plane.ts';
import { hasTransparency, opaquePixels } from '../formats/opaque-pixels.ts';
import { readPngHeader } from '../formats/png-chunks.ts';
import { readPngSamples, type PngSamples } from '../formats/png-reader.ts';
import { blobFile, namingFile } from '../formats/source-file.ts';
import type { FileMask, MaskFile } from '../protocol/mask-file.ts';
import { otherShape, resizedNotice } from './import-pngs.ts';

/** A picture's PNG has no reason to be larger than this beyond its uncompressed pixels. */
const ANCILLARY_BYTES = 1024 * 1024;
/** Greyscale of more values than this is one mask with soft borders, not ids. */
const MOST_GREY_IDS = 16;
/** A picture of more colours than this is no picture of masks. */
const MOST_COLORS = 64;
const OPAQUE = 255;

/** The pixels of a picture as values, 0 for background, and what each of them is to the user. */
interface ValuePlane {
  readonly plane: Uint8Array;
  readonly nameOf: (value: number) => Pick<FileMask, 'value' | 'color'>;
  readonly notices: readonly string[];
}

/**
 * Reads one picture as masks for the open clip: each index of an indexed PNG, each of a few greys
 * or colours, what is lighter than mid grey, or what is not transparent. Masks of another
 * resolution of the same picture are resized by nearest neighbour.
 * @throws StudioError `file-invalid` where it is no such PNG or has not the clip's shape
 */
export async function readMaskFile(file: File, clip: Size): Promise<MaskFile> {
  const source = blobFile(file.name, file);
  const bytes = await source.read(4 * MAX_MASK_PIXELS + ANCILLARY_BYTES);
  return namingFile(source, async () => {
    const size = readPngHeader(bytes);
    if (relateSizes(size, clip) === 'different') throw otherShape(size, clip);
    const image = await readPngSamples(bytes, { maxPixels: MAX_MASK_PIXELS });
    const { plane, nameOf, notices } = valuesOf(image);
    const masks = [...splitIds(plane, size)].map(([value, mask]) => ({
      ...nameOf(value),
      mask: resizeMask(mask, clip),
    }));
    const isResized = size.width !== clip.width || size.height !== clip.height;
    return { masks, notices: isResized ? [...notices, resizedNotice(size, clip)] : notices };
  });
}

function valuesOf(image: PngSamples): ValuePlane {
  const { header, samples, channels, palette } = image;
  if (palette !== undefined) {
    const nameOf = (value: number) => ({
      value: `${value}`,
      color: paletteColor(palette, value) ?? '#000000',
    });
    return { plane: samples, nameOf, notices: [] };
  }
  if (channels === 1) return greyValues(samples, 2 ** header.bitDepth - 1);
  if (channels === 4 && hasTransparency(samples)) return opaqueValues(samples);
  const grey = greyOf(samples, channels);
  return grey === undefined ? colorValues(samples, channels) : greyValues(grey, OPAQUE);
}

/** @param white the highest sample */
function greyValues(samples: Uint8Array, white: number): ValuePlane {
  const values = new Set(samples);
  values.delete(0);
  const isSoft = values.size > MOST_GREY_IDS;
  const isBinary = isSoft || (values.size === 1 && values.has(white));
  const plane = isSoft ? samples.map((value) => Number(value > white / 2)) : samples;
  const nameOf = (value: number) =>
    isBinary ? { value: 'white', color: '#ffffff' } : { value: `${value}`, color: '#808080' };
  const notices = isSoft
    ? ['The picture has shades of grey; the mask is what is lighter than mid grey.']
    : [];
  return { plane, nameOf, notices };
}

function opaqueValues(samples: Uint8Array): ValuePlane {
  return {
    plane: opaquePixels(samples),
    nameOf: () => ({ value: 'not transparent', color: '#ffffff' }),
    notices: ['The mask is what is not transparent in the picture.'],
  };
}

/** Each colour but black, in the order in which they come. */
function colorValues(samples: Uint8Array, channels: number): ValuePlane {
  const plane = new Uint8Array(samples.length / channels);
  const values = new Map<number, number>([[0, 0]]);
  for (let pixel = 0, at = 0; pixel < plane.length; pixel++, at += channels) {
    const color = colorAt(samples, at);
    let value = values.get(color);
    if (value === undefined) {
      value = values.size;
      if (value > MOST_COLORS) throw tooManyColors();
      values.set(color, value);
    }
    plane[pixel] = value;
  }
  const names = [...values.keys()].map((color) => `#${color.toString(16).padStart(6, '0')}`);
  const nameOf = (value: number) => {
    const color = names[value] ?? '#000000';
    return { value: color, color };
  };
  return { plane, nameOf, notices: [] };
}

/** One sample a pixel; absent where there are colours. */
function greyOf(samples: Uint8Array, channels: number): Uint8Array | undefined {
  const grey = new Uint8Array(samples.length / channels);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += channels) {
    const red = samples[at] ?? 0;
    if (samples[at + 1] !== red || samples[at + 2] !== red) return undefined;
    grey[pixel] = red;
  }
  return grey;
}

function colorAt(samples: Uint8Array, at: number): number {
  const [red = 0, green = 0, blue = 0] = [samples[at], samples[at + 1], samples[at + 2]];
  return (red << 16) | (green << 8) | blue;
}

function tooManyColors(): StudioError {
  return new StudioError('file-invalid', `The picture has more than ${MOST_COLORS} colours.`, {
    hint: 'A mask is black and white, an indexed PNG, or has one colour for each object.',
  });
}
