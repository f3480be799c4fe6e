import { expose, proxy, transfer, wrap, type Remote } from 'comlink';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { frameIndex, objectId, type FrameIndex } from '../../../src/core/ids.ts';
import { emptyRle } from '../../../src/core/rle.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type {
  ExportApi,
  ExportProgress,
  ExportTarget,
  ImportOutcome,
} from '../../../src/protocol/export-api.ts';
import type { FrameMask } from '../../../src/protocol/media-api.ts';
import {
  boxMask,
  buildMasks,
  buildRequest,
  buildVideo,
  CLIP_SHA256,
  FakeMediaPort,
} from '../../helpers/export-fakes.ts';

installErrorTransfer();

let workers: Worker[] = [];
let root: FileSystemDirectoryHandle;

beforeEach(async () => {
  root = await navigator.storage.getDirectory();
  for await (const name of root.keys()) await root.removeEntry(name, { recursive: true });
});

afterEach(() => {
  for (const worker of workers) worker.terminate();
  workers = [];
});

/** The real worker, fed by a fake decode worker on this side of its port. */
async function startWorker(media: FakeMediaPort): Promise<Remote<ExportApi>> {
  const worker = new Worker(new URL('../../../workers/export.worker.ts', import.meta.url), {
    type: 'module',
  });
  workers.push(worker);
  const exporter = wrap<ExportApi>(worker);
  const { port1, port2 } = new MessageChannel();
  expose(media, port2);
  await exporter.connectMedia(transfer(port1, [port1]));
  return exporter;
}

async function importInto(stage: FakeMediaPort, file: File): Promise<ImportOutcome> {
  const { name } = file;
  const files = [{ file, path: name }];
  const request = { name, files, video: buildVideo(), videoSha256: CLIP_SHA256 };
  return (await startWorker(stage)).importFile(
    request,
    proxy(() => {}),
  );
}

async function storedPaths(folder = root, prefix = ''): Promise<string[]> {
  const paths: string[] = [];
  for await (const [name, handle] of folder.entries()) {
    if (handle.kind === 'file') paths.push(prefix + name);
    else
      paths.push(
        ...(await storedPaths(await folder.getDirectoryHandle(name), `${prefix}${name}/`)),
      );
  }
  return paths;
}

const DOWNLOAD: ExportTarget = { kind: 'download' };
const PROJECT = { format: { kind: 'project' } } as const;

test('project JSON: out to storage and in again through the worker, whole', async () => {
  const progress: ExportProgress[] = [];
  const exporter = await startWorker(new FakeMediaPort(buildMasks()));
  const request = buildRequest();
  const outcome = await exporter.exportFile(
    { ...request, ...PROJECT },
    DOWNLOAD,
    proxy((step) => void progress.push(step)),
  );
  expect(outcome.frames).toBe(3);
  expect(outcome.file?.size).toBe(outcome.bytes);
  expect(progress.at(-1)).toEqual({ framesDone: 5, framesTotal: 5 });
  const stage = new FakeMediaPort();
  const imported = await importInto(stage, outcome.file ?? new File([], ''));
  expect(imported.objects).toEqual(request.objects);
  expect(imported.prompts).toEqual(request.prompts);
  expect(imported.notices).toEqual([]);
  expect(imported.summaries).toHaveLength(4);
  const absent = { objectId: 2, frame: 3, mask: emptyRle(24, 16) };
  expect(stage.puts.flat()).toMatchObject([...buildMasks(), absent]);
});

test('PNG zip: out to a chosen file and in again through the worker', async () => {
  const handle = await root.getFileHandle('chosen.zip', { create: true });
  const exporter = await startWorker(new FakeMediaPort(buildMasks()));
  const target: ExportTarget = { kind: 'handle', handle };
  const outcome = await exporter.exportFile(
    buildRequest(),
    target,
    proxy(() => {}),
  );
  const file = await handle.getFile();
  expect(outcome).toEqual({ bytes: file.size, frames: 3 });
  const stage = new FakeMediaPort();
  const imported = await importInto(stage, file);
  expect(
    imported.summaries.map(({ frame, objectId, areaPx }) => [frame, objectId, areaPx]),
  ).toEqual([
    [0, 1, 48],
    [0, 2, 0],
    [1, 1, 100],
    [1, 2, 184],
    [3, 1, 0],
    [3, 2, 0],
  ]);
  expect(await stage.maskOf(objectId(1), frameIndex(1))).toEqual(buildMasks()[1]?.mask);
});

