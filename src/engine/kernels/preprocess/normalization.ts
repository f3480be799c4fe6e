import { invariant } from '../../../core/assert.ts';

/** ImageNet statistics for values 0..1, `sam2/utils/misc.py: load_video_frames`. */
const MEAN = [0.485, 0.456, 0.406] as const;
const STANDARD_DEVIATION = [0.229, 0.224, 0.225] as const;

/**
 * `(x/255 − mean)/std` for every 8-bit x, channel after channel `[3,256]`, rounded to float32 after
 * each step as the reference's tensors are: the table is exact where a shader's division is not.
 */
export function normalizationTable(): Float32Array<ArrayBuffer> {
  const table = new Float32Array(3 * 256);
  for (const [channel, mean] of MEAN.entries()) {
    const deviation = Math.fround(STANDARD_DEVIATION[channel] ?? 1);
    for (let x = 0; x < 256; x++) {
      const centred = Math.fround(Math.fround(x / 255) - Math.fround(mean));
      table[channel * 256 + x] = centred / deviation;
    }
  }
  return table;
}

/**
 * Resized pixels as the image encoder's input.
 * @param rgb interleaved `[S,S,3]`, 8 bits
 * @param normalized of `normalizationTable`
 * @param target receives `[1,3,S,S]`, RGB planes
 */
export function normalizePixels(
  rgb: Uint8ClampedArray,
  normalized: Float32Array,
  target: Float32Array,
): void {
  invariant(rgb.length === target.length, `${rgb.length} values do not fill ${target.length}`);
  const plane = target.length / 3;
  for (let at = 0, from = 0; at < plane; at++, from += 3) {
    target[at] = normalized[rgb[from] ?? 0] ?? 0;
    target[plane + at] = normalized[256 + (rgb[from + 1] ?? 0)] ?? 0;
    target[2 * plane + at] = normalized[512 + (rgb[from + 2] ?? 0)] ?? 0;
  }
}
