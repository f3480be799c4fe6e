import { expect, test } from 'vitest';
import { objectId } from '../../../../src/core/ids.ts';
import { compareCodePoints } from '../../../../src/formats/code-points.ts';
import { pythonJson } from '../../../../src/formats/python-json.ts';
import { entityNamesOf, readEntityNames } from '../../../../src/formats/visor/entity-names.ts';
import { readFrameMapping, readFrameTimes } from '../../../../src/formats/visor/frame-tables.ts';
import { isUnseenKitchen } from '../../../../src/core/unseen-kitchens.ts';
import {
  clockHz,
  findVideoName,
  parseFrameStem,
  videoOfSequence,
} from '../../../../src/formats/visor/visor-names.ts';
import { textFile } from '../../../helpers/visor-builders.ts';

test('names of frames, videos and sequences', () => {
  expect(parseFrameStem('P01_01_frame_0000000140')).toEqual({ video: 'P01_01', number: 140 });
  expect(parseFrameStem('P01_101_frame_0000000001')).toEqual({ video: 'P01_101', number: 1 });
  for (const stem of ['00000', 'frame_0000000140', 'P1_01_frame_0000000140', 'P01_01_frame_x']) {
    expect(parseFrameStem(stem)).toBeUndefined();
  }
  expect(findVideoName('videos/P01_107.MP4')).toBe('P01_107');
  expect(findVideoName('P01_1.mp4')).toBeUndefined();
  expect(videoOfSequence('P09_02_seq_00001')).toBe('P09_02');
  expect([clockHz('P01_01'), clockHz('P01_101')]).toEqual([60, 50]);
  expect(isUnseenKitchen('P09_02_seq_00001')).toBe(true);
  expect(isUnseenKitchen('P09_01_seq_00001')).toBe(false);
});

test('entity names, either way about', async () => {
  const expected = new Map([
    [
      'P01_107_seq_00001',
      new Map([
        [1, 'door'],
        [2, 'right hand'],
      ]),
    ],
  ]);
  for (const table of ['{"1": "door", "2": "right hand"}', '{"door": 1, "right hand": 2}']) {
    const file = textFile(`{"P01_107_seq_00001": ${table}}`);
    expect(await readEntityNames(file)).toEqual(expected);
  }
  const ids = new Map([['s', new Map([['door', objectId(1)]])]]);
  expect(entityNamesOf(ids)).toEqual(new Map([['s', new Map([[1, 'door']])]]));
});

test.each([
  ['{"s": {"1": "plate", "3": "plate"}}', '"s"["3"] gives “plate” the id 3, which has the id 1'],
  ['{"s": {"plate": 1, "cup": 1}}', 'gives the id 1 to “cup” and “plate”'],
  ['{"s": {"0": "plate"}}', 'must be named by an id from 1 to 255'],
  ['{"s": {"x": "plate"}}', 'must be named by an id'],
  ['{"s": {"plate": 256}}', 'must be from 1 to 255'],
  ['{"s": {"1": null}}', 'must be a text'],
  ['{"s": []}', 'must be an object'],
  ['{"s": {"1": "plate"}', 'ends too early'],
])('entity names %s are refused', async (text, message) => {
  await expect(readEntityNames(textFile(text))).rejects.toMatchObject({
    code: 'file-invalid',
    message: expect.stringContaining(message),
  });
});

test('the mapping to EPIC-KITCHENS’ frames', async () => {
  const text = '{"P01_01": {"P01_01_frame_0000000140.jpg": "frame_0000000138.jpg"}, "P01_02": {}}';
  expect(await readFrameMapping(textFile(text))).toEqual(
    new Map([
      ['P01_01', new Map([['P01_01_frame_0000000140', 'frame_0000000138']])],
      ['P01_02', new Map()],
    ]),
  );
  await expect(readFrameMapping(textFile('{"P01_01": {"a.jpg": 3}}'))).rejects.toThrow(
    '"P01_01"["a.jpg"] must be a text',
  );
});

test('the table of times', async () => {
  const text = '{"info": "x", "timestamps": {"P26_02_frame_0000003555.jpg": 59.2333}}';
  const times = await readFrameTimes(textFile(text));
  expect(times).toEqual(new Map([['P26_02_frame_0000003555', 59_233_300]]));
  await expect(readFrameTimes(textFile('{"timestamps": {"a": -1}}'))).rejects.toThrow('from 0 to');
});

test('texts by code point, as Python sorts', () => {
  const sorted = ['', 'A', 'Z', 'a', 'aa', 'b', 'ß', '\uE000', '\uFFFD', '\u{1F35E}', '\u{1F35E}a'];
  expect([...sorted].reverse().sort(compareCodePoints)).toEqual(sorted);
});

test('JSON as Python writes it', () => {
  const value = { a: [1, -2, []], 'ä"\\\n\u007f': '\u{1F35E}', b: {} };
  expect(pythonJson(value)).toBe(
    '{"a": [1, -2, []], "\\u00e4\\"\\\\\\n\\u007f": "\\ud83c\\udf5e", "b": {}}',
  );
});
