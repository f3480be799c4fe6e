import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { CHECKPOINT_LIMITS } from '../../../../src/engine/checkpoint/limits.ts';
import { buildZip, concat, materialise, type BuiltEntry } from './archive-builder.ts';
import { openingError } from './checkpoint-fixtures.ts';
import { pickle, stateDict } from './pickle-builder.ts';

const WEIGHT = { elements: 4, shape: [2, 2], strides: [2, 1] };
const PICKLE = pickle(stateDict({ weight: WEIGHT }));
const VALUES = new Uint8Array(Float32Array.of(1, -2, 3.5, 0).buffer);

function entries(changed: Partial<BuiltEntry> = {}): BuiltEntry[] {
  return [
    { name: 'archive/data.pkl', data: PICKLE },
    { name: 'archive/data/0', data: VALUES, ...changed },
  ];
}

type ZipOptions = Parameters<typeof buildZip>[1];

function zip(built: readonly BuiltEntry[], options?: ZipOptions): Uint8Array<ArrayBuffer> {
  return materialise(buildZip(built, options));
}

test.each<[string, BuiltEntry[], ZipOptions]>([
  ['plain', entries(), {}],
  ['padded headers', entries({ paddingBytes: 61 }), {}],
  ['ZIP64', entries({ paddingBytes: 3 }), { isZip64: true }],
  ['a comment', entries(), { comment: 'PK\x05\x06 in a comment' }],
  ['sizes after the data', entries({ flags: 1 << 3, localClaim: { byteLength: 0 } }), {}],
  ['sizes in a local ZIP64 field', entries({ localClaim: { byteLength: 0xffffffff } }), {}],
])('a sound zip opens: %s', async (_, built, options) => {
  const checkpoint = await openCheckpoint(new Blob([zip(built, options)]));
  expect(await checkpoint.readFloat32('weight')).toEqual(Float32Array.of(1, -2, 3.5, 0));
});

test.each<[string, BuiltEntry[], RegExp]>([
  ['a record larger than its archive', entries({ claim: { byteLength: 1e9 } }), /contradicts/],
  [
    'a lie told twice',
    entries({ claim: { byteLength: 5000 }, localClaim: { byteLength: 5000 } }),
    /reaches past/,
  ],
  ['a header outside the file', entries({ claim: { headerOffset: 4e9 } }), /outside the file/],
  ['a header that is none', entries({ claim: { headerOffset: 1 } }), /is missing/],
  ['another entry’s header', entries({ claim: { headerOffset: 0 } }), /contradicts/],
  ['another name', entries({ localClaim: { name: 'archive/data/1' } }), /contradicts/],
  ['a longer name', entries({ localClaim: { name: 'x'.repeat(200) } }), /contradicts/],
  ['another method', entries({ localClaim: { method: 8 } }), /contradicts/],
  ['no record', entries().slice(0, 1), /lacks its record/],
  ['a short record', entries({ data: VALUES.slice(0, 12) }), /12 bytes where 16/],
  ['the same record twice', [...entries(), ...entries().slice(1)], /twice/],
  ['two pickles', [...entries(), { name: 'b/data.pkl', data: PICKLE }], /more than one/],
])('a zip that lies is refused: %s', async (_, built, message) => {
  const error = await openingError(zip(built));
  expect(error.code).toBe('checkpoint-invalid');
  expect(error.message).toMatch(message);
  expect(error.hint).toBeTruthy();
});

