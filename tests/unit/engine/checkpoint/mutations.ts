import { mix } from '../../../helpers/seeded-random.ts';

/** A file with one seeded fault; the seed decides the kind, the place and the value. */
export function mutate(bytes: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
  const random = (index: number, below: number) => mix(seed, index) % Math.max(below, 1);
  const at = random(1, bytes.length);
  switch (random(0, 6)) {
    case 0:
      return withBytes(bytes, at, [(bytes[at] ?? 0) ^ (1 << random(2, 8))]);
    case 1:
      return withBytes(bytes, at, [random(2, 256)]);
    case 2:
      return Uint8Array.from(bytes.subarray(0, at));
    case 3:
      return spliced(bytes, at, random(2, bytes.length), random(3, 64));
    case 4:
      return withBytes(bytes, at, littleEndian(INTERESTING[random(2, INTERESTING.length)] ?? 0));
    default:
      return manyFlips(bytes, seed);
  }
}

/** Values that length and offset fields are tried with: limits, signs, and just beside them. */
const INTERESTING = [0, 1, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

function littleEndian(value: number): number[] {
  return [value, value >>> 8, value >>> 16, value >>> 24];
}

function withBytes(bytes: Uint8Array, at: number, values: number[]): Uint8Array<ArrayBuffer> {
  const changed = Uint8Array.from(bytes);
  changed.set(values.slice(0, bytes.length - at), at);
  return changed;
}

/** Repeats a stretch of the file elsewhere, over what was there or between. */
function spliced(
  bytes: Uint8Array,
  to: number,
  from: number,
  length: number,
): Uint8Array<ArrayBuffer> {
  const piece = bytes.subarray(from, from + length);
  const after = bytes.subarray(to + (length % 2 === 0 ? piece.length : 0));
  return Uint8Array.from([...bytes.subarray(0, to), ...piece, ...after]);
}

function manyFlips(bytes: Uint8Array, seed: number): Uint8Array<ArrayBuffer> {
  const changed = Uint8Array.from(bytes);
  for (let i = 0; i < 8; i++) changed[mix(seed, 10 + i) % bytes.length] = mix(seed, 20 + i) & 0xff;
  return changed;
}
