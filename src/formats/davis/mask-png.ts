import { StudioError } from '../../core/errors.ts';
import { isTrueColor } from '../png-chunks.ts';
import { readPngSamples, type IndexImage, type PngLimits } from '../png-reader.ts';
import type { SourceFile } from '../source-file.ts';
import { idsOfColors } from './palette-ids.ts';
import { DAVIS_PALETTE } from '../davis-palette.ts';

/** A mask's PNG has no reason to be larger than this beyond its uncompressed pixels. */
const ANCILLARY_BYTES = 1024 * 1024;

/**
 * Reads a mask: indexed or greyscale of 1, 2, 4 or 8 bits, or true colours that are all in the
 * DAVIS palette. What the ids mean takes the whole sequence (`MaskMeaningSurvey`).
 * @throws StudioError `file-invalid` that names the file
 */
export async function readMaskPng(file: SourceFile, limits: PngLimits): Promise<IndexImage> {
  const bytes = await file.read(4 * limits.maxPixels + ANCILLARY_BYTES);
  try {
    const image = await readPngSamples(bytes, limits);
    const { header, samples, palette, isOwn } = image;
    const { width, height, bitDepth, color } = header;
    if (isTrueColor(color)) {
      const ids = idsOfColors(image);
      return { width, height, bitDepth, isOwn, ids, palette: DAVIS_PALETTE };
    }
    return { width, height, bitDepth, isOwn, ids: samples, ...(palette && { palette }) };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    const { code, message, hint } = error;
    const options = hint === undefined ? { cause: error } : { cause: error, hint };
    throw new StudioError(code, `${file.path}: ${message}`, options);
  }
}
