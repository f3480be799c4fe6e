import type { YuvLayout } from './pixel-format.ts';
import type { FrameColour } from './stored-picture.ts';

/** Kr and Kb of ITU-R BT.601, BT.709 and BT.2020; Kg is the rest. */
const LUMA_WEIGHTS = {
  bt601: { red: 0.299, blue: 0.114 },
  bt709: { red: 0.2126, blue: 0.0722 },
  bt2020: { red: 0.2627, blue: 0.0593 },
} as const;

/** Fraction bits of the tables' values. */
export const FRACTION_BITS = 16;

const HALF = 1 << (FRACTION_BITS - 1);

/**
 * What each sample value adds to R, G and B, as fixed point of `FRACTION_BITS`, for levels 0..255.
 * `lumaPart` holds the half that makes the shift round to nearest. Samples above the format's peak
 * have no entry and add nothing.
 */
export interface ColourTables {
  readonly lumaPart: Int32Array<ArrayBuffer>;
  readonly redOfV: Int32Array<ArrayBuffer>;
  readonly greenOfU: Int32Array<ArrayBuffer>;
  readonly greenOfV: Int32Array<ArrayBuffer>;
  readonly blueOfU: Int32Array<ArrayBuffer>;
}

/** The tables of a colour, `2^bits` entries each. */
export function colourTables(colour: FrameColour, bits: YuvLayout['bits']): ColourTables {
  const { red, blue } = LUMA_WEIGHTS[colour.matrix];
  const green = 1 - red - blue;
  const unit = 2 ** (bits - 8);
  const peak = 2 ** bits - 1;
  const lumaZero = colour.isFullRange ? 0 : 16 * unit;
  const lumaSpan = colour.isFullRange ? peak : 219 * unit;
  const chromaSpan = colour.isFullRange ? peak : 224 * unit;
  const table = (zero: number, span: number, gain: number, offset = 0) =>
    Int32Array.from({ length: peak + 1 }, (_, sample) =>
      Math.round((((sample - zero) * gain * 255) / span) * 2 ** FRACTION_BITS + offset),
    );
  const chroma = (gain: number) => table(128 * unit, chromaSpan, gain);
  return {
    lumaPart: table(lumaZero, lumaSpan, 1, HALF),
    redOfV: chroma(2 * (1 - red)),
    greenOfU: chroma((-2 * blue * (1 - blue)) / green),
    greenOfV: chroma((-2 * red * (1 - red)) / green),
    blueOfU: chroma(2 * (1 - blue)),
  };
}