test('records that overlap are refused', async () => {
  const value = stateDict({ a: { ...WEIGHT, key: '0' }, b: { ...WEIGHT, key: '1' } });
  const inner = zip([{ name: 'archive/data/1', data: VALUES }]).subarray(0, 44 + VALUES.length);
  const outerLength = inner.length;
  const pickled = { name: 'archive/data.pkl', data: pickle(value) };
  const outer = { name: 'archive/data/0', data: Uint8Array.from(inner) };
  const prefixBytes = materialise(buildZip([pickled])).length - 22 - 46 - pickled.name.length;
  const hidden: BuiltEntry = {
    name: 'archive/data/1',
    data: new Uint8Array(VALUES.length),
    claim: { headerOffset: prefixBytes + 30 + outer.name.length },
  };
  expect(outerLength).toBe(30 + hidden.name.length + VALUES.length);
  const error = await openingError(zip([pickled, outer, hidden]));
  expect(error.code).toBe('checkpoint-invalid');
  expect(error.message).toMatch(/overlap/);
});

test.each<[string, BuiltEntry[], ZipOptions, RegExp]>([
  ['compressed weights', entries({ method: 8 }), {}, /compressed/],
  ['encrypted weights', entries({ flags: 1 }), {}, /encrypted/],
  ['no pickle', entries().slice(1), {}, /not written by torch\.save/],
  [
    'TorchScript',
    [...entries(), { name: 'archive/constants.pkl', data: PICKLE }],
    {},
    /TorchScript/,
  ],
  [
    'a big-endian writer',
    [...entries(), { name: 'archive/byteorder', data: new TextEncoder().encode('big') }],
    {},
    /big-endian/,
  ],
  [
    'a huge structure',
    [{ name: 'archive/data.pkl', data: { holeBytes: CHECKPOINT_LIMITS.pickleBytes + 1 } }],
    {},
    /structure alone/,
  ],
])('a zip of another kind is told apart: %s', async (_, built, options, message) => {
  const error = await openingError(zip(built, options));
  expect(error.code).toBe('checkpoint-unsupported');
  expect(error.message).toMatch(message);
  expect(error.hint).toBeTruthy();
});

test('a little-endian byte order is accepted', async () => {
  const order = { name: 'archive/byteorder', data: new TextEncoder().encode('little') };
  const checkpoint = await openCheckpoint(new Blob([zip([...entries(), order])]));
  expect(checkpoint.tensors.size).toBe(1);
});

test('more entries than are there, or than any checkpoint has, are refused', async () => {
  const missing = await openingError(zip(entries(), { entryCount: 3 }));
  expect(missing.message).toMatch(/ends in the middle/);
  const many = await openingError(zip(entries(), { entryCount: 1e6, isZip64: true }));
  expect(many.code).toBe('checkpoint-unsupported');
  expect(many.message).toMatch(/1000000 entries/);
});

/** A sound zip with one field of its directory or end overwritten. */
function patched(signature: number, field: number, value: number): Uint8Array<ArrayBuffer> {
  const bytes = zip(entries());
  const view = new DataView(bytes.buffer);
  const at = Array.from({ length: bytes.length - 4 }, (_, i) => bytes.length - 4 - i).find(
    (position) => view.getUint32(position, true) === signature,
  );
  view.setUint32((at ?? 0) + field, value, true);
  return bytes;
}

test.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
  ['a directory that runs into its own end', patched(0x06054b50, 12, 130), /behind its own end/],
  ['a directory elsewhere', patched(0x06054b50, 16, 0), /not an entry/],
  ['two sizes for stored bytes', patched(0x02014b50, 20, 15), /two sizes/],
  ['a missing ZIP64 field', patched(0x02014b50, 20, 0xffffffff), /lacks its ZIP64 field/],
  ['a missing ZIP64 end', patched(0x06054b50, 16, 0xffffffff), /ZIP64 end record is missing/],
  ['bytes behind the end', concat([zip(entries()), new Uint8Array(1)]), /table of contents/],
])('a directory that is not sound is refused: %s', async (_, bytes, message) => {
  const error = await openingError(bytes);
  expect(error.code).toBe('checkpoint-invalid');
  expect(error.message).toMatch(message);
});

test('one part of several is refused', async () => {
  const error = await openingError(patched(0x06054b50, 4, 1));
  expect(error.code).toBe('checkpoint-unsupported');
  expect(error.message).toMatch(/one part of several/);
});
