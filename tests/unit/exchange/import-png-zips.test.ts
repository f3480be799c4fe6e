import { encode } from 'fast-png';
import { describe, expect, test } from 'vitest';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { emptyRle } from '../../../src/core/rle.ts';
import type { ClipExporter } from '../../../src/exchange/clip-exporter.ts';
import { IndexedPngWriter } from '../../../src/formats/png-writer.ts';
import type { ExportProgress } from '../../../src/protocol/export-api.ts';
import { buildMasks, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { exported, importInto, zip } from '../../helpers/import-lab.ts';

const SIZE = { width: 24, height: 16 };

async function png(paint: (x: number, y: number) => number, size = SIZE): Promise<Uint8Array> {
  const ids = Uint8Array.from({ length: size.width * size.height }, (_, i) =>
    paint(i % size.width, Math.floor(i / size.width)),
  );
  return new IndexedPngWriter(size).encode(ids);
}

/** A PNG as another program writes it: no mark of this studio. */
function foreignPng(ids: readonly number[], options: { depth?: 8; palette?: number[][] } = {}) {
  const data = Uint8Array.from({ length: 384 }, (_, i) => ids[i] ?? 0);
  return encode({ ...SIZE, data, channels: 1, depth: 8, ...options });
}

describe('PNG zips', () => {
  test('of this studio come back, overlaps won by the lower id, absent objects empty', async () => {
    const stage = new FakeMediaPort();
    const progress: number[] = [];
    const outcome = await importInto({
      file: await exported('png-zip'),
      stage,
      onProgress: ({ framesDone }) => progress.push(framesDone),
    });
    expect(outcome.objects).toEqual([
      { id: 1, name: 'Object 1', color: '#800000' },
      { id: 2, name: 'Object 2', color: '#008000' },
    ]);
    expect(outcome.prompts).toEqual([]);
    expect(outcome.notices).toEqual([]);
    expect(
      outcome.summaries.map(({ objectId, frame, areaPx }) => [frame, objectId, areaPx]),
    ).toEqual([
      [0, 1, 48],
      [0, 2, 0],
      [1, 1, 100],
      [1, 2, 209 - 25],
      [3, 1, 0],
      [3, 2, 0],
    ]);
    expect(outcome.summaries.every(({ origin }) => origin === 'imported')).toBe(true);
    expect(await stage.maskOf(objectId(1), frameIndex(1))).toEqual(buildMasks()[1]?.mask);
    expect(await stage.maskOf(objectId(2), frameIndex(3))).toEqual(emptyRle(24, 16));
    expect(progress).toEqual([1, 2, 3]);
  });

  test('are read twice when their masks are too many to keep, with the same outcome', async () => {
    const file = await exported('png-zip');
    const [kept, reread] = [new FakeMediaPort(), new FakeMediaPort()];
    const first = await importInto({ file, stage: kept });
    expect(await importInto({ file, stage: reread, retainedBytes: 0 })).toEqual(first);
    expect(reread.puts).toEqual(kept.puts);
  });

  test('with id 255: an object in this studio’s files, void in others’', async () => {
    const own = zip({ 'x/00000.png': await png((x) => (x < 3 ? 255 : 4)) });
    expect((await importInto({ file: own })).objects.map(({ id }) => id)).toEqual([4, 255]);
    const palette = [[0, 0, 0], [9, 8, 7], ...Array.from({ length: 254 }, () => [224, 224, 192])];
    const foreign = zip({ 'x/00000.png': foreignPng([1, 255], { palette }) });
    const outcome = await importInto({ file: foreign });
    expect(outcome.objects).toEqual([{ id: 1, name: 'Object 1', color: '#090807' }]);
    expect(outcome.notices).toEqual([expect.stringContaining('255 are void')]);
  });

  test('of black and white greyscale are binary masks of one object (DAVIS 2016)', async () => {
    const file = zip({ 'b/00000.png': foreignPng([255, 255]), 'b/00001.png': foreignPng([]) });
    const outcome = await importInto({ file });
    expect(outcome.objects).toEqual([{ id: 1, name: 'Object 1', color: '#800000' }]);
    expect(outcome.summaries.map(({ areaPx }) => areaPx)).toEqual([2, 0]);
    const ids = zip({ 'b/00000.png': foreignPng([255, 255]), 'b/00001.png': foreignPng([3]) });
    expect((await importInto({ file: ids })).objects.map(({ id }) => id)).toEqual([3]);
  });

  test('of a data set: the folder named like the clip is taken', async () => {
    const [wanted, other] = [await png(() => 1), await png(() => 2)];
    const file = zip({
      'DAVIS/Annotations/480p/bear/00000.png': other,
      'DAVIS/Annotations/480p/blackswan/00002.png': wanted,
    });
    const outcome = await importInto({ file });
    expect(outcome.summaries.map(({ frame, objectId }) => [frame, objectId])).toEqual([[2, 1]]);
    expect(outcome.notices).toEqual(['Of 2 sequences, only “blackswan” was imported.']);
    const neither = zip({ 'bear/00000.png': other, 'cow/00000.png': other });
    await expect(importInto({ file: neither })).rejects.toThrow(/2 sequences \(“bear”, “cow”\)/);
  });

  test('lose files for frames that the clip has not, and say so', async () => {
    const image = await png((x) => (x === 5 ? 6 : 0));
    const file = zip({ 'a/00004.png': image, 'a/00005.png': image, 'a/notes.txt': image });
    const outcome = await importInto({ file });
    expect(outcome.summaries.map(({ frame, areaPx }) => [frame, areaPx])).toEqual([[4, 16]]);
    expect(outcome.notices).toEqual([expect.stringContaining('1 of 2 PNGs were left out')]);
  });

  test.each<[string, () => Promise<Blob>, RegExp]>([
    [
      'of another shape',
      async () => zip({ 'a/00000.png': await png(() => 1, { width: 9, height: 9 }) }),
      /a\/00000.png: A mask has 9 × 9 pixels; the open clip has 24 × 16, another shape/,
    ],
    [
      'with colours',
      async () =>
        zip({
          'a/00000.png': encode({
            ...SIZE,
            channels: 3,
            depth: 8,
            data: new Uint8Array(1152).fill(77),
          }),
        }),
      /true colours, and #4d4d4d at \(0, 0\) is not in the DAVIS palette/,
    ],
    ['without PNGs', async () => zip({ 'a/readme.txt': new Uint8Array(3) }), /holds no PNG/],
    [
      'with two PNGs for a frame',
      async () => zip({ 'a/1.png': await png(() => 1), 'a/frame_1.PNG': await png(() => 1) }),
      /both for frame 1/,
    ],
    [
      'for other frames',
      async () => zip({ 'a/00009.png': await png(() => 1) }),
      /named like a frame of “blackswan.mp4”/,
    ],
    [
      'whose last file is damaged',
      async () =>
        zip({
          'a/00000.png': await png(() => 1),
          'a/00001.png': (await png(() => 1)).slice(0, -20),
        }),
      /a\/00001.png: A PNG cannot be read/,
    ],
  ])('%s are refused and change nothing', async (_name, make, message) => {
    const stage = new FakeMediaPort();
    await expect(importInto({ file: await make(), stage })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\S/),
    });
    expect(stage.puts).toEqual([]);
  });

  test('change nothing when cancelled while they are read', async () => {
    const stage = new FakeMediaPort();
    const onProgress = (_: ExportProgress, exporter: ClipExporter) => void exporter.cancel();
    await expect(
      importInto({ file: await exported('png-zip'), stage, onProgress }),
    ).rejects.toHaveProperty('name', 'AbortError');
    expect(stage.puts).toEqual([]);
  });
});
