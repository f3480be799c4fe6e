import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Size } from '../../../src/core/geometry.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { emptyRle } from '../../../src/core/rle.ts';
import { NearestResizer } from '../../../src/core/nearest-resizer.ts';
import { splitIds } from '../../../src/formats/id-plane.ts';
import { readIndexPng } from '../../../src/formats/png-reader.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import type { ExportProgress } from '../../../src/protocol/export-api.ts';
import type { FrameMask } from '../../../src/protocol/media-api.ts';
import type { ResultSequence, ResultsRequest } from '../../../src/protocol/results-request.ts';
import { boxMask, FakeMediaPort } from '../../helpers/export-fakes.ts';
import { DOWNLOAD, exporterFor } from '../../helpers/export-worker.ts';
import { MemoryExportFiles } from '../../helpers/memory-export-files.ts';
import { importMasksOf, openTruth, visorClip } from '../../helpers/open-truth.ts';
import { filesBelow } from '../../helpers/visor-goldens.ts';

const GOLDENS = join(import.meta.dirname, '../../fixtures/visor');
const VISOR: Size = { width: 854, height: 480 };

type Results = 'exportVisorSubmission' | 'exportDavisResults';

interface Exporting {
  readonly sequences: readonly ResultSequence[];
  readonly masks: readonly FrameMask[];
  readonly onProgress?: (progress: ExportProgress) => void;
}

function requestOf(sequences: readonly ResultSequence[]): ResultsRequest {
  return { fileName: 'val.zip', sequences, createdAt: '2026-11-23T08:00:00Z' };
}

async function exported(how: Results, { sequences, masks, onProgress = () => {} }: Exporting) {
  const exporter = await exporterFor(new FakeMediaPort(masks));
  const { file, ...rest } = await exporter[how](requestOf(sequences), DOWNLOAD, onProgress);
  return { ...rest, file: file ?? new File([], 'none') };
}

/** Text of the only file in a zip. */
async function onlyText(zip: Blob): Promise<string> {
  const entries = await listZip(zip);
  expect(entries.map(({ path }) => path)).toEqual(['val.json']);
  return new TextDecoder().decode(await entries[0]?.read(1 << 24));
}

/** A plane at another size, each pixel from the one that nearest neighbour takes for it again. */
function enlarged(ids: Uint8Array, factor: number): Uint8Array {
  const to = { width: VISOR.width * factor, height: VISOR.height * factor };
  const target = new Uint8Array(to.width * to.height);
  new NearestResizer(VISOR, to).resize(ids, target);
  return target;
}

interface Golden {
  readonly sequences: readonly ResultSequence[];
  readonly masks: readonly FrameMask[];
  readonly planes: ReadonlyMap<string, Uint8Array>;
}

/** The predictions of the challenge's goldens as the decode worker would hold them. */
async function golden(factor: number): Promise<Golden> {
  const root = join(GOLDENS, 'input/predictions');
  const mapping = JSON.parse(
    readFileSync(join(GOLDENS, 'expected/val_keep1/VISOR_2022/val_data_mapping.json'), 'utf8'),
  ) as Record<string, Record<string, string>>;
  const sequences = new Map<string, ResultSequence>();
  const masks: FrameMask[] = [];
  const planes = new Map<string, Uint8Array>();
  const size = { width: VISOR.width * factor, height: VISOR.height * factor };
  for (const [at, path] of filesBelow(root).entries()) {
    const [name = '', file = ''] = path.split('/');
    const [stem, frame] = [file.replace('.png', ''), frameIndex(at)];
    const png = new Uint8Array(readFileSync(join(root, path)));
    const { ids } = await readIndexPng(png, { maxPixels: 1 << 24 });
    planes.set(`${name}/${stem}`, ids);
    for (const [truthId, mask] of splitIds(enlarged(ids, factor), size)) {
      masks.push({ objectId: objectId(40 - truthId), frame, mask });
    }
    const objects = Object.entries(mapping[name] ?? {}).map(([id, entity]) => ({
      truthId: Number(id),
      objectId: objectId(40 - Number(id)),
      name: entity,
    }));
    const before = sequences.get(name)?.frames ?? [];
    sequences.set(name, { name, size: VISOR, objects, frames: [{ stem, frame }, ...before] });
  }
  return { sequences: [...sequences.values()].toReversed(), masks, planes };
}

