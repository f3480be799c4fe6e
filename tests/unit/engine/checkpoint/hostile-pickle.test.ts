import { expect, test } from 'vitest';
import { openCheckpoint } from '../../../../src/engine/checkpoint/checkpoint.ts';
import { CHECKPOINT_LIMITS } from '../../../../src/engine/checkpoint/limits.ts';
import { readPickle } from '../../../../src/engine/checkpoint/pickle-reader.ts';
import { buildZip, concat, materialise } from './archive-builder.ts';
import { openingError } from './checkpoint-fixtures.ts';
import {
  archiveEntries,
  call,
  dict,
  global,
  int,
  op,
  pickle,
  stateDict,
  storage,
  tensor,
  text,
  torchFile,
  tuple,
  type BuiltTensor,
  type Code,
} from './pickle-builder.ts';

const RECORDS = { 0: new Uint8Array(64) };
const WEIGHT: BuiltTensor = { elements: 16, shape: [4, 4], strides: [4, 1] };

function withExtra(extra: Code): Uint8Array<ArrayBuffer> {
  const model = [text('model'), stateDict({ weight: WEIGHT })] as const;
  return torchFile(dict(model, [text('extra'), extra]), RECORDS);
}

test.each([
  ['os', 'system'],
  ['builtins', 'eval'],
  ['builtins', 'getattr'],
  ['__builtin__', 'exec'],
  ['subprocess', 'Popen'],
  ['torch', 'load'],
  ['torch.nn.modules.module', 'Module'],
  ['collections', '__dict__'],
  ['', ''],
  ['torch', 'constructor'],
  ['torch', '__proto__'],
  ['builtins', 'toString'],
])('%s.%s is refused by name, in any place and whether called or not', async (module, name) => {
  const named = global(module, name);
  const byStack = concat([text(module), text(name), op('\x93')]);
  for (const extra of [named, byStack, call(named, text('echo'))]) {
    const error = await openingError(withExtra(extra));
    expect(error.code).toBe('checkpoint-unsupported');
    expect(error.message).toContain(`"${module}.${name}"`);
  }
});

test('a name of megabytes does not make a message of megabytes', async () => {
  const error = await openingError(withExtra(global('a'.repeat(1e6), 'b')));
  expect(error.message.length).toBeLessThan(400);
});

test.each<[string, Code]>([
  ['a set', call(global('__builtin__', 'set'), concat([op(']('), int(1), op('e')]))],
  [
    'a defaultdict',
    concat([
      call(global('collections', 'defaultdict'), global('builtins', 'float')),
      op('('),
      text('a'),
      int(1),
      op('u'),
    ]),
  ],
  [
    'a numpy scalar',
    call(
      global('numpy.core.multiarray', 'scalar'),
      concat([call(global('numpy', 'dtype'), text('f8')), op('('), int(3), op('tb')]),
      op('C\x02ab'),
    ),
  ],
  [
    'a dtype and a device',
    tuple(global('torch', 'float16'), call(global('torch', 'device'), text('cpu'))),
  ],
  ['a large integer', op(`\x8a\x09${'\xff'.repeat(9)}`)],
  ['a size', call(global('torch', 'Size'), tuple(int(1)))],
  ['protocol 4’s sets', concat([op('\x8f('), int(1), op('\x90')])],
  ['protocol 4’s object', concat([global('collections', 'Counter'), op(')\x81')])],
  ['bytes of protocol 5', op('\x96\x03\0\0\0\0\0\0\0abc')],
  ['a recursive list', op('](h\x00e'.replace('(h', 'q\x00(h'))],
])('what trainers save beside the weights is read over: %s', async (_, extra) => {
  const checkpoint = await openCheckpoint(new Blob([withExtra(extra)]));
  expect([...checkpoint.tensors.keys()]).toEqual(['weight']);
});

test('protocols 2 to 5 open, later ones do not', async () => {
  const file = (protocol: number) =>
    new Blob([
      materialise(
        buildZip(archiveEntries(pickle(stateDict({ weight: WEIGHT }), protocol), RECORDS)),
      ),
    ]);
  for (const protocol of [2, 3, 4, 5]) {
    expect((await openCheckpoint(file(protocol))).tensors.size).toBe(1);
  }
  expect((await openingError(file(6))).message).toMatch(/protocol 6/);
});

