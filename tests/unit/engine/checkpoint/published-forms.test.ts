import { expect, test } from 'vitest';
import { openCheckpoint, type Checkpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { openFixture, openingError, readExpectations, readFixture } from './checkpoint-fixtures.ts';

const expectations = await readExpectations();
const readable = Object.entries(expectations).filter(([, { error }]) => error === undefined);
const refused = Object.entries(expectations).filter(([, { error }]) => error !== undefined);

async function rawBytes(checkpoint: Checkpoint, name: string): Promise<Uint8Array> {
  const tensor = checkpoint.tensors.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  const { byteOffset, byteLength } = tensor;
  const range = checkpoint.file.slice(byteOffset, byteOffset + byteLength);
  return new Uint8Array(await range.arrayBuffer());
}

test('the fixtures hold every form', () => {
  expect(readable.length).toBe(7);
  expect(refused.length).toBe(6);
});

test.each(readable)('%s gives every tensor, to the bit', async (name, { tensors = {} }) => {
  const checkpoint = await openFixture(name);
  expect([...checkpoint.tensors.keys()].sort()).toEqual(Object.keys(tensors).sort());
  for (const [tensorName, expected] of Object.entries(tensors)) {
    const { dtype, shape } = checkpoint.tensors.get(tensorName) ?? {};
    expect({ dtype, shape }).toEqual({ dtype: expected.dtype, shape: expected.shape });
    const values = await checkpoint.readFloat32(tensorName);
    expect(values.length).toBe(expected.shape.reduce((product, n) => product * n, 1));
    expect(values.subarray(0, expected.values.length)).toEqual(Float32Array.from(expected.values));
  }
});

test.each(['bare.pt', 'compiled.pt', 'model.pt', 'prefixed.pt', 'trainer.pt'])(
  '%s has the bytes of model.safetensors where it says, in place',
  async (name) => {
    const [checkpoint, reference] = await Promise.all([
      openFixture(name),
      openFixture('model.safetensors'),
    ]);
    expect([checkpoint.format, reference.format]).toEqual(['pytorch', 'safetensors']);
    for (const [tensorName, tensor] of reference.tensors) {
      expect(checkpoint.tensors.get(tensorName)?.isContiguous).toBe(true);
      expect(tensor.isContiguous).toBe(true);
      const bytes = await rawBytes(checkpoint, tensorName);
      expect(bytes).toEqual(await rawBytes(reference, tensorName));
    }
  },
);

test('views share their storage, and only those in row-major order may be used in place', async () => {
  const { tensors } = await openFixture('views.pt');
  const [whole, tail] = [tensors.get('whole'), tensors.get('tail')];
  expect(tail?.byteOffset).toBe((whole?.byteOffset ?? 0) + 6 * 4);
  const inPlace = [...tensors].filter(([, tensor]) => tensor.isContiguous).map(([name]) => name);
  expect(inPlace.sort()).toEqual(['tail', 'whole']);
});

test.each(refused)('%s is refused: %o', async (name) => {
  const error = await openingError(await readFixture(name));
  expect(error.code).toMatch(/^checkpoint-(invalid|unsupported)$/);
  expect(error.hint).toBeTruthy();
});

test.each([
  ['legacy.pt', 'checkpoint-unsupported', /before 1\.6/, /torch\.save\(torch\.load/],
  [
    'whole_module.pt',
    'checkpoint-unsupported',
    /"torch\.nn\.modules\.linear\.Linear"/,
    /state_dict/,
  ],
  ['evil.pt', 'checkpoint-unsupported', /"posix\.system".*Nothing was run/, /do not trust/],
  ['huge.safetensors', 'checkpoint-invalid', /1099511627776 elements/, /damaged/],
  ['header.safetensors', 'checkpoint-invalid', /header would take/, /cut short/],
  ['overlap.safetensors', 'checkpoint-invalid', /"b" overlaps another/, /damaged/],
] as const)(
  '%s: the message says what is wrong and what to do',
  async (name, code, message, hint) => {
    const error = await openingError(await readFixture(name));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.hint).toMatch(hint);
  },
);

test('messages start with the name of the file', async () => {
  await expect(openFixture('legacy.pt')).rejects.toThrow(/^legacy\.pt: The checkpoint is in/);
});

test('the format is known by content, not by name', async () => {
  const zip = new File([await readFixture('model.pt')], 'model.safetensors');
  const json = new File([await readFixture('model.safetensors')], 'model.pt');
  expect((await openCheckpoint(zip)).format).toBe('pytorch');
  expect((await openCheckpoint(json)).format).toBe('safetensors');
});

test.each([
  ['an empty file', '', 'checkpoint-invalid', /empty/],
  ['one byte', 'P', 'checkpoint-unsupported', /neither/],
  ['a web page', '<!DOCTYPE html><html>', 'checkpoint-unsupported', /web page/],
  ['an LFS pointer', 'version https://git-lfs.github.com/spec/v1', 'checkpoint-unsupported', /LFS/],
  ['another model format', 'GGUF\u0003\0\0\0', 'checkpoint-unsupported', /GGUF/],
])('%s is told apart', async (_, content, code, message) => {
  const error = await openingError(content);
  expect(error.code).toBe(code);
  expect(error.message).toMatch(message);
});
