import { invariant } from '../../../core/assert.ts';
import type { Size } from '../../../core/geometry.ts';
import type { MaskRle } from '../../../core/rle.ts';
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
  #scaling: MaskScaling | undefined;
  #isDisposed = false;

  constructor({ logitSize }: MaskReaderOptions) {
    this.#logitSize = logitSize;
  }

  /** The work is done before this returns; only the contract makes it a promise. */
  async read(
    sources: readonly MaskSource<Float32Array>[],
    video: Size,
  ): Promise<readonly MaskReading[]> {
    if (this.#isDisposed) throw readerDisposed();
    const scaling = this.#scalingTo(video);
    return sources.map((source) => readingOf(source, maskToRle(source.logits, scaling)));
  }

  /** As `read`. */
  async readNonOverlapping(
    sources: readonly MaskSource<Float32Array>[],
    video: Size,
  ): Promise<readonly MaskReading[]> {
    if (this.#isDisposed) throw readerDisposed();
    // The same, found in less time.
    if (sources.length === 1) return this.read(sources, video);
    const logits = sources.map((source) => source.logits);
    const masks = nonOverlappingMasks(logits, this.#scalingTo(video));
    return sources.map((source, i) => readingOf(source, masks[i]));
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
