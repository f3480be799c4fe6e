import { GIFEncoder } from 'gifenc';
import type { Size } from '../../core/geometry.ts';
import type { IndexedPicture } from './gif-canvas.ts';

interface GifWriterOptions {
  readonly size: Size;
  /** Whether each picture replaces the one before; else it is painted over it. */
  readonly isReplacing: boolean;
}

/** Makes the bytes of a GIF that repeats for ever, picture by picture. */
export class GifWriter {
  readonly #encoder = GIFEncoder({ auto: false });
  readonly #options: GifWriterOptions;
  #count = 0;

  constructor(options: GifWriterOptions) {
    this.#options = options;
  }

  /** The file's next bytes. */
  picture({ indices, palette, clearIndex }: IndexedPicture, hundredths: number): Uint8Array {
    const { size, isReplacing } = this.#options;
    const isFirst = this.#count++ === 0;
    if (isFirst) this.#encoder.writeHeader();
    this.#encoder.writeFrame(indices, size.width, size.height, {
      palette,
      first: isFirst,
      delay: hundredths * 10,
      repeat: 0,
      transparent: true,
      transparentIndex: clearIndex,
      dispose: isReplacing ? 2 : 1,
    });
    return this.#taken();
  }

  /** The file's last bytes. */
  end(): Uint8Array {
    this.#encoder.finish();
    return this.#taken();
  }

  #taken(): Uint8Array {
    const bytes = this.#encoder.bytes();
    this.#encoder.stream.reset();
    return bytes;
  }
}
