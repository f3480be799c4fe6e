import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { stripWrapperPrefixes } from '../../../../src/engine/checkpoint/state-dict.ts';
import { concat } from './archive-builder.ts';
import { openingError } from './checkpoint-fixtures.ts';
import {
  call,
  dict,
  global,
  int,
  op,
  stateDict,
  tensor,
  text,
  torchFile,
  tuple,
  type Code,
} from './pickle-builder.ts';

const RECORDS = { 0: new Uint8Array(Float32Array.of(1, 2, 3, 4).buffer) };
/** The 16 bytes of record 0, without a type. */
const UNTYPED = concat([
  tuple(
    text('storage'),
    global('torch.storage', 'UntypedStorage'),
    text('0'),
    text('cpu'),
    int(16),
  ),
  op('Q'),
]);
const WEIGHT = { elements: 4, shape: [4], strides: [1] };

async function namesOf(value: Code): Promise<string[]> {
  const checkpoint = await openCheckpoint(new Blob([torchFile(value, RECORDS)]));
  return [...checkpoint.tensors.keys()];
}

test.each(['model', 'state_dict', 'model_state_dict'])(
  'finds the weights under %s',
  async (key) => {
    const value = dict(
      [text('best'), stateDict({ other: WEIGHT })],
      [text(key), stateDict({ w: WEIGHT })],
    );
    expect(await namesOf(value)).toEqual(['w']);
  },
);

test('a state dict with a tensor called "model" is a state dict', async () => {
  expect(await namesOf(stateDict({ model: WEIGHT, w: WEIGHT }))).toEqual(['model', 'w']);
});

test('entries that are no tensors, and the metadata of an OrderedDict, are left out', async () => {
  const ordered = concat([
    call(global('collections', 'OrderedDict')),
    op('('),
    text('w'),
    tensor(WEIGHT),
    text('steps'),
    int(4),
    int(3),
    tensor(WEIGHT),
    op('u'),
    dict([text('_metadata'), call(global('collections', 'OrderedDict'))]),
    op('b'),
  ]);
  expect(await namesOf(ordered)).toEqual(['w']);
});

test('a parameter is its tensor', async () => {
  const hooks = call(global('collections', 'OrderedDict'));
  const parameter = call(
    global('torch._utils', '_rebuild_parameter'),
    tensor(WEIGHT),
    op('\x88'),
    hooks,
  );
  const file = torchFile(dict([text('w'), parameter]), RECORDS);
  const checkpoint = await openCheckpoint(new Blob([file]));
  expect(await checkpoint.readFloat32('w')).toEqual(Float32Array.of(1, 2, 3, 4));
});

test('an untyped storage takes the tensor’s own type', async () => {
  const rebuilt = call(
    global('torch._utils', '_rebuild_tensor_v3'),
    UNTYPED,
    int(1),
    tuple(int(3)),
    tuple(int(1)),
    op('\x89'),
    op('N'),
    global('torch', 'uint16'),
  );
  const checkpoint = await openCheckpoint(
    new Blob([torchFile(dict([text('w'), rebuilt]), RECORDS)]),
  );
  expect(checkpoint.tensors.get('w')).toMatchObject({ dtype: 'uint16', shape: [3], byteLength: 6 });
  expect(await checkpoint.readFloat32('w')).toEqual(Float32Array.of(0x3f80, 0, 0x4000));
});

test('a tensor without a type is refused', async () => {
  const rebuilt = call(
    global('torch._utils', '_rebuild_tensor_v2'),
    UNTYPED,
    int(0),
    tuple(int(1)),
    tuple(int(1)),
  );
  const error = await openingError(torchFile(dict([text('w'), rebuilt]), RECORDS));
  expect(error.message).toMatch(/without a type/);
});

test.each([
  ['module.a.b', 'a.b'],
  ['_orig_mod.a.b', 'a.b'],
  ['module._orig_mod.a.b', 'a.b'],
  ['_orig_mod.module.a.b', 'a.b'],
  ['module.module.a', 'a'],
  ['image_encoder._orig_mod.trunk.x', 'image_encoder.trunk.x'],
  ['a.module.b', 'a.module.b'],
  ['modules.a', 'modules.a'],
  ['module', 'module'],
])('%s is called %s', (name, plainName) => {
  expect([...stripWrapperPrefixes(new Map([[name, 1]])).keys()]).toEqual([plainName]);
});

test('two names that become one are refused, not merged', async () => {
  const error = await openingError(
    torchFile(stateDict({ 'module.a': WEIGHT, a: WEIGHT }), RECORDS),
  );
  expect(error.code).toBe('checkpoint-invalid');
  expect(error.message).toMatch(/"a" twice/);
});

test('the stride of a dimension of length 1 does not matter', async () => {
  const row = { elements: 4, shape: [1, 4], strides: [99, 1] };
  const { tensors } = await openCheckpoint(new Blob([torchFile(stateDict({ row }), RECORDS)]));
  expect(tensors.get('row')).toMatchObject({ isContiguous: true, byteLength: 16 });
});
