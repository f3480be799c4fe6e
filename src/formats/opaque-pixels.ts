const CHANNELS = 4;
const OPAQUE = 255;
const HALF = 128;

/**
 * Whether a picture shows that something lies behind it.
 * @param rgba row-major, four samples a pixel
 */
export function hasTransparency(rgba: Uint8Array): boolean {
  for (let at = 3; at < rgba.length; at += CHANNELS) if (rgba[at] !== OPAQUE) return true;
  return false;
}

/** 1 where a pixel is more opaque than not, else 0; row-major. */
export function opaquePixels(rgba: Uint8Array): Uint8Array {
  const plane = new Uint8Array(rgba.length / CHANNELS);
  for (let pixel = 0, at = 3; pixel < plane.length; pixel++, at += CHANNELS) {
    plane[pixel] = Number((rgba[at] ?? 0) >= HALF);
  }
  return plane;
}
