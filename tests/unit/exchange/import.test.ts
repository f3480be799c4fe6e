import { describe, expect, test } from 'vitest';
import type { MaskSummary } from '../../../src/core/prompts.ts';
import { emptyRle } from '../../../src/core/rle.ts';
import type { ClipExporter } from '../../../src/exchange/clip-exporter.ts';
import type { ExportProgress, ImportOutcome } from '../../../src/protocol/export-api.ts';
import { craftZip } from '../../helpers/craft-zip.ts';
import {
  buildMasks,
  buildRequest,
  buildVideo,
  CLIP_SHA256,
  FakeMediaPort,
} from '../../helpers/export-fakes.ts';
import { DOWNLOAD, exporterFor } from '../../helpers/export-worker.ts';
import { exported, importInto } from '../../helpers/import-lab.ts';

const noProgress = () => {};
const PROJECT = { format: { kind: 'project' } } as const;

/** Masks as the stage takes them, each with what its summary says of it. */
function summarised(masks: readonly object[], summaries: readonly MaskSummary[]): object[] {
  expect(masks).toHaveLength(summaries.length);
  return masks.map((mask, i) => {
    const { areaPx: _areaPx, centroid: _centroid, ...said } = { ...summaries[i] };
    return { ...mask, ...said };
  });
}

/** The project after `change`, as a file. */
async function changedProject(change: (project: Record<string, never>) => void): Promise<Blob> {
  const project = JSON.parse(await (await exported('project')).text()) as Record<string, never>;
  change(project);
  return new Blob([JSON.stringify(project)]);
}

describe('project files', () => {
  test('bring masks, objects and prompts back as they were', async () => {
    const stage = new FakeMediaPort();
    const request = buildRequest();
    const outcome = await importInto({ file: await exported('project'), stage });
    expect(outcome.objects).toEqual(request.objects);
    expect(outcome.prompts).toEqual(request.prompts);
    expect(outcome.notices).toEqual([]);
    expect(outcome.summaries).toEqual([
      {
        objectId: 1,
        frame: 0,
        areaPx: 48,
        centroid: { x: 8, y: 7 },
        objectScoreLogit: 12.345678901234567,
        predictedIou: 0.987,
        origin: 'prompt',
      },
      { objectId: 1, frame: 1, areaPx: 100, centroid: { x: 5, y: 5 }, origin: 'imported' },
      {
        objectId: 2,
        frame: 1,
        areaPx: 209,
        centroid: { x: 14.5, y: 10.5 },
        origin: 'imported',
      },
      {
        objectId: 2,
        frame: 3,
        areaPx: 0,
        objectScoreLogit: -3.5,
        predictedIou: 0,
        direction: 'reverse',
        oppositeIou: 0.25,
        origin: 'tracked',
      },
    ]);
    const absent = { objectId: 2, frame: 3, mask: emptyRle(24, 16) };
    expect(stage.puts.flat()).toEqual(summarised([...buildMasks(), absent], outcome.summaries));
    // Masks that were there and are replaced say nothing of those in the file.
    expect(stage.putOptions).toEqual([{ isCorrection: true }]);
  });

  test('a mask of prompts that the file does not have is a mask like any other', async () => {
    const file = await changedProject((project) => Object.assign(project, { prompts: [] }));
    const { summaries } = await importInto({ file });
    expect(summaries.map(({ origin }) => origin)).toEqual([
      'imported',
      'imported',
      'imported',
      'tracked',
    ]);
  });

  test('exported again after the import they hold the same masks', async () => {
    const stage = new FakeMediaPort();
    const file = await exported('project');
    const { objects, prompts, summaries } = await importInto({ file, stage });
    const again = await (
      await exporterFor(stage)
    ).exportFile(buildRequest({ ...PROJECT, objects, prompts, summaries }), DOWNLOAD, noProgress);
    const [first, second] = [await file.text(), (await again.file?.text()) ?? ''];
    const withoutOrigin = (text: string) => text.replaceAll(/"origin":"\w+",/g, '');
    expect(withoutOrigin(second)).toBe(withoutOrigin(first));
  });

  test('are read twice when their masks are too many to keep, with the same outcome', async () => {
    const file = await exported('project');
    const [kept, reread] = [new FakeMediaPort(), new FakeMediaPort()];
    const first = await importInto({ file, stage: kept });
    const second = await importInto({ file, stage: reread, retainedBytes: 300 });
    expect(second).toEqual(first);
    expect(reread.puts).toEqual(kept.puts);
  });

  test('of another file with the same form are taken, with a notice', async () => {
    const file = await exported('project');
    const outcome = await importInto({ file, videoSha256: 'd'.repeat(64) });
    expect(outcome.notices).toEqual([expect.stringContaining('SHA-256 differs')]);
    expect(outcome.summaries).toHaveLength(4);
  });

  test('of a longer clip lose what lies past the end, and say so', async () => {
    const stage = new FakeMediaPort();
    const file = await exported('project');
    const outcome = await importInto({ file, stage, video: buildVideo({ frameCount: 1 }) });
    expect(outcome.notices).toEqual([
      expect.stringContaining('has 5 frames, the open clip 1'),
      '3 masks were left out: the open clip has no such frame.',
      '1 prompt was left out: the open clip has no such frame.',
    ]);
    expect(outcome.prompts.map((placed) => placed.frame)).toEqual([0]);
    const placed = buildMasks().slice(0, 1);
    expect(stage.puts.flat()).toEqual(summarised(placed, outcome.summaries));
  });

  test('of frame folders are placed by name', async () => {
    const names = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'];
    const frames = (frameNames: string[]) =>
      buildVideo({ kind: 'frames', frameNames, frameCount: frameNames.length });
    const file = await exported('project', { video: frames(names) });
    const outcome = await importInto({ file, video: frames(['d.jpg', 'b.jpg']) });
    expect(outcome.summaries.map(({ objectId, frame }) => [objectId, frame])).toEqual([
      [1, 1],
      [2, 1],
      [2, 0],
    ]);
    expect(outcome.notices).toContain('1 mask was left out: the open clip has no such frame.');
    await expect(importInto({ file, video: frames(['x.jpg', 'y.jpg']) })).rejects.toThrow(
      'No frame of “blackswan.mp4”',
    );
  });

  test('of another size are refused with both sizes', async () => {
    const stage = new FakeMediaPort();
    const file = await exported('project');
    const video = buildVideo({ width: 854, height: 480 });
    await expect(importInto({ file, video, stage })).rejects.toMatchObject({
      code: 'file-invalid',
      message: expect.stringMatching(/24 × 16 pixels; the open clip has 854 × 480/),
    });
    expect(stage.puts).toEqual([]);
  });

  test('change nothing when only their last byte is missing or their last mask is wrong', async () => {
    const stage = new FakeMediaPort();
    const whole = await exported('project');
    const cut = whole.slice(0, whole.size - 2);
    await expect(importInto({ file: cut, stage })).rejects.toThrow('ends too early');
    const wrong = await changedProject((project) => {
      Object.assign(project['masks']?.[3] ?? {}, { objectId: 77 });
    });
    await expect(importInto({ file: wrong, stage })).rejects.toThrow('masks[3].objectId is 77');
    expect(stage.puts).toEqual([]);
  });

  test('change nothing when cancelled while they are read', async () => {
    const stage = new FakeMediaPort();
    const file = await exported('project');
    const onProgress = (_: ExportProgress, exporter: ClipExporter) => void exporter.cancel();
    await expect(importInto({ file, stage, onProgress })).rejects.toHaveProperty(
      'name',
      'AbortError',
    );
    expect(stage.puts).toEqual([]);
  });

  test('may be without masks and prompts', async () => {
    const exporter = await exporterFor(new FakeMediaPort());
    const request = buildRequest({ summaries: [], prompts: [] });
    const { file } = await exporter.exportFile({ ...request, ...PROJECT }, DOWNLOAD, noProgress);
    const outcome = await importInto({ file: file ?? new Blob() });
    expect(outcome).toEqual({
      objects: request.objects,
      prompts: [],
      memory: [],
      summaries: [],
      notices: [],
    } satisfies ImportOutcome);
  });
});