test('protocol 4’s frames, short strings and automatic memo are read', () => {
  const value = readPickle(
    op(
      '\x80\x04\x95\x20\0\0\0\0\0\0\0]\x94(\x8c\x02hi\x94K\x07N\x88\x89G\x3f\xf8\0\0\0\0\0\0h\x01e.',
    ),
  );
  expect(value).toEqual({ kind: 'list', items: ['hi', 7, undefined, true, false, 1.5, 'hi'] });
});

test('integers of each width are read', () => {
  const value = readPickle(
    op(
      '\x80\x02(K\xffM\xff\xffJ\xff\xff\xff\xff\x8a\x01\x80\x8a\x00\x8a\x05\0\0\0\0\x01\x8b\x02\0\0\0\xfe\xfft.',
    ),
  );
  expect(value).toEqual({
    kind: 'tuple',
    items: [255, 65_535, -1, -128, 0, 2 ** 32, -2],
  });
});

test.each<[string, Partial<BuiltTensor>, RegExp]>([
  ['elements beyond its storage', { shape: [4, 5] }, /needs 68 bytes of a storage of 64/],
  ['an offset beyond its storage', { offset: 13 }, /needs 116 bytes/],
  ['strides beyond its storage', { strides: [4, 2] }, /needs 76 bytes/],
  ['2^40 elements', { shape: [2 ** 20, 2 ** 20] }, /1099511627776 elements/],
  [
    '2^40 elements, all the same one',
    { shape: [2 ** 20, 2 ** 20], strides: [0, 0] },
    /1099511627776/,
  ],
  [
    'a count that overflows',
    { shape: Array(40).fill(2 ** 30), strides: Array(40).fill(0) },
    /Infinity elements/,
  ],
  ['more strides than dimensions', { strides: [4, 1, 1] }, /bad shape/],
  ['too many dimensions', { shape: Array(65).fill(1), strides: Array(65).fill(1) }, /bad shape/],
  ['a storage larger than its record', { elements: 17 }, /64 bytes where 68/],
  ['a storage of 2^62 bytes', { elements: 2 ** 53 - 1 }, /64 bytes where/],
  ['no such record', { key: '7' }, /lacks its record/],
  ['a record outside data', { key: '../data.pkl' }, /lacks its record/],
])('a tensor with %s is refused', async (_, changed, message) => {
  const error = await openingError(torchFile(stateDict({ w: { ...WEIGHT, ...changed } }), RECORDS));
  expect(error.code).toBe('checkpoint-invalid');
  expect(error.message).toMatch(message);
});

test('a view that repeats one element too often is refused when it is read, by name', async () => {
  const built = { ...WEIGHT, shape: [4096, 4096], strides: [0, 0] };
  const checkpoint = await openCheckpoint(
    new Blob([torchFile(stateDict({ big: built }), RECORDS)]),
  );
  await expect(checkpoint.readFloat32('big')).rejects.toMatchObject({
    code: 'checkpoint-unsupported',
    message: expect.stringContaining('"big"') as string,
  });
});

const DEEP = 300_000;

test.each<[string, Code]>([
  ['dictionaries', op('}'.repeat(DEEP))],
  ['tuples', op(`(${')'.repeat(DEEP)}t`)],
  ['nested tuples', op(`)${'\x85'.repeat(DEEP)}`)],
  ['marks', op('('.repeat(DEEP))],
  ['values on the stack', op(`(${'N'.repeat(DEEP)}t`)],
  ['memo entries', op(`N${'\x94'.repeat(DEEP)}`)],
  ['doubling tuples', op(`)${'q\0h\0h\0\x86'.repeat(DEEP / 6)}${'0'.repeat(DEEP)}`)],
])('a bomb of %s goes off in the reader, not in memory', async (_, extra) => {
  expect(DEEP).toBeGreaterThan(CHECKPOINT_LIMITS.pickleObjects);
  const before = performance.now();
  const error = await openingError(withExtra(extra));
  expect(error.code).toMatch(/^checkpoint-/);
  expect(performance.now() - before).toBeLessThan(2000);
});

