import { expect, test } from 'vitest';
import { surveyZip } from '../../../src/exchange/survey-zip.ts';
import { zipOf } from '../../helpers/open-truth.ts';

function survey(...paths: readonly string[]) {
  return surveyZip(zipOf(Object.fromEntries(paths.map((path) => [path, 'x']))));
}

test('a data set’s sequences are listed once each, at the resolution that is scored', async () => {
  const found = await survey(
    'DAVIS/JPEGImages/1080p/bear/00000.jpg',
    'DAVIS/JPEGImages/480p/bear/00000.jpg',
    'DAVIS/JPEGImages/480p/bear/00001.jpg',
    'DAVIS/JPEGImages/480p/ant/00000.jpg',
    'DAVIS/Annotations/480p/bear/00000.png',
    'DAVIS/ImageSets/2017/val.txt',
    '__MACOSX/DAVIS/JPEGImages/480p/bear/._00000.jpg',
  );
  expect(found).toEqual({
    pictures: [
      { folder: 'DAVIS/JPEGImages/480p/ant', sequence: 'ant', count: 1 },
      { folder: 'DAVIS/JPEGImages/480p/bear', sequence: 'bear', count: 2 },
    ],
    maskCount: 1,
  });
});

test('SA-V’s folders carry their rates', async () => {
  expect(
    await survey(
      'sav_val/JPEGImages_24fps/sav_1/00000.jpg',
      'sav_val/Annotations_6fps/sav_1/000/00000.png',
    ),
  ).toEqual({
    pictures: [{ folder: 'sav_val/JPEGImages_24fps/sav_1', sequence: 'sav_1', count: 1 }],
    maskCount: 1,
  });
});

test('a zip of frames has no data set’s layout; what is no zip is refused', async () => {
  expect(await survey('clip/0.jpg', 'clip/1.jpg')).toEqual({ pictures: [], maskCount: 0 });
  await expect(surveyZip(new Blob(['no zip at all']))).rejects.toMatchObject({
    code: 'file-invalid',
    hint: expect.stringMatching(/\S/),
  });
});
