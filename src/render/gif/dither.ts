/** Bayer's thresholds, 0..63, row by row. */
const BAYER = [
  0, 32, 8, 40, 2, 34, 10, 42, 48, 16, 56, 24, 50, 18, 58, 26, 12, 44, 4, 36, 14, 46, 6, 38, 60, 28,
  52, 20, 62, 30, 54, 22, 3, 35, 11, 43, 1, 33, 9, 41, 51, 19, 59, 27, 49, 17, 57, 25, 15, 47, 7,
  39, 13, 45, 5, 37, 63, 31, 55, 23, 61, 29, 53, 21,
] as const;
const SIDE = 8;
/**
 * Half of what is added at most, of 255 a channel: so little that it only decides between
 * neighbouring shades, which turns the steps of a shaded wall into a fine grain. On the sample 8 made
 * the grain visible and files half as large again; 4 makes them a fifth larger.
 */
const REACH = 4;

/**
 * Colours moved a little by a pattern that stays in its place, before they are given the nearest of a
 * palette. So, unlike an error that is handed on, it does not move when the picture does.
 * @param colors RGBA, a pixel each of `pixels`, which are places in a picture of `width`
 */
export function dithered(
  colors: Uint8ClampedArray,
  pixels: Uint32Array,
  width: number,
): Uint8ClampedArray {
  const moved = new Uint8ClampedArray(colors);
  for (let i = 0; i < pixels.length; i++) {
    const pixel = pixels[i] ?? 0;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const threshold = BAYER[(y % SIDE) * SIDE + (x % SIDE)] ?? 0;
    const offset = ((threshold + 0.5) / BAYER.length - 0.5) * 2 * REACH;
    for (let at = i * 4; at < i * 4 + 3; at++) moved[at] = (colors[at] ?? 0) + offset;
  }
  return moved;
}
