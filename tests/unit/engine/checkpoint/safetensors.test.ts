import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { CHECKPOINT_LIMITS } from '../../../../src/engine/checkpoint/limits.ts';
import { concat, u64 } from './archive-builder.ts';
import { openingError } from './checkpoint-fixtures.ts';

function file(header: unknown, dataBytes: number, headerBytes?: number): Blob {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  );
  return new Blob([concat([u64(headerBytes ?? json.length), json, new Uint8Array(dataBytes)])]);
}

const a = { dtype: 'F32', shape: [2], data_offsets: [0, 8] };

test('metadata is no tensor, and any order of the header is fine', async () => {
  const header = {
    b: { dtype: 'BF16', shape: [], data_offsets: [8, 10] },
    __metadata__: { format: 'pt' },
    a,
    empty: { dtype: 'F16', shape: [3, 0], data_offsets: [8, 8] },
  };
  const { tensors } = await openCheckpoint(file(header, 10));
  expect([...tensors.keys()].sort()).toEqual(['a', 'b', 'empty']);
  expect(tensors.get('b')).toMatchObject({ dtype: 'bfloat16', shape: [], byteLength: 2 });
});

test('a header whose length is that of a pickle’s first bytes is still a header', async () => {
  const json = JSON.stringify({ a }).padEnd(0x0280, ' ');
  expect((await openCheckpoint(file(json, 8))).tensors.size).toBe(1);
});

test.each<[string, Blob, RegExp]>([
  ['a gap in front', file({ a: { ...a, data_offsets: [4, 12] } }, 12), /leaves a gap/],
  ['a gap between', file({ a, b: { ...a, data_offsets: [12, 20] } }, 20), /leaves a gap/],
  ['an overlap', file({ a, b: { ...a, data_offsets: [0, 8] } }, 8), /overlaps/],
  ['too few bytes at the end', file({ a }, 7), /file of .* bytes, but it has/],
  ['too many bytes at the end', file({ a }, 9), /file of .* bytes, but it has/],
  ['bytes that are not the shape', file({ a: { ...a, shape: [1] } }, 8), /not its shape/],
  ['a shape that is not the bytes', file({ a: { ...a, shape: [3] } }, 8), /needs 12 bytes/],
  ['ends before it begins', file({ a: { ...a, data_offsets: [8, 0] } }, 8), /needs 8 bytes of/],
  [
    'an empty tensor that ends before it begins',
    file({ a: { ...a, shape: [0], data_offsets: [8, 0] } }, 8),
    /a storage of -8/,
  ],
  ['three offsets', file({ a: { ...a, data_offsets: [0, 8, 8] } }, 8), /not its shape/],
  ['a negative length', file({ a: { ...a, shape: [-2, -1] } }, 8), /does not describe/],
  ['half an element', file({ a: { ...a, shape: [2.5] } }, 8), /does not describe/],
  ['a text as shape', file({ a: { ...a, shape: 'big' } }, 8), /does not describe/],
  ['null for a tensor', file({ a: null }, 8), /does not describe/],
  ['a length of 2^70', file({ a: { ...a, shape: [2 ** 70] } }, 8), /does not describe/],
  ['no JSON', file('{"a": ', 8), /not JSON/],
  ['deep JSON', file(`{"a":${'['.repeat(1e6)}`, 0), /not JSON/],
  ['a header cut short', file('{}', 0, 3), /header would take/],
])('%s is invalid', async (_, blob, message) => {
  const error = await openingError(blob);
  expect(error.code).toBe('checkpoint-invalid');
  expect(error.message).toMatch(message);
});

test.each<[string, Blob, RegExp]>([
  ['an unknown type', file({ a: { ...a, dtype: 'F4' } }, 8), /"F4"/],
  ['no tensor', file({ __metadata__: {} }, 0), /0 tensors/],
  [
    'a header over the budget',
    file('{'.padEnd(CHECKPOINT_LIMITS.safetensorsHeaderBytes + 1), 0),
    /header takes/,
  ],
])('%s is unsupported', async (_, blob, message) => {
  const error = await openingError(blob);
  expect(error.code).toBe('checkpoint-unsupported');
  expect(error.message).toMatch(message);
});

test('a tensor that is not there is asked for by name', async () => {
  const checkpoint = await openCheckpoint(file({ a }, 8));
  await expect(checkpoint.readFloat32('memory_attention.norm.weight')).rejects.toMatchObject({
    code: 'checkpoint-invalid',
    message: 'The checkpoint has no tensor "memory_attention.norm.weight".',
  });
});

test('a type without a float32 form is refused when it is read, by name', async () => {
  const header = { z: { dtype: 'C64', shape: [1], data_offsets: [0, 8] } };
  const checkpoint = await openCheckpoint(file(header, 8));
  await expect(checkpoint.readFloat32('z')).rejects.toMatchObject({
    code: 'checkpoint-unsupported',
    message: 'The tensor "z" is of the type complex64, which has no float32 form.',
  });
});
