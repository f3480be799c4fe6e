import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import type { MaskRle } from '../../../core/rle.ts';
import { fillHoles, HOLE_AREA_PX } from '../fill-holes/fill-holes.ts';
import { bilinearTable } from './bilinear-table.ts';
import type { MaskScaling } from './column-blend.ts';
import { maskToRle } from './mask-to-rle.ts';
import {
  readerDisposed,
  type MaskReader,
  type MaskReaderOptions,
  type MaskReading,
  type MaskSource,
} from './mask-reader.ts';
import { nonOverlappingMasks } from './non-overlapping-masks.ts';

/** `MaskReader` over logits in memory, for the WASM backend. Twin of `GpuMaskReader`. */
export class CpuMaskReader implements MaskReader<Float32Array> {
  readonly bytesRead = 0;
  readonly #logitSize: Size;
  readonly #holeAreaPx: number;
  #scaling: MaskScaling | undefined;
  #isDisposed = false;

  constructor({ logitSize, holeAreaPx = HOLE_AREA_PX }: MaskReaderOptions) {
    this.#logitSize = logitSize;
    this.#holeAreaPx = holeAreaPx;
  }

  /** The work is done before this returns; only the contract makes it a promise. */
  async read(source: MaskSource<Float32Array>, video: Size): Promise<MaskReading> {
    if (this.#isDisposed) throw readerDisposed();
    return readingOf(source, maskToRle(this.#filled(source), this.#scalingTo(video)));
  }

  /** As `read`. */
  async readNonOverlapping(
    sources: readonly MaskSource<Float32Array>[],
    video: Size,
  ): Promise<readonly MaskReading[]> {
    if (this.#isDisposed) throw readerDisposed();
    const [only] = sources;
    if (only !== undefined && sources.length === 1) return [await this.read(only, video)];
    const filled = sources.map((source) => this.#filled(source));
    const masks = nonOverlappingMasks(filled, this.#scalingTo(video));
    return sources.map((source, i) => readingOf(source, masks[i]));
  }

  #filled({ logits }: MaskSource<Float32Array>): Float32Array {
    return fillHoles(logits, this.#logitSize, this.#holeAreaPx);
  }

  #scalingTo(video: Size): MaskScaling {
    const current = this.#scaling;
    if (current?.columns.outputSize === video.width && current.rows.outputSize === video.height) {
      return current;
    }
    this.#scaling = {
      columns: bilinearTable(this.#logitSize.width, video.width),
      rows: bilinearTable(this.#logitSize.height, video.height),
    };
    return this.#scaling;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
  }
}

function readingOf(source: MaskSource<Float32Array>, mask: MaskRle | undefined): MaskReading {
  invariant(mask !== undefined, 'every object has a mask');
  const { iouScores, objectScoreLogits } = source;
  return {
    mask,
    predictedIou: onlyValue(iouScores),
    objectScoreLogit: onlyValue(objectScoreLogits),
  };
}

function onlyValue(values: Float32Array): number {
  const [value] = values;
  invariant(value !== undefined && values.length === 1, 'a score must be one number');
  return value;
}
