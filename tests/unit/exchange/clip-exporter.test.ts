import { beforeEach, describe, expect, test } from 'vitest';
import { StudioError } from '../../../src/core/errors.ts';
import { frameIndex, objectId } from '../../../src/core/ids.ts';
import { emptyRle, rleFromString } from '../../../src/core/rle.ts';
import { ClipExporter } from '../../../src/exchange/clip-exporter.ts';
import { readIndexPng } from '../../../src/formats/png-reader.ts';
import { listZip } from '../../../src/formats/zip-reader.ts';
import type { ExportProgress } from '../../../src/protocol/export-api.ts';
import {
  boxMask,
  buildMasks,
  buildRequest,
  buildVideo,
  CLIP_SHA256,
  FakeMediaPort,
} from '../../helpers/export-fakes.ts';
import { DOWNLOAD, exporterFor, MASK_KINDS } from '../../helpers/export-worker.ts';
import { MemoryExportFiles } from '../../helpers/memory-export-files.ts';

const noProgress = () => {};
const PROJECT = { format: { kind: 'project' } } as const;

let files: MemoryExportFiles;

beforeEach(() => {
  files = new MemoryExportFiles();
});

function sink() {
  const last = files.sinks.at(-1);
  if (last === undefined) throw new Error('no file was opened');
  return last;
}

async function pngsOf(zip: Blob): Promise<Map<string, Uint8Array>> {
  const pngs = new Map<string, Uint8Array>();
  for (const entry of await listZip(zip)) {
    const image = await readIndexPng(await entry.read(1 << 20), { maxPixels: 1 << 20 });
    pngs.set(entry.path, image.ids);
  }
  return pngs;
}

describe('PNG zip', () => {
  test('one PNG for each frame that was annotated or tracked, also where all objects are absent', async () => {
    const exporter = await exporterFor(new FakeMediaPort(buildMasks()), { files });
    const outcome = await exporter.exportFile(buildRequest(), DOWNLOAD, noProgress);
    expect(outcome.frames).toBe(3);
    expect(outcome.bytes).toBe(outcome.file?.size);
    expect(sink().name).toBe('blackswan.zip');
    const pngs = await pngsOf(outcome.file ?? new Blob());
    expect([...pngs.keys()]).toEqual([0, 1, 3].map((frame) => `blackswan/0000${frame}.png`));
    expect(pngs.get('blackswan/00003.png')?.every((id) => id === 0)).toBe(true);
    const overlap = pngs.get('blackswan/00001.png');
    expect(overlap?.[7 * 24 + 7]).toBe(1);
    expect(overlap?.[12 * 24 + 12]).toBe(2);
    expect(overlap?.filter((id) => id === 1)).toHaveLength(100);
  });

  test('is named after the frames of a folder, and says how far it is', async () => {
    const frameNames = Array.from({ length: 40 }, (_, i) => `P01_frame_${i + 155}.jpg`);
    const video = buildVideo({ name: 'P01.v2', kind: 'frames', frameCount: 40, frameNames });
    const progress: ExportProgress[] = [];
    const masks = [39, 3].map((frame) => ({
      objectId: objectId(1),
      frame: frameIndex(frame),
      mask: boxMask(video, [0, 0, 3, 3]),
    }));
    const exporter = await exporterFor(new FakeMediaPort(masks), { files });
    const request = buildRequest({ video, summaries: [], prompts: [] });
    const { file } = await exporter.exportFile(request, DOWNLOAD, (step) => progress.push(step));
    expect((await listZip(file ?? new Blob())).map((entry) => entry.path)).toEqual([
      'P01.v2/P01_frame_158.png',
      'P01.v2/P01_frame_194.png',
    ]);
    expect(progress.map((step) => step.framesDone)).toEqual([16, 32, 40]);
    expect(progress.every((step) => step.framesTotal === 40)).toBe(true);
  });

  test('an object that the request does not list is left out', async () => {
    const exporter = await exporterFor(new FakeMediaPort(buildMasks()), { files });
    const request = buildRequest({
      objects: [{ id: objectId(2), name: 'reed', color: '#000001' }],
    });
    const { file } = await exporter.exportFile(request, DOWNLOAD, noProgress);
    const ids = new Set(
      [...(await pngsOf(file ?? new Blob())).values()].flatMap((png) => [...png]),
    );
    expect(ids).toEqual(new Set([0, 2]));
  });

  test('a clip without masks gives a zip without files', async () => {
    const exporter = await exporterFor(new FakeMediaPort(), { files });
    const request = buildRequest({ summaries: [], prompts: [] });
    const { file, frames } = await exporter.exportFile(request, DOWNLOAD, noProgress);
    expect(frames).toBe(0);
    expect(await listZip(file ?? new Blob())).toEqual([]);
  });
});

