import { expect, test } from 'vitest';
import { widenToFloat32 } from '../../../../src/engine/checkpoint/widen.ts';

/** IEEE 754 binary16 by its definition. */
function halfValue(half: number): number {
  const [exponent, fraction] = [(half >> 10) & 0x1f, half & 0x3ff];
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const everyPattern = Uint16Array.from({ length: 65_536 }, (_, pattern) => pattern);

test('every float16 becomes the float32 of the same value', () => {
  const values = widenToFloat32('float16', everyPattern.slice().buffer);
  const wrong = Array.from(everyPattern).filter((half) => {
    return !Object.is(values?.[half], halfValue(half));
  });
  expect(wrong).toEqual([]);
});

test('float16 NaN keeps its payload', () => {
  const values = widenToFloat32('float16', Uint16Array.of(0x7e01, 0xfdff).buffer);
  const bits = new Uint32Array(values?.buffer ?? new ArrayBuffer());
  expect([...bits]).toEqual([0x7fc02000, 0xffbfe000]);
});

test('bfloat16 is the upper half of the float32, bit for bit', () => {
  const values = widenToFloat32('bfloat16', everyPattern.slice().buffer);
  const bits = new Uint32Array(values?.buffer ?? new ArrayBuffer());
  expect(bits.every((word, pattern) => word === pattern * 65_536)).toBe(true);
});

test('float32 keeps its bits, wider types are rounded to nearest', () => {
  const float32 = Uint32Array.of(0x7fa00001, 0x80000000, 1);
  expect(
    new Uint32Array(widenToFloat32('float32', float32.slice().buffer)?.buffer ?? new ArrayBuffer()),
  ).toEqual(float32);
  expect(widenToFloat32('float64', Float64Array.of(1 + 2 ** -24, 1 + 3 * 2 ** -25).buffer)).toEqual(
    Float32Array.of(1, 1 + 2 ** -23),
  );
});

test('integers and flags become their values', () => {
  expect(widenToFloat32('bool', Uint8Array.of(0, 1, 255).buffer)).toEqual(Float32Array.of(0, 1, 1));
  expect(widenToFloat32('int8', Int8Array.of(-128).buffer)).toEqual(Float32Array.of(-128));
  expect(widenToFloat32('uint8', Uint8Array.of(255).buffer)).toEqual(Float32Array.of(255));
  expect(widenToFloat32('int16', Int16Array.of(-300).buffer)).toEqual(Float32Array.of(-300));
  expect(widenToFloat32('uint16', Uint16Array.of(65_535).buffer)).toEqual(Float32Array.of(65_535));
  expect(widenToFloat32('int32', Int32Array.of(-70_000).buffer)).toEqual(Float32Array.of(-70_000));
  expect(widenToFloat32('uint32', Uint32Array.of(2 ** 31).buffer)).toEqual(
    Float32Array.of(2 ** 31),
  );
  expect(widenToFloat32('int64', BigInt64Array.of(-5n).buffer)).toEqual(Float32Array.of(-5));
  expect(widenToFloat32('uint64', BigUint64Array.of(2n ** 40n).buffer)).toEqual(
    Float32Array.of(2 ** 40),
  );
});

test('complex and 8-bit floats have no float32 form', () => {
  expect(widenToFloat32('complex64', new ArrayBuffer(8))).toBeUndefined();
  expect(widenToFloat32('float8_e4m3fn', new ArrayBuffer(8))).toBeUndefined();
});