describe('other files', () => {
  test.each([
    ['text', new Blob(['hello'])],
    ['nothing', new Blob([])],
    ['a picture', new Blob([Uint8Array.of(0x89, 0x50, 0x4e, 0x47)])],
  ])('%s is refused by its content', async (_name, file) => {
    await expect(importInto({ file })).rejects.toThrow(
      'neither masks, nor annotations, nor a project file',
    );
  });

  test('JSON of another kind, and an empty zip', async () => {
    await expect(importInto({ file: new Blob(['{"shapes": []}']) })).rejects.toThrow(
      'is JSON with the members “shapes”, a form that the studio does not read',
    );
    await expect(importInto({ file: new Blob(['{"info": {}}']) })).rejects.toThrow(
      /^“import” is no VISOR annotation file/,
    );
    await expect(importInto({ file: craftZip([]) })).rejects.toThrow('holds no PNG');
  });

  test('a file that can no longer be read', async () => {
    const file = new File(['{'], 'gone.json');
    Object.defineProperty(file, 'stream', {
      value: () =>
        new ReadableStream({
          pull: () => Promise.reject(new DOMException('gone', 'NotReadableError')),
        }),
    });
    const exporter = await exporterFor(new FakeMediaPort());
    await expect(
      exporter.importFile(
        {
          name: 'import',
          files: [{ file, path: 'import' }],
          video: buildVideo(),
          videoSha256: CLIP_SHA256,
        },
        noProgress,
      ),
    ).rejects.toMatchObject({ code: 'file-invalid', message: 'The file can no longer be read.' });
  });
});
