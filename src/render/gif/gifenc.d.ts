/** What the studio uses of gifenc 1.0.3, which comes without types. */
declare module 'gifenc' {
  /** Red, green and blue, 0..255. */
  type GifColor = [number, number, number];

  interface GifFrameOptions {
    readonly palette: readonly (readonly number[])[];
    /** Writes the size, the palette and how often the file repeats before it. */
    readonly first: boolean;
    /** Milliseconds; the file holds hundredths of a second. */
    readonly delay: number;
    /** 0: for ever. */
    readonly repeat: number;
    readonly transparent: boolean;
    readonly transparentIndex: number;
    /** What becomes of the picture before the next: 1 it stays, 2 it is cleared. */
    readonly dispose: 1 | 2;
  }

  interface GifEncoder {
    readonly stream: { reset(): void };
    writeHeader(): void;
    writeFrame(indices: Uint8Array, width: number, height: number, options: GifFrameOptions): void;
    finish(): void;
    /** A copy of what was written since `stream.reset`. */
    bytes(): Uint8Array<ArrayBuffer>;
  }

  /** @param options `auto: false` leaves the header to the caller */
  export function GIFEncoder(options: { readonly auto: false }): GifEncoder;
  /** @param rgba the whole of its buffer, at least a pixel; alpha is not looked at */
  export function quantize(rgba: Uint8ClampedArray, maxColors: number): GifColor[];
  /** The index of the nearest colour for each pixel of the whole buffer. */
  export function applyPalette(
    rgba: Uint8ClampedArray,
    palette: readonly (readonly number[])[],
  ): Uint8Array<ArrayBuffer>;
}
