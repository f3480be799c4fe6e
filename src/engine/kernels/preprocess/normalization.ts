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