test('what a mark gave back no longer counts as held: long lists are read', async () => {
  const batch = op(`(${'K\x01'.repeat(1000)}e`);
  const longList = concat([op(']'), ...Array.from({ length: 300 }, () => batch)]);
  const checkpoint = await openCheckpoint(new Blob([withExtra(longList)]));
  expect(checkpoint.tensors.size).toBe(1);
});

test('tuples that share their parts are not unfolded', async () => {
  const shared = op(`)${'q\0h\0h\0\x86'.repeat(1000)}`);
  const checkpoint = await openCheckpoint(new Blob([withExtra(shared)]));
  expect(checkpoint.tensors.size).toBe(1);
});

test.each<[string, Code]>([
  ['nothing', op('')],
  ['pop of nothing', op('0')],
  ['tuple without mark', op('t')],
  ['item of nothing', op('s')],
  ['append to a number', op('K\x01K\x02a')],
  ['item of a number', op('K\x01K\x02K\x03s')],
  ['half an item', op('}(K\x01u')],
  ['memo never put', op('h\x05')],
  ['call of a number', op('K\x01)R')],
  ['call of a tensor', concat([tensor(WEIGHT), op(')R')])],
  ['call without tuple', concat([global('torch', 'Size'), op('K\x01R')])],
  ['persistent id of a number', op('K\x01Q')],
  ['storage without class', concat([tuple(text('storage'), int(1)), op('Q')])],
  [
    'storage of negative size',
    concat([
      tuple(
        text('storage'),
        global('torch', 'FloatStorage'),
        text('0'),
        text('cpu'),
        op('J\xff\xff\xff\xff'),
      ),
      op('Q'),
    ]),
  ],
  ['tensor of a number', call(global('torch._utils', '_rebuild_tensor_v2'), int(1))],
  [
    'tensor with a text as shape',
    call(
      global('torch._utils', '_rebuild_tensor_v2'),
      storage('0', 'FloatStorage', 4),
      int(0),
      text('a'),
      tuple(),
    ),
  ],
  ['parameter of a number', call(global('torch._utils', '_rebuild_parameter'), int(1))],
  ['class named by numbers', op('K\x01K\x02\x93')],
  ['a dictionary with contents', call(global('collections', 'OrderedDict'), op(']'))],
  ['text that is not UTF-8', op('X\x02\0\0\0\xff\xff')],
  ['text longer than the file', op('X\xff\xff\xff\x7fa')],
  ['text of 2^63 bytes', op('\x8d\xff\xff\xff\xff\xff\xff\xff\x7fa')],
  ['name without end', op('cos')],
])('a malformed pickle is invalid: %s', async (_, value) => {
  const error = await openingError(torchFile(value, RECORDS));
  expect(error.code).toBe('checkpoint-invalid');
});

test.each<[string, Code]>([
  ['an instance by name', op('(ios\nsystem\n')],
  ['an object by class', op('(o')],
  ['an extension code', op('\x82\x01')],
  ['a buffer from outside', op('\x97')],
  ['a text number', op('I42\n')],
  ['a persistent id as text', op('P0\n')],
  ['no instruction at all', op('\xff')],
])('an instruction that torch.save never writes is refused: %s', async (_, value) => {
  const error = await openingError(torchFile(value, RECORDS));
  expect(error.code).toBe('checkpoint-unsupported');
  expect(error.message).toMatch(/instruction 0x/);
});

test('changing a tensor after it is made is refused', async () => {
  const changed = concat([tensor(WEIGHT), op('}b')]);
  const error = await openingError(torchFile(dict([text('w'), changed]), RECORDS));
  expect(error.message).toMatch(/changes a tensor/);
});

test.each<[string, Code]>([
  ['a list', op(']')],
  ['None', op('N')],
  ['an empty dictionary', op('}')],
  ['a model without tensors', dict([text('model'), dict([text('a'), int(1)])])],
])('%s is not a checkpoint', async (_, value) => {
  const error = await openingError(torchFile(value, RECORDS));
  expect(error.code).toBe('checkpoint-unsupported');
  expect(error.message).toMatch(/no dictionary of weights/);
});
