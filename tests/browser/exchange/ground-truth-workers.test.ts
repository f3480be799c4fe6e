import { afterEach, beforeEach, expect, test } from 'vitest';
import { ExportClient } from '../../../src/client/export-client.ts';
import { MediaClient } from '../../../src/client/media-client.ts';
import { objectId } from '../../../src/core/ids.ts';
import { blobFile } from '../../../src/formats/source-file.ts';
import { loadVisor } from '../../../src/formats/visor/load-visor.ts';
import { writeZip } from '../../../src/formats/zip-writer.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import type { TruthProgress, TruthRequest } from '../../../src/protocol/ground-truth-api.ts';
import type { VideoInfo } from '../../../src/protocol/media-api.ts';
import coffeeUrl from '../../fixtures/visor/coffee/P00_00.json?url';

installErrorTransfer();

const DOWNLOAD = { kind: 'download' } as const;

/** The page's side of the two workers that bring a ground truth. */
class Workers implements Disposable {
  readonly media = new MediaClient({ spawn: spawnDecodeWorker, onDeath: fail, onFault: fail });
  readonly exporter = new ExportClient({
    spawn: spawnExportWorker,
    media: this.media,
    onFault: fail,
  });

  [Symbol.dispose](): void {
    this.exporter[Symbol.dispose]();
    this.media[Symbol.dispose]();
  }
}

function fail(error: Error): never {
  throw error;
}

function spawnDecodeWorker(): Worker {
  return new Worker(new URL('../../../workers/decode.worker.ts', import.meta.url), {
    type: 'module',
  });
}

function spawnExportWorker(): Worker {
  return new Worker(new URL('../../../workers/export.worker.ts', import.meta.url), {
    type: 'module',
  });
}

async function download(url: string, name: string): Promise<File> {
  return new File([await (await fetch(url)).blob()], name);
}

async function zipped(files: readonly File[]): Promise<File> {
  async function* entries() {
    for (const file of files) {
      yield { name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) };
    }
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of writeZip(entries(), { modified: new Date(0) })) {
    parts.push(Uint8Array.from(chunk));
  }
  return new File(parts, 'visor.zip');
}

let workers: Workers;
let video: VideoInfo;
let annotations: File;

beforeEach(async () => {
  workers = new Workers();
  const clip = await download('/samples/coffee.mp4', 'P00_00.mp4');
  video = await workers.media.open({ kind: 'file', file: clip });
  annotations = await download(coffeeUrl, 'P00_00.json');
});

afterEach(() => workers[Symbol.dispose]());

function request(file: File, changes: Partial<TruthRequest> = {}): TruthRequest {
  const files = [{ path: file.name, file }];
  return { name: file.name, files, video, rule: 'first-frame', offsetFrames: 0, ...changes };
}

test('a zipped VISOR file: every mask is in the decode worker as it is drawn here', async () => {
  const progress: TruthProgress[] = [];
  const { sequences, unloaded, sources } = await workers.exporter.openGroundTruth(
    request(await zipped([annotations])),
    (step) => void progress.push(step),
  );
  expect([sequences.length, unloaded.length, sources.length]).toEqual([2, 0, 1]);
  expect(progress.at(-1)?.bytesDone).toBe(progress.at(-1)?.bytesTotal);
  const expected = await loadVisor(blobFile('P00_00.json', annotations), { rule: 'first-frame' });
  let compared = 0;
  for (const [at, { name, frames }] of sequences.entries()) {
    for (const { stem, frame } of frames) {
      const truth = expected.sequences[at]?.frames.find((one) => one.stem === stem);
      const masks = await workers.media.truthMasks(name, frame);
      expect(new Map(masks.map(({ truthId, mask }) => [truthId, mask]))).toEqual(truth?.masks);
      compared += masks.length;
    }
  }
  expect(compared).toBe(40);
});

test('an abort stops the reading, and the ground truth before stays', async () => {
  const { exporter, media } = workers;
  const { sequences } = await exporter.openGroundTruth(request(annotations), () => {});
  const [first] = sequences;
  const frame = first?.frames[0]?.frame;
  if (first === undefined || frame === undefined) throw new Error('no sequence was loaded');
  const controller = new AbortController();
  const again = exporter.openGroundTruth(
    request(annotations, { offsetFrames: 7 }),
    () => controller.abort(),
    controller.signal,
  );
  await expect(again).rejects.toHaveProperty('name', 'AbortError');
  expect(await media.truthMasks(first.name, frame)).toHaveLength(2);
});

test('imported masks leave as a submission that is a ground truth again', async () => {
  const { exporter } = workers;
  const { sequences } = await exporter.openGroundTruth(request(annotations), () => {});
  const { objects } = await exporter.importFile(
    {
      name: annotations.name,
      files: [{ path: annotations.name, file: annotations }],
      video,
      videoSha256: 'c'.repeat(64),
    },
    () => {},
  );
  expect(objects.map(({ name }) => name)).toEqual([
    'kettle · seq_00001',
    'mug · seq_00001',
    'kettle · seq_00002',
    'mug · seq_00002',
  ]);
  const results = sequences.map((sequence, at) => ({
    ...sequence,
    objects: sequence.objects.map((object) => ({
      ...object,
      objectId: objectId(2 * at + object.truthId),
    })),
  }));
  const { file, frames } = await exporter.exportVisorSubmission(
    { fileName: 'val.zip', sequences: results, createdAt: '2026-11-23T08:00:00Z' },
    DOWNLOAD,
    () => {},
  );
  expect(frames).toBe(20);
  const again = await exporter.openGroundTruth(request(file ?? new File([], 'none')), () => {});
  expect(again.sequences.map((sequence) => sequence.frames)).toEqual(
    sequences.map((sequence) => sequence.frames),
  );
});

test('a broken file ends in a StudioError on this side', async () => {
  const broken = new File([await annotations.slice(0, 9999).text()], 'P00_00.json');
  await expect(workers.exporter.openGroundTruth(request(broken), () => {})).rejects.toMatchObject({
    name: 'StudioError',
    code: 'file-invalid',
    message: expect.stringMatching(/^P00_00.json: The file ends too early/),
    hint: expect.stringMatching(/\S/),
  });
});
