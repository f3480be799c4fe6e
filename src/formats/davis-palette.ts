const ENTRIES = 256;

/** Colour `index` of the PASCAL VOC map: its bits are dealt in turn to red, green and blue. */
function vocColor(index: number): readonly [number, number, number] {
  let [red, green, blue] = [0, 0, 0];
  for (let bit = 0; bit < 8; bit++) {
    const triple = index >> (3 * bit);
    red |= (triple & 1) << (7 - bit);
    green |= ((triple >> 1) & 1) << (7 - bit);
    blue |= ((triple >> 2) & 1) << (7 - bit);
  }
  return [red, green, blue];
}

/**
 * The DAVIS palette, 256 RGB triples in one row, as a PNG's PLTE chunk holds it. Do not write to it.
 * Source: sam2 `tools/vos_inference.py: DAVIS_PALETTE`, which is the PASCAL VOC colour map.
 */
export const DAVIS_PALETTE: Uint8Array<ArrayBuffer> = Uint8Array.from(
  Array.from({ length: ENTRIES }, (_, index) => vocColor(index)).flat(),
);

/** `#rrggbb` of an entry of a palette of RGB triples; absent past its end. */
export function paletteColor(palette: Uint8Array, index: number): string | undefined {
  const triple = palette.subarray(3 * index, 3 * index + 3);
  if (triple.length < 3) return undefined;
  return `#${Array.from(triple, (channel) => channel.toString(16).padStart(2, '0')).join('')}`;
}
