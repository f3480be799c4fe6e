import type { CheckpointDtype } from './tensor.ts';

type Widen = (buffer: ArrayBuffer) => Float32Array<ArrayBuffer>;

// Typed arrays have the machine's byte order, which WebAssembly and WebGPU fix as little-endian.
const WIDEN: ReadonlyMap<CheckpointDtype, Widen> = new Map<CheckpointDtype, Widen>([
  ['float32', (buffer) => new Float32Array(buffer)],
  ['float16', widenFloat16],
  ['bfloat16', widenBfloat16],
  ['float64', (buffer) => Float32Array.from(new Float64Array(buffer))],
  [
    'bool',
    (buffer) => new Float32Array(new Uint8Array(buffer).map((byte) => (byte === 0 ? 0 : 1))),
  ],
  ['uint8', (buffer) => new Float32Array(new Uint8Array(buffer))],
  ['uint16', (buffer) => new Float32Array(new Uint16Array(buffer))],
  ['uint32', (buffer) => new Float32Array(new Uint32Array(buffer))],
  ['uint64', (buffer) => widenBigInts(new BigUint64Array(buffer))],
  ['int8', (buffer) => new Float32Array(new Int8Array(buffer))],
  ['int16', (buffer) => new Float32Array(new Int16Array(buffer))],
  ['int32', (buffer) => new Float32Array(new Int32Array(buffer))],
  ['int64', (buffer) => widenBigInts(new BigInt64Array(buffer))],
]);

/**
 * Converts elements to float32, as `Tensor.float()`: exact for the 16-bit floats, NaN payloads
 * included, and rounded to nearest for wider types. Absent for types without a float32 form.
 * @param buffer whole elements; for float32 the result keeps it
 */
export function widenToFloat32(
  dtype: CheckpointDtype,
  buffer: ArrayBuffer,
): Float32Array<ArrayBuffer> | undefined {
  return WIDEN.get(dtype)?.(buffer);
}

/** bfloat16 is the upper half of a float32. */
function widenBfloat16(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  const bits = new Uint32Array(new Uint16Array(buffer));
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) << 16;
  return new Float32Array(bits.buffer);
}

/**
 * Exponent and fraction move up by 13 bits; the exponents' biases differ by 127 − 15, which one
 * multiplication by 2^112 corrects, subnormal numbers included. Infinity and NaN keep their bits.
 */
function widenFloat16(buffer: ArrayBuffer): Float32Array<ArrayBuffer> {
  const REBIAS = 2 ** 112;
  const halves = new Uint16Array(buffer);
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i] ?? 0;
    const moved = ((half & 0x8000) << 16) | ((half & 0x7fff) << 13);
    if ((half & 0x7c00) === 0x7c00) {
      bits[i] = moved | 0x7f800000;
    } else {
      bits[i] = moved;
      values[i] = (values[i] ?? 0) * REBIAS;
    }
  }
  return values;
}

function widenBigInts(integers: BigInt64Array | BigUint64Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(integers.length);
  for (let i = 0; i < integers.length; i++) values[i] = Number(integers[i]);
  return values;
}
