import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonMembers, type JsonMember } from '../../../src/formats/json-members.ts';

const STREAMED = new Set(['items']);

function readAll(pieces: Iterable<string>): JsonMember[] {
  const document = new JsonMembers(STREAMED);
  const members: JsonMember[] = [];
  for (const piece of pieces) members.push(...document.push(piece));
  document.finish();
  return members;
}

/** Cuts `text` after the given numbers of characters, over and over. */
function* cut(text: string, lengths: readonly number[]): Generator<string> {
  for (let at = 0, turn = 0; at < text.length; turn++) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield text.slice(at, at + length);
    at += length;
  }
}

const cuts = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 });

test('any document, cut anywhere, gives what JSON.parse gives', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 })),
      fc.array(fc.jsonValue({ maxDepth: 3 })),
      fc.constantFrom(0, 1, '\t'),
      cuts,
      (others, items, indent, lengths) => {
        const text = JSON.stringify({ ...others, items }, undefined, indent);
        const read: Record<string, unknown> = Object.create(null);
        const readItems: unknown[] = [];
        for (const { key, index, value } of readAll(cut(text, lengths))) {
          if (index === undefined) read[key] = value;
          else expect(readItems.push(value)).toBe(index + 1);
        }
        const expected: Record<string, unknown> = JSON.parse(text);
        expect(readItems).toEqual(expected['items']);
        expect({ ...read, items: readItems }).toEqual({ ...expected });
      },
    ),
    { numRuns: 300 },
  );
});

test('a streamed name whose value is no array comes whole', () => {
  expect(readAll(['{"items": {"a": [1]}, "other": []}'])).toEqual([
    { key: 'items', value: { a: [1] } },
    { key: 'other', value: [] },
  ]);
});

test('knows which members there are, also when an array is empty', () => {
  const document = new JsonMembers(STREAMED);
  expect([...document.push('{"items": []}')]).toEqual([]);
  document.finish();
  expect([document.has('items'), document.has('other')]).toEqual([true, false]);
});

const deep = '['.repeat(40) + ']'.repeat(40);

test.each([
  ['nothing', '', 'ends too early'],
  ['an array', '[]', '"["'],
  ['cut in a string', '{"a": "b', 'ends too early, in a'],
  ['cut in a streamed array', '{"items": [1, 2', 'ends too early, in items[1]'],
  ['cut before the end', '{"a": 1', 'ends too early'],
  ['NaN', '{"items": [NaN]}', 'items[0] is not valid JSON'],
  ['a bare word', '{"a": yes}', 'a is not valid JSON'],
  ['a comma too many', '{"items": [1,]}', 'items[1]'],
  ['a last comma', '{"a": 1,}', '"}"'],
  ['no colon', '{"a" 1}', '"1" is not expected in a'],
  ['no comma', '{"a": 1 "b": 2}', 'not expected in a'],
  ['mixed brackets', '{"a": [1}}', 'a is not valid JSON'],
  ['a bad escape in a key', '{"\\x": 1}', 'not valid JSON'],
  ['a key without quotes', '{a: 1}', '"a" is not expected'],
  ['text after the end', '{} {}', '"{" is not expected'],
  ['a name twice', '{"a": 1, "a": 2}', '"a" twice'],
  ['40 levels', `{"a": ${deep}}`, 'nested more than 16 deep'],
  ['40 levels in an item', `{"items": [${deep}]}`, 'items[0] is nested more than 16 deep'],
])('%s ends in file-invalid', (_name, text, message) => {
  for (const pieces of [[text], text]) {
    expect(() => readAll(pieces)).toThrowError(
      expect.objectContaining({
        code: 'file-invalid',
        message: expect.stringContaining(message),
      }),
    );
  }
});

test('a value longer than any mask is refused while it comes in, not once it is there', () => {
  const document = new JsonMembers(STREAMED);
  const mebibyte = '0'.repeat(1 << 20);
  let fed = 0;
  expect(() => {
    expect([...document.push('{"items": ["')]).toEqual([]);
    for (; fed < 100; fed++) expect([...document.push(mebibyte)]).toEqual([]);
  }).toThrow('longer than');
  expect(fed).toBeLessThanOrEqual(64);
});
