import type { Size } from '../../core/geometry.ts';
import { isTrueColor, readPngHeader } from '../png-chunks.ts';
import { readPngSamples, type IndexImage, type PngLimits, type PngSamples } from '../png-reader.ts';
import { namingFile, type SourceFile } from '../source-file.ts';
import { idsOfColors } from './palette-ids.ts';
import { DAVIS_PALETTE } from '../davis-palette.ts';

/** 8K video. */
export const MAX_MASK_PIXELS = 7680 * 4320;
/** A mask's PNG has no reason to be larger than this beyond its uncompressed pixels. */
const ANCILLARY_BYTES = 1024 * 1024;

/**
 * Reads a mask: indexed or greyscale of 1, 2, 4 or 8 bits, or true colours that are all in the
 * DAVIS palette. What the ids mean takes the whole sequence (`MaskMeaningSurvey`).
 * @throws StudioError `file-invalid` that names the file
 */
export async function readMaskPng(file: SourceFile, limits: PngLimits): Promise<IndexImage> {
  const bytes = await file.read(4 * limits.maxPixels + ANCILLARY_BYTES);
  return namingFile(file, async () => maskOfSamples(await readPngSamples(bytes, limits)));
}

/**
 * The same of a PNG that is decoded.
 * @param image its samples are taken over
 * @throws StudioError `file-invalid`
 */
export function maskOfSamples(image: PngSamples): IndexImage {
  const { header, samples, palette, isOwn } = image;
  const { width, height, bitDepth, color } = header;
  if (isTrueColor(color)) {
    const ids = idsOfColors(image);
    return { width, height, bitDepth, isOwn, ids, palette: DAVIS_PALETTE };
  }
  return { width, height, bitDepth, isOwn, ids: samples, ...(palette && { palette }) };
}

/**
 * The size that a mask's header declares; nothing is decoded.
 * @throws StudioError `file-invalid` that names the file
 */
export async function readMaskSize(file: SourceFile): Promise<Size> {
  const bytes = await file.read(4 * MAX_MASK_PIXELS + ANCILLARY_BYTES);
  return namingFile(file, async () => {
    const { width, height } = readPngHeader(bytes);
    return { width, height };
  });
}
