/** Uniform 32-bit integers that are a function of seed and index, so that fixtures need no input. */
export function mix(seed: number, index: number): number {
  let x = (seed + Math.imul(index, 0x9e3779b9)) >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** `length` bytes: the top bytes of `mix(seed, 0…)`. */
export function seededBytes(seed: number, length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => mix(seed, i) >>> 24);
}

/** `length` float32 values in −scale … scale. */
export function seededFloats(seed: number, length: number, scale = 1): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, (_, i) => (mix(seed, i) / 2 ** 31 - 1) * scale);
}
