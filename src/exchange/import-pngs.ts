import { StudioError } from '../core/errors.ts';
import type { FrameIndex } from '../core/ids.ts';
import type { MaskSummary } from '../core/prompts.ts';
import { emptyRle, rleArea, type MaskRle } from '../core/rle.ts';
import { splitIds } from '../formats/id-plane.ts';
import { readPngHeader } from '../formats/png-chunks.ts';
import { readIndexPng, type IndexImage } from '../formats/png-reader.ts';
import { listZip } from '../formats/zip-reader.ts';
import type { ImportOutcome, ImportRequest } from '../protocol/export-api.ts';
import type { FrameMask, VideoInfo } from '../protocol/media-api.ts';
import { wrongSize } from './clip-size.ts';
import { BATCH_FRAMES } from './frame-masks.ts';
import { IdSurvey, type IdMeaning } from './id-survey.ts';
import { findPngs, type PlacedPng } from './png-sequence.ts';
import { Retained } from './retained.ts';
import type { ExportTask } from './task.ts';

/** A mask's PNG has no reason to be larger than this beyond its uncompressed pixels. */
const ANCILLARY_BYTES = 1024 * 1024;

/** The masks of one file, by pixel value. */
type ValueMasks = ReadonlyMap<number, MaskRle>;

/**
 * Reads a zip of indexed PNGs, from this studio or laid out as DAVIS is, onto the open clip. All
 * files are checked before the first mask is put; from then on the import is not cancelled any
 * more. An object that a frame's PNG does not show is absent on that frame.
 * @throws StudioError `file-invalid` when a file is not valid or does not fit the clip
 */
export async function importPngs(request: ImportRequest, task: ExportTask): Promise<ImportOutcome> {
  const { video } = request;
  const { pngs, notices } = findPngs(await listZip(request.file, task.signal), video);
  const survey = new IdSurvey();
  const kept = new Retained<ValueMasks>(task.retainedBytes);
  for (const [index, png] of pngs.entries()) {
    task.signal.throwIfAborted();
    const { masks, image } = await readPng(png, video);
    survey.see(image, masks.keys());
    kept.add(masks, masks.values());
    task.onProgress({ framesDone: index + 1, framesTotal: pngs.length });
  }
  const meaning = survey.meaning();
  const summaries: MaskSummary[] = [];
  let batch: FrameMask[] = [];
  for (const [index, png] of pngs.entries()) {
    const masks = kept.items?.[index] ?? (await readPng(png, video)).masks;
    const placed = placeMasks(masks, { meaning, frame: png.frame, video });
    batch.push(...placed);
    summaries.push(...placed.map(summaryOf));
    if ((index + 1) % BATCH_FRAMES !== 0 && index + 1 < pngs.length) continue;
    await task.media.putMasks(batch);
    batch = [];
  }
  return {
    objects: meaning.objects,
    prompts: [],
    summaries,
    notices: [...notices, ...meaning.notices],
  };
}

async function readPng(
  { entry }: PlacedPng,
  video: VideoInfo,
): Promise<{ readonly masks: ValueMasks; readonly image: Omit<IndexImage, 'ids'> }> {
  const pixels = video.width * video.height;
  const bytes = await entry.read(4 * pixels + ANCILLARY_BYTES);
  try {
    const size = readPngHeader(bytes);
    if (size.width !== video.width || size.height !== video.height) {
      throw wrongSize('A mask has', size, video);
    }
    const { ids, ...image } = await readIndexPng(bytes, { maxPixels: pixels });
    return { masks: splitIds(ids, video), image };
  } catch (error) {
    if (!(error instanceof StudioError)) throw error;
    throw new StudioError(error.code, `${entry.path}: ${error.message}`, {
      cause: error,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
    });
  }
}

interface MaskPlace {
  readonly meaning: IdMeaning;
  readonly frame: FrameIndex;
  readonly video: VideoInfo;
}

function placeMasks(masks: ValueMasks, { meaning, frame, video }: MaskPlace): FrameMask[] {
  const byId = new Map([...masks].map(([value, mask]) => [meaning.idOf(value), mask]));
  return meaning.objects.map(({ id }) => ({
    objectId: id,
    frame,
    mask: byId.get(id) ?? emptyRle(video.width, video.height),
  }));
}

function summaryOf({ objectId, frame, mask }: FrameMask): MaskSummary {
  return { objectId, frame, areaPx: rleArea(mask), origin: 'imported' };
}