test('the browser’s own decoder shows the PNGs in the DAVIS colours', async () => {
  const exporter = await startWorker(new FakeMediaPort(buildMasks()));
  const { file } = await exporter.exportFile(
    buildRequest(),
    DOWNLOAD,
    proxy(() => {}),
  );
  const bytes = new Uint8Array((await file?.arrayBuffer()) ?? new ArrayBuffer());
  const start = bytes.findIndex((_, i) => bytes[i] === 0x89 && bytes[i + 1] === 0x50);
  const image = await createImageBitmap(new Blob([bytes.slice(start)], { type: 'image/png' }));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context?.drawImage(image, 0, 0);
  expect([image.width, image.height]).toEqual([24, 16]);
  expect([...(context?.getImageData(5, 5, 1, 1).data ?? [])]).toEqual([128, 0, 0, 255]);
  expect([...(context?.getImageData(0, 0, 1, 1).data ?? [])]).toEqual([0, 0, 0, 255]);
});

/** A long clip, so that there is time to cancel. */
function movingMask(frame: FrameIndex): FrameMask[] {
  const x = frame % 400;
  return [{ objectId: objectId(1), frame, mask: boxMask(LONG, [x, 100, x + 300, 400]) }];
}
const LONG = buildVideo({ width: 854, height: 480, frameCount: 5000 });

test.each(['png-zip', 'project'] as const)(
  'a cancelled %s rejects with AbortError and leaves nothing, chosen or temporary',
  async (kind) => {
    const handle = await root.getFileHandle('picked.bin', { create: true });
    for (const target of [DOWNLOAD, { kind: 'handle', handle } as const]) {
      const media = new FakeMediaPort(movingMask);
      const exporter = await startWorker(media);
      const request = buildRequest({ video: LONG, summaries: [], prompts: [], format: { kind } });
      const exported = exporter.exportFile(
        request,
        target,
        proxy(({ framesDone }) => void (framesDone === 32 && exporter.cancel())),
      );
      await expect(exported).rejects.toMatchObject({ name: 'AbortError' });
      expect(media.requestedFrames).toBeLessThan(1000);
      if (target.kind === 'handle') expect(await storedPaths()).toEqual([]);
      else expect(await storedPaths()).toEqual(['picked.bin']);
    }
  },
);

test('a file that does not fit ends in a StudioError on this side, with nothing put', async () => {
  const stage = new FakeMediaPort();
  const bad = new File(['{"format": "segmentation-studio-project", "schemaVersion": 9}'], 'x.json');
  await expect(importInto(stage, bad)).rejects.toMatchObject({
    name: 'StudioError',
    code: 'file-invalid',
    message: expect.stringContaining('has the form 9'),
    hint: expect.stringMatching(/\S/),
  });
  expect(stage.puts).toEqual([]);
});

test('a temporary file of a worker that has ended is removed by the next, one in use is not', async () => {
  const request = buildRequest();
  const noProgress = proxy(() => {});
  const first = await startWorker(new FakeMediaPort(buildMasks()));
  await first.exportFile({ ...request, ...PROJECT }, DOWNLOAD, noProgress);
  const [old] = await storedPaths();
  const second = await startWorker(new FakeMediaPort(buildMasks()));
  await second.exportFile({ ...request, ...PROJECT }, DOWNLOAD, noProgress);
  expect(await storedPaths()).toHaveLength(2);
  workers[0]?.terminate();
  await expect.poll(async () => (await navigator.locks.query()).held?.length).toBe(1);
  const third = await startWorker(new FakeMediaPort(buildMasks()));
  await third.exportFile({ ...request, ...PROJECT }, DOWNLOAD, noProgress);
  expect(await storedPaths()).toHaveLength(2);
  expect(await storedPaths()).not.toContain(old);
});