describe('a submission to VISOR’s challenge', () => {
  test.each([1, 2, 3])(
    'is the official file byte for byte, from masks at %i times its size',
    async (factor) => {
      const { sequences, masks } = await golden(factor);
      const done: number[] = [];
      const onProgress = ({ framesDone }: ExportProgress) => void done.push(framesDone);
      const { file, frames } = await exported('exportVisorSubmission', {
        sequences,
        masks,
        onProgress,
      });
      const expected = readFileSync(join(GOLDENS, 'expected/submission_val.json'), 'utf8');
      expect((await onlyText(file)) === expected).toBe(true);
      expect(frames).toBe(done.length);
      expect(done).toEqual(done.map((_, at) => at + 1));
    },
  );

  test('reads back as ground truth and as masks with the same pixels', async () => {
    const { sequences, masks, planes } = await golden(1);
    const names = sequences.map(({ name }) => name).filter((name) => name.startsWith('P01_107'));
    const { file } = await exported('exportVisorSubmission', {
      sequences: sequences.filter(({ name }) => names.includes(name)),
      masks,
    });
    const frameNames = [...planes.keys()]
      .filter((key) => key.startsWith('P01_107'))
      .map((key) => `${key.slice(key.indexOf('/') + 1)}.jpg`);
    const video = visorClip({
      ...VISOR,
      name: 'P01_107',
      kind: 'frames',
      frameNames,
      frameCount: frameNames.length,
    });
    const [truths, imports] = [new FakeMediaPort(), new FakeMediaPort()];
    const files = { 'val.zip': file };
    const outcome = await openTruth({ files, video, media: truths, rule: 'all-frames' });
    const imported = await importMasksOf({ content: file, video, media: imports });
    let compared = 0;
    for (const { name, frames, objects } of outcome.sequences) {
      const ids = sequences.find((one) => one.name === name)?.objects ?? [];
      for (const { stem, frame } of frames) {
        const masksOf = splitIds(planes.get(`${name}/${stem}`) ?? new Uint8Array(0), VISOR);
        const truth = await truths.truthMasks(name, frame);
        for (const object of objects) {
          const id = ids.find((one) => one.name === object.name)?.truthId ?? 0;
          const expected = masksOf.get(id);
          const read = truth.find(({ truthId }) => truthId === object.truthId)?.mask;
          expect(read, `${stem} ${object.name}`).toEqual(expected);
          const put = imported.objects.find(
            (one) => one.name === object.name || one.name === `${object.name} · ${name.slice(8)}`,
          );
          const own = put && (await imports.maskOf(put.id, frame));
          expect(own, `${stem} ${object.name}`).toEqual(expected ?? emptyRle(854, 480));
          compared++;
        }
        expect(truth).toHaveLength(masksOf.size);
      }
    }
    expect(compared).toBeGreaterThan(3);
  });

  test('has every frame, also those without a mask; the lower truth id keeps shared pixels', async () => {
    const sequence: ResultSequence = {
      name: 'P01_107_seq_00001',
      size: VISOR,
      frames: [
        { stem: 'P01_107_frame_0000000009', frame: frameIndex(8) },
        { stem: 'P01_107_frame_0000000001', frame: frameIndex(0) },
      ],
      objects: [
        { truthId: 1, objectId: objectId(2), name: 'mug' },
        { truthId: 2, objectId: objectId(1), name: 'plate' },
        { truthId: 3, name: 'never assigned' },
      ],
    };
    const mask = boxMask(VISOR, [10, 10, 20, 20]);
    const masks = [1, 2, 9].map((id) => ({ objectId: objectId(id), frame: frameIndex(0), mask }));
    const { file } = await exported('exportVisorSubmission', { sequences: [sequence], masks });
    const { video_annotations: frames } = JSON.parse(await onlyText(file)) as {
      video_annotations: readonly { image: { name: string }; annotations: readonly object[] }[];
    };
    expect(frames.map(({ image, annotations }) => [image.name.slice(-6), annotations])).toEqual([
      [
        '01.png',
        [
          {
            name: 'mug',
            segments: [
              [
                [10, 10],
                [10, 19],
                [19, 19],
                [19, 10],
              ],
            ],
          },
        ],
      ],
      ['09.png', []],
    ]);
  });

  test.each([
    ['another data set’s sequence', 'bear', 'mug', /“bear” is no sequence of VISOR/],
    ['an object without a name', 'P01_107_seq_00001', 'Object 4', /“Object 4” of “P01_107_/],
  ])('of %s is refused before a file is opened', async (_name, sequence, object, message) => {
    const files = new MemoryExportFiles();
    const exporter = await exporterFor(new FakeMediaPort(), { files });
    const objects = [{ truthId: 4, objectId: objectId(1), name: object }];
    const request = requestOf([{ name: sequence, size: VISOR, frames: [], objects }]);
    const exporting = exporter.exportVisorSubmission(request, DOWNLOAD, () => {});
    await expect(exporting).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(/\S/),
    });
    expect(files.sinks).toEqual([]);
  });
});