describe('project JSON', () => {
  interface WrittenProject {
    readonly clip: object;
    readonly model: object;
    readonly indexedPngOverlap: string;
    readonly masks: readonly (Record<string, unknown> & {
      readonly segmentation: { readonly size: readonly [number, number]; readonly counts: string };
    })[];
  }

  test('keeps overlaps, scores and absent objects; objects and prompts as they were', async () => {
    const masks = buildMasks();
    const exporter = await exporterFor(new FakeMediaPort(masks), { files });
    const request = buildRequest();
    const { file, frames } = await exporter.exportFile(
      { ...request, ...PROJECT },
      DOWNLOAD,
      noProgress,
    );
    expect(frames).toBe(3);
    const project: WrittenProject = JSON.parse((await file?.text()) ?? '');
    expect(project.clip).toMatchObject({ name: 'blackswan.mp4', sha256: CLIP_SHA256 });
    expect(project.model).toMatchObject({ backend: 'webgpu', imageSize: 1024, precision: 'fp16' });
    expect(project.indexedPngOverlap).toBe('lowest-object-id');
    expect(
      project.masks.map(({ segmentation: { size, counts }, ...mask }) => ({
        ...mask,
        mask: rleFromString(counts, size[1], size[0]),
      })),
    ).toEqual([
      {
        objectId: 1,
        frame: 0,
        areaPx: 48,
        origin: 'prompt',
        objectScoreLogit: 12.345678901234567,
        predictedIou: 0.987,
        mask: masks[0]?.mask,
      },
      { objectId: 1, frame: 1, areaPx: 100, mask: masks[1]?.mask },
      { objectId: 2, frame: 1, areaPx: 209, mask: masks[2]?.mask },
      {
        objectId: 2,
        frame: 3,
        areaPx: 0,
        origin: 'tracked',
        objectScoreLogit: -3.5,
        predictedIou: 0,
        direction: 'reverse',
        oppositeIou: 0.25,
        mask: emptyRle(24, 16),
      },
    ]);
  });

  test('a clip of one frame, whose rate is not known', async () => {
    const video = buildVideo({ frameCount: 1, frameRate: Number.NaN });
    const exporter = await exporterFor(new FakeMediaPort(), { files });
    const request = buildRequest({ video, summaries: [], prompts: [] });
    const { file } = await exporter.exportFile({ ...request, ...PROJECT }, DOWNLOAD, noProgress);
    expect(JSON.parse((await file?.text()) ?? '')).toMatchObject({ clip: { frameRate: 0 } });
  });
});

describe('ending early', () => {
  test.each(MASK_KINDS)(
    'a cancelled %s rejects with AbortError and removes the partial file',
    async (kind) => {
      const media = new FakeMediaPort(buildMasks());
      const exporter = await exporterFor(media, { files });
      media.onRequest = (start) => void (start >= 32 && exporter.cancel());
      const video = buildVideo({ frameCount: 1000 });
      const request = buildRequest({ video, format: { kind } });
      await expect(exporter.exportFile(request, DOWNLOAD, noProgress)).rejects.toHaveProperty(
        'name',
        'AbortError',
      );
      expect(sink().state).toBe('aborted');
      expect(media.requestedFrames).toBe(48);
    },
  );

  test('after a cancel the next export runs; a cancel of nothing does nothing', async () => {
    const media = new FakeMediaPort(buildMasks());
    const exporter = await exporterFor(media, { files });
    await exporter.cancel();
    const { frames } = await exporter.exportFile(buildRequest(PROJECT), DOWNLOAD, noProgress);
    expect(frames).toBe(3);
  });

  test('a full disk removes the partial file and says so', async () => {
    const error = new StudioError('storage-full', 'There is no room left.', { hint: 'Free some.' });
    files.failure = { afterBytes: 100, error };
    const exporter = await exporterFor(new FakeMediaPort(buildMasks()), { files });
    await expect(exporter.exportFile(buildRequest(), DOWNLOAD, noProgress)).rejects.toBe(error);
    expect(sink().state).toBe('aborted');
  });

  test('an error of the media worker removes the partial file', async () => {
    const media = new FakeMediaPort(buildMasks());
    media.onRequest = () => {
      throw new StudioError('worker-terminated', 'The media worker stopped.');
    };
    const exporter = await exporterFor(media, { files });
    await expect(exporter.exportFile(buildRequest(), DOWNLOAD, noProgress)).rejects.toHaveProperty(
      'code',
      'worker-terminated',
    );
    expect(sink().state).toBe('aborted');
  });

  test('two at a time, or none connected, are bugs', async () => {
    const exporter = await exporterFor(new FakeMediaPort(buildMasks()), { files });
    const first = exporter.exportFile(buildRequest(PROJECT), DOWNLOAD, noProgress);
    await expect(exporter.exportFile(buildRequest(PROJECT), DOWNLOAD, noProgress)).rejects.toThrow(
      'one export or import runs at a time',
    );
    expect((await first).frames).toBe(3);
    const unconnected = new ClipExporter({
      connect: () => new FakeMediaPort(),
      files,
      retainedBytes: 0,
    });
    await expect(
      unconnected.exportFile(buildRequest(PROJECT), DOWNLOAD, noProgress),
    ).rejects.toThrow('connectMedia first');
  });
});

test('a chosen file gets the same bytes as a download', async () => {
  const exporter = await exporterFor(new FakeMediaPort(buildMasks()), { files });
  const download = await exporter.exportFile(buildRequest(PROJECT), DOWNLOAD, noProgress);
  // The fake ignores the handle; the real sinks have tests of their own.
  const handle = {} as FileSystemFileHandle;
  const chosen = await exporter.exportFile(
    buildRequest(PROJECT),
    { kind: 'handle', handle },
    noProgress,
  );
  expect(sink().name).toBe('chosen');
  expect(chosen.bytes).toBe(download.bytes);
});
