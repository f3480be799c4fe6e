import { expect, test } from 'vitest';
import { rleArea } from '../../../src/core/rle.ts';
import { buildVideo, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { craftMask } from '../../helpers/mask-files.ts';
import { importMasksOf, visorClip } from '../../helpers/open-truth.ts';
import { buildAnnotation, buildFrame, square, visorText } from '../../helpers/visor-builders.ts';

const SIZE = { width: 4, height: 2 };
const mask = (samples: readonly number[]) => new Blob([craftMask({ ...SIZE, samples })]);
const clip = () => buildVideo({ name: 'bear.mp4', ...SIZE, frameCount: 4 });

test('a folder of PNGs is one import, each file a frame', async () => {
  const media = new FakeMediaPort();
  const outcome = await importMasksOf({
    content: mask([1, 1, 0, 0, 0, 0, 0, 0]),
    name: 'bear/00000.png',
    beside: { 'bear/00002.png': mask([0, 0, 2, 2, 0, 0, 0, 1]) },
    video: clip(),
    media,
  });
  expect(outcome.objects.map(({ id, name }) => [id, name])).toEqual([
    [1, 'Object 1'],
    [2, 'Object 2'],
  ]);
  const areas = media.puts.flat().map((put) => [put.frame, put.objectId, rleArea(put.mask)]);
  expect(areas).toEqual([
    [0, 1, 2],
    [0, 2, 0],
    [2, 1, 1],
    [2, 2, 2],
  ]);
});

test('a single PNG is a frame of masks', async () => {
  const outcome = await importMasksOf({
    content: mask([1, 1, 0, 0, 3, 0, 0, 0]),
    name: '00001.png',
    video: clip(),
  });
  expect(outcome.summaries.map(({ frame, objectId }) => [frame, objectId])).toEqual([
    [1, 1],
    [1, 3],
  ]);
});

test('VISOR annotations are placed by the table chosen with them', async () => {
  const content = visorText([
    buildFrame(11, { annotations: [buildAnnotation('mug', [square(9, 9)])] }),
  ]);
  const stem = 'P01_107_frame_0000000011';
  const mapping = JSON.stringify({ P01_107: { [`${stem}.jpg`]: 'frame_0000000006.jpg' } });
  const frameNames = Array.from({ length: 8 }, (_, at) => `frame_000000000${at + 1}.jpg`);
  const video = visorClip({ kind: 'frames', name: 'P01_107', frameCount: 8, frameNames });
  const outcome = await importMasksOf({
    content,
    name: 'P01_107.json',
    beside: { 'frame_mapping.json': mapping },
    video,
  });
  expect(outcome.summaries.map(({ frame }) => frame)).toEqual([5]);
});

test('a folder without masks says so by its name', async () => {
  const importing = importMasksOf({ content: 'x', name: 'notes.txt', beside: { 'more.txt': 'y' } });
  await expect(importing).rejects.toMatchObject({
    code: 'file-invalid',
    message: '“notes.txt” holds no PNG and no annotations.',
  });
});