describe('results for DAVIS’s evaluator', () => {
  const [large, small]: Size[] = [
    { width: 24, height: 16 },
    { width: 12, height: 8 },
  ];
  const sequence = (name: string, size: Size, frames: number): ResultSequence => ({
    name,
    size,
    frames: Array.from({ length: frames }, (_, at) => ({
      stem: `0000${at}`,
      frame: frameIndex(at),
    })),
    objects: [
      { truthId: 1, objectId: objectId(7), name: 'Object 1' },
      { truthId: 5, objectId: objectId(3), name: 'Object 5' },
      { truthId: 6, name: 'Object 6' },
    ],
  });
  const masks: FrameMask[] = [
    { objectId: objectId(7), frame: frameIndex(0), mask: boxMask(large ?? VISOR, [0, 0, 8, 8]) },
    { objectId: objectId(3), frame: frameIndex(0), mask: boxMask(large ?? VISOR, [4, 4, 12, 12]) },
    { objectId: objectId(9), frame: frameIndex(0), mask: boxMask(large ?? VISOR, [0, 0, 24, 16]) },
    { objectId: objectId(3), frame: frameIndex(1), mask: boxMask(large ?? VISOR, [0, 0, 2, 2]) },
  ];

  test('hold truth ids at the truth’s size, the lowest on top, and every frame', async () => {
    const { file, frames } = await exported('exportDavisResults', {
      sequences: [sequence('camel', small ?? VISOR, 3), sequence('bear', large ?? VISOR, 2)],
      masks,
    });
    expect(frames).toBe(5);
    const entries = await listZip(file);
    expect(entries.map(({ path }) => path)).toEqual([
      'bear/00000.png',
      'bear/00001.png',
      'camel/00000.png',
      'camel/00001.png',
      'camel/00002.png',
    ]);
    const read = await Promise.all(
      entries.map(async (entry) => {
        const { width, ids } = await readIndexPng(await entry.read(1 << 20), { maxPixels: 384 });
        const counts = [1, 5, 6, 7, 9].map((id) => ids.filter((value) => value === id).length);
        return [width, ...counts];
      }),
    );
    expect(read).toEqual([
      [24, 64, 48, 0, 0, 0],
      [24, 0, 4, 0, 0, 0],
      [12, 16, 12, 0, 0, 0],
      [12, 0, 1, 0, 0, 0],
      [12, 0, 0, 0, 0, 0],
    ]);
  });

  test('read back as ground truth', async () => {
    const { file } = await exported('exportDavisResults', {
      sequences: [sequence('bear', large ?? VISOR, 2)],
      masks,
    });
    const video = visorClip({ ...large, name: 'bear.mp4', frameCount: 2 });
    const { sequences } = await openTruth({ files: { 'results.zip': file }, video });
    expect(sequences[0]?.frames).toEqual([
      { stem: '00000', frame: 0, truthIds: [1, 5] },
      { stem: '00001', frame: 1, truthIds: [5] },
    ]);
  });

  test('leave no file when cancelled', async () => {
    const files = new MemoryExportFiles();
    const exporter = await exporterFor(new FakeMediaPort(masks), { files });
    const request = requestOf([sequence('bear', large ?? VISOR, 5)]);
    const exporting = exporter.exportDavisResults(request, DOWNLOAD, ({ framesDone }) => {
      if (framesDone === 2) void exporter.cancel();
    });
    await expect(exporting).rejects.toHaveProperty('name', 'AbortError');
    expect(files.sinks.map(({ state }) => state)).toEqual(['aborted']);
  });
});

test('score files are the texts in one zip', async () => {
  const exporter = await exporterFor(new FakeMediaPort());
  const files = [
    { name: 'global_results-val.csv', text: 'J&F-Mean\n0.864\n' },
    { name: 'scores/report.json', text: '{"é": "蘆"}' },
  ];
  const request = { fileName: 'scores.zip', files, createdAt: '2026-11-23T08:00:00Z' };
  const outcome = await exporter.exportScoreFiles(request, DOWNLOAD, () => {});
  expect(outcome.frames).toBe(0);
  expect(outcome.file?.name).toBe('scores.zip');
  const entries = await listZip(outcome.file ?? new Blob());
  const texts = await Promise.all(
    entries.map(async (entry) => ({
      name: entry.path,
      text: new TextDecoder().decode(await entry.read(1 << 16)),
    })),
  );
  expect(texts).toEqual(files);
});
