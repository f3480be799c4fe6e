/** Bits of float32: 65520, from which on a float16 is infinite; 2⁻¹⁴, its least normal number; infinity. */
const [INFINITE_FROM, LEAST_NORMAL, FLOAT32_INFINITY] = [0x477ff000, 0x38800000, 0x7f800000];
/** The exponents' biases differ by 127 − 15; float32's exponent lies 23 bits up. */
const REBIAS = (127 - 15) << 23;
/** Of float16. */
const [INFINITY_BITS, NAN_BITS] = [0x7c00, 0x7e00];

/**
 * Rounds to float16, to nearest and ties to even, as bits. What is too large becomes infinite, so that
 * it is found out where numbers are checked.
 */
export function toFloat16Bits(values: Float32Array): Uint16Array<ArrayBuffer> {
  const bits = new Uint32Array(new Float32Array(values).buffer);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const all = bits[i] ?? 0;
    halves[i] = ((all >>> 16) & 0x8000) | magnitudeBits(all & 0x7fffffff);
  }
  return halves;
}

/** @param bits of a float32 that is not negative */
function magnitudeBits(bits: number): number {
  if (bits > FLOAT32_INFINITY) return NAN_BITS;
  if (bits >= INFINITE_FROM) return INFINITY_BITS;
  if (bits < LEAST_NORMAL) return subnormalBits(bits);
  const tieToEven = (bits >>> 13) & 1;
  return (bits - REBIAS + 0x0fff + tieToEven) >>> 13;
}

const scratch = new Float32Array(1);
const scratchBits = new Uint32Array(scratch.buffer);

/** Float32 numbers just above 0.5 are 2⁻²⁴ apart, as float16's subnormal ones are, so that a sum rounds. */
function subnormalBits(bits: number): number {
  scratchBits[0] = bits;
  scratch[0] = (scratch[0] ?? 0) + 0.5;
  return (scratchBits[0] ?? 0) - 0x3f000000;
}
