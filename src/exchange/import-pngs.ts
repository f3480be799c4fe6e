import { StudioError } from '../core/errors.ts';
import type { Size } from '../core/geometry.ts';
import { NearestResizer } from '../core/nearest-resizer.ts';
import { relateSizes } from '../core/relate-sizes.ts';
import { DAVIS_PALETTE } from '../formats/davis-palette.ts';
import type { MaskDataset } from '../formats/davis/mask-dataset.ts';
import { MAX_MASK_PIXELS, maskOfSamples } from '../formats/davis/mask-png.ts';
import { idsOfOpaqueColors } from '../formats/davis/palette-ids.ts';
import type { FrameTables } from '../formats/ground-truth/locate-in-video.ts';
import { splitIds } from '../formats/id-plane.ts';
import { hasTransparency, opaquePixels } from '../formats/opaque-pixels.ts';
import { readPngHeader } from '../formats/png-chunks.ts';
import { readPngSamples, type IndexImage, type PngSamples } from '../formats/png-reader.ts';
import { namingFile, type SourceFile } from '../formats/source-file.ts';
import type { EntityNames } from '../formats/visor/entity-names.ts';
import type { ImportOutcome } from '../protocol/export-api.ts';
import type { VideoInfo } from '../protocol/media-api.ts';
import { IdSurvey } from './id-survey.ts';
import { importMasks, type PlacedMasks, type Watch } from './import-masks.ts';
import type { MeantSequence } from './imported-objects.ts';
import { placePngs, type PngSequence } from './png-sequence.ts';
import type { ExportTask } from './task.ts';

/** A mask's PNG has no reason to be larger than this beyond its uncompressed pixels. */
const ANCILLARY_BYTES = 1024 * 1024;

/** A zip of PNGs, and what it holds besides. */
export interface PngImport {
  readonly dataset: MaskDataset;
  readonly tables: FrameTables;
  /** Of objects by pixel value, by sequence. */
  readonly names: EntityNames;
  readonly video: VideoInfo;
}

/**
 * Imports PNGs of ids, from this studio or laid out as DAVIS is, onto the open clip, or cut-outs, whose
 * mask is what is not transparent. Masks of another resolution of the same picture are resized by
 * nearest neighbour.
 * @throws StudioError `file-invalid` when a file is not valid or does not fit the clip
 */
export async function importPngs(files: PngImport, task: ExportTask): Promise<ImportOutcome> {
  const { video, names } = files;
  const { sequences, notices } = placePngs(files);
  const readings = sequences.map(
    (sequence) => new PngReading(sequence, { video, names: names.get(sequence.name) }),
  );
  const source = {
    read: (watch?: Watch) => readAll(readings, watch),
    sequences: () => readings.map((reading) => reading.meaning()),
  };
  const imported = await importMasks(source, video, task);
  const told = readings.flatMap((reading) => reading.notices());
  return { ...imported, prompts: [], notices: [...notices, ...new Set(told)] };
}

async function* readAll(
  readings: readonly PngReading[],
  watch: Watch | undefined,
): AsyncGenerator<PlacedMasks, void> {
  const framesTotal = readings.reduce((sum, { count }) => sum + count, 0);
  let framesDone = 0;
  for (const reading of readings) {
    for await (const placed of reading.read(watch?.signal)) {
      yield placed;
      watch?.onProgress({ framesDone: ++framesDone, framesTotal });
    }
  }
}

interface ReadingOptions {
  readonly video: VideoInfo;
  /** Of objects, by pixel value. */
  readonly names: ReadonlyMap<number, string> | undefined;
}

/** Reads the PNGs of one sequence. */
class PngReading {
  readonly #sequence: PngSequence;
  readonly #video: VideoInfo;
  readonly #survey: IdSurvey;
  /** Of masks that had not the clip's size. */
  #resizedFrom: Size | undefined;
  #hasCutOuts = false;

  constructor(sequence: PngSequence, { video, names }: ReadingOptions) {
    this.#sequence = sequence;
    this.#video = video;
    this.#survey = new IdSurvey(names);
  }

  get count(): number {
    return this.#sequence.pngs.length;
  }

  async *read(signal?: AbortSignal): AsyncGenerator<PlacedMasks, void> {
    const { name: sequence, pngs } = this.#sequence;
    for (const { frame, file } of pngs) {
      signal?.throwIfAborted();
      const png = await readPng(file, this.#video);
      const { image, isCutOut } = await namingFile(file, async () => maskIn(png));
      this.#hasCutOuts ||= isCutOut;
      const masks = splitIds(this.#atClipSize(image), this.#video);
      this.#survey.see(image, masks.keys());
      yield { sequence, frame, masks };
    }
  }

  meaning(): MeantSequence {
    const { objects, idOf } = this.#survey.meaning();
    return { name: this.#sequence.name, objects, idOf };
  }

  notices(): readonly string[] {
    return [
      ...this.#survey.meaning().notices,
      ...(this.#hasCutOuts ? ['Of cut-outs, object 1 is what is not transparent.'] : []),
      ...(this.#resizedFrom === undefined ? [] : [resizedNotice(this.#resizedFrom, this.#video)]),
    ];
  }

  #atClipSize({ ids, width, height }: IndexImage): Uint8Array {
    const to = this.#video;
    if (width === to.width && height === to.height) return ids;
    this.#resizedFrom ??= { width, height };
    const resized = new Uint8Array(to.width * to.height);
    new NearestResizer({ width, height }, to).resize(ids, resized);
    return resized;
  }
}

async function readPng(file: SourceFile, video: VideoInfo): Promise<PngSamples> {
  const bytes = await file.read(4 * MAX_MASK_PIXELS + ANCILLARY_BYTES);
  return namingFile(file, async () => {
    const size = readPngHeader(bytes);
    if (relateSizes(size, video) === 'different') throw otherShape(size, video);
    return readPngSamples(bytes, { maxPixels: MAX_MASK_PIXELS });
  });
}

/** Ids, by colour too; in a cut-out what is not transparent is object 1. */
function maskIn(png: PngSamples): { readonly image: IndexImage; readonly isCutOut: boolean } {
  const { channels, isOwn, samples, header } = png;
  // Cut-outs of our own have alpha also where nothing of a frame is transparent.
  if (channels !== 4 || !(isOwn || hasTransparency(samples))) {
    return { image: maskOfSamples(png), isCutOut: false };
  }
  const { width, height, bitDepth } = header;
  const facts = { width, height, bitDepth, isOwn };
  const ids = isOwn ? undefined : idsOfOpaqueColors(samples);
  return ids === undefined
    ? { image: { ...facts, ids: opaquePixels(samples) }, isCutOut: true }
    : { image: { ...facts, ids, palette: DAVIS_PALETTE }, isCutOut: false };
}

/** What is told of masks that were resized to the clip's size. */
export function resizedNotice(masks: Size, clip: Size): string {
  return `The masks have ${masks.width} × ${masks.height} pixels and were resized to the clip’s ${clip.width} × ${clip.height}.`;
}

/** What is thrown for masks of another picture than the clip’s. */
export function otherShape(masks: Size, clip: Size): StudioError {
  return new StudioError(
    'file-invalid',
    `A mask has ${masks.width} × ${masks.height} pixels; the open clip has ${clip.width} × ${clip.height}, another shape of picture.`,
    { hint: 'Open the clip to which the masks belong, at any resolution of the same shape.' },
  );
}
