import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import { DAVIS_PALETTE } from './davis-palette.ts';
import { pngFile, type PngContent } from './png-file.ts';
import { GREYSCALE, INDEXED, PNG_SOFTWARE } from './png-layout.ts';
import { deflateZlib } from './zlib-stream.ts';

/** Samples as they are: on real masks a fifth to a half smaller than any filter; docs/formats.md. */
const FILTER_NONE = 0;

/**
 * Writes PNGs of one size, 8 bits a pixel. Holds one buffer of the scanlines, used again for each
 * frame; one `encode` at a time.
 */
class MaskPngWriter {
  readonly #size: Size;
  readonly #form: Omit<PngContent, 'size' | 'data'>;
  readonly #scanlines: Uint8Array<ArrayBuffer>;

  constructor(size: Size, form: Omit<PngContent, 'size' | 'data'>) {
    this.#size = size;
    this.#form = form;
    this.#scanlines = new Uint8Array(size.height * (size.width + 1));
  }

  /** @param samples pixel values, row-major, `width·height`; not kept */
  async encode(samples: Uint8Array): Promise<Uint8Array> {
    const { width, height } = this.#size;
    invariant(samples.length === width * height, 'samples do not fill width × height');
    this.#fillScanlines(samples);
    return pngFile({ ...this.#form, size: this.#size, data: await deflateZlib(this.#scanlines) });
  }

  /** Each row after the byte that names its filter. */
  #fillScanlines(samples: Uint8Array): void {
    const { width, height } = this.#size;
    for (let y = 0; y < height; y++) {
      const at = y * (width + 1);
      this.#scanlines[at] = FILTER_NONE;
      this.#scanlines.set(samples.subarray(y * width, (y + 1) * width), at + 1);
    }
  }
}

/** Indexed PNGs with the DAVIS palette; the pixel value is the object's id. */
export class IndexedPngWriter extends MaskPngWriter {
  constructor(size: Size) {
    super(size, { colorType: INDEXED, palette: DAVIS_PALETTE, software: PNG_SOFTWARE });
  }
}

/** Greyscale PNGs of one object: 255 it, 0 all else. */
export class BinaryPngWriter extends MaskPngWriter {
  constructor(size: Size) {
    super(size, { colorType: GREYSCALE });
  }
}
