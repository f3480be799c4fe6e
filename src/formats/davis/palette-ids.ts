import { StudioError } from '../../core/errors.ts';
import { DAVIS_PALETTE, paletteColor } from '../davis-palette.ts';
import { opaquePixels } from '../opaque-pixels.ts';
import type { PngSamples } from '../png-reader.ts';

/** Ids by colour, `red · 65536 + green · 256 + blue`; all 256 colours differ. */
const ID_OF_COLOR: ReadonlyMap<number, number> = new Map(
  Array.from({ length: DAVIS_PALETTE.length / 3 }, (_, id) => [colorAt(DAVIS_PALETTE, 3 * id), id]),
);
const OPAQUE = 255;

/**
 * Object ids of a true-colour image, whose colours must be the DAVIS palette's.
 * @throws StudioError `file-invalid` that names the first colour that is none of them
 */
export function idsOfColors({ header, samples, channels }: PngSamples): Uint8Array {
  const ids = new Uint8Array(header.width * header.height);
  for (let pixel = 0, at = 0; pixel < ids.length; pixel++, at += channels) {
    const id = ID_OF_COLOR.get(colorAt(samples, at));
    const isOpaque = channels === 3 || samples[at + 3] === OPAQUE;
    if (id === undefined || !isOpaque) {
      const place = { x: pixel % header.width, y: Math.floor(pixel / header.width) };
      throw foreignColor(paletteColor(samples.subarray(at, at + 3), 0) ?? '', isOpaque, place);
    }
    ids[pixel] = id;
  }
  return ids;
}

/**
 * Object ids of a picture that is transparent where no object is.
 * @param rgba row-major, four samples a pixel
 * @returns undefined where a pixel that is seen has a colour of no object in the DAVIS palette
 */
export function idsOfOpaqueColors(rgba: Uint8Array): Uint8Array | undefined {
  const ids = opaquePixels(rgba);
  for (const [pixel, isOpaque] of ids.entries()) {
    if (isOpaque === 0) continue;
    const id = ID_OF_COLOR.get(colorAt(rgba, 4 * pixel));
    if (id === undefined || id === 0) return undefined;
    ids[pixel] = id;
  }
  return ids;
}

function colorAt(samples: Uint8Array, at: number): number {
  const [red = 0, green = 0, blue = 0] = [samples[at], samples[at + 1], samples[at + 2]];
  return (red << 16) | (green << 8) | blue;
}

function foreignColor(
  color: string,
  isOpaque: boolean,
  { x, y }: { readonly x: number; readonly y: number },
): StudioError {
  const what = isOpaque ? 'is not in the DAVIS palette' : 'is transparent';
  const message = `The PNG has true colours, and ${color} at (${x}, ${y}) ${what}.`;
  return new StudioError('file-invalid', message, {
    hint: 'Colours stand for objects only in that palette. Save the masks as indexed PNG, where the pixel value is the object id.',
  });
}
