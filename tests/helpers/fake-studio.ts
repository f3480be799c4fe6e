import { ExportClient } from '../../src/client/export-client.ts';
import { InferenceClient } from '../../src/client/inference-client.ts';
import { MediaClient } from '../../src/client/media-client.ts';
import type { VideoInfo } from '../../src/protocol/media-api.ts';
import { ScoreClient } from '../../src/client/score-client.ts';
import { installErrorTransfer } from '../../src/protocol/error-transfer.ts';
import { ProjectRecords } from '../../src/storage/project-records.ts';
import type { StudioServices } from '../../src/store/services.ts';
import { createStudio, type Studio } from '../../src/store/studio-store.ts';
import { FakeExport } from './fake-export.ts';
import { FakeInference, type FakeOpinions } from './fake-inference.ts';
import { FakeMasks, type FakePack } from './fake-masks.ts';
import { buildVideoInfo, FakeMedia, type FakeScene } from './fake-media.ts';
import { FakeScore, ScoreLog } from './fake-score.ts';
import { fakeWorker, type FakeWorker } from './fake-worker.ts';
import { MemoryRecords } from './memory-records.ts';

installErrorTransfer();

interface FakeStudioOptions {
  readonly info?: Partial<VideoInfo>;
  readonly backend?: 'webgpu' | 'wasm';
  readonly delayMs?: number;
  readonly scene?: FakeScene;
  readonly absentFrames?: (frame: number) => boolean;
  readonly opinions?: FakeOpinions;
  readonly services?: Partial<StudioServices>;
  /** What is saved; given to two studios in turn, the second is the page reloaded. */
  readonly saved?: FakeStorage;
}

/** Records and mask packs by project. */
export interface FakeStorage {
  readonly records: MemoryRecords;
  readonly packs: Map<string, FakePack>;
}

export function fakeStorage(): FakeStorage {
  return { records: new MemoryRecords(), packs: new Map() };
}

/** A studio whose workers are fakes behind message channels; the clients are the real ones. */
export interface FakeStudio extends Studio {
  readonly media: FakeMedia;
  readonly exporter: FakeExport;
  readonly scores: ScoreLog;
  /** Every engine that was started, oldest first. */
  readonly engines: readonly FakeInference[];
  readonly inferenceWorkers: readonly FakeWorker[];
  /** Prepares engines that are started later. */
  onEngineStart: ((engine: FakeInference) => void) | undefined;
  readonly downloads: { readonly name: string }[];
  /** Written by the page itself. */
  readonly texts: readonly string[];
  readonly faults: Error[];
  readonly saved: FakeStorage;
  /** How many records were written when the browser was asked to keep them. */
  readonly persistRequests: readonly number[];
  settingsText: string | undefined;
}

export function stateOf({ store }: Pick<FakeStudio, 'store'>) {
  return store.getState();
}

export function buildFakeStudio(options: FakeStudioOptions = {}): FakeStudio {
  const masks = new FakeMasks();
  const saved = options.saved ?? fakeStorage();
  const media = new FakeMedia({
    info: buildVideoInfo(options.info),
    masks,
    packs: saved.packs,
    ...(options.scene === undefined ? {} : { scene: options.scene }),
  });
  const exporter = new FakeExport();
  const scores = new ScoreLog();
  const engines: FakeInference[] = [];
  const inferenceWorkers: FakeWorker[] = [];
  const downloads: { name: string }[] = [];
  const texts: string[] = [];
  const persistRequests: number[] = [];
  const faults: Error[] = [];
  const onFault = (error: Error) => faults.push(error);
  const fake: Partial<FakeStudio> & { settingsText: string | undefined } = {
    settingsText: undefined,
  };
  const mediaClient = new MediaClient({
    spawn: () => fakeWorker(media),
    onDeath: onFault,
    onFault,
  });
  const spawnInference = () => {
    const engine = new FakeInference({
      masks,
      ...(options.backend === undefined ? {} : { backend: options.backend }),
      ...(options.delayMs === undefined ? {} : { delayMs: options.delayMs }),
      ...(options.absentFrames === undefined ? {} : { absentFrames: options.absentFrames }),
      ...(options.opinions === undefined ? {} : { opinions: options.opinions }),
    });
    engines.push(engine);
    fake.onEngineStart?.(engine);
    const worker = fakeWorker(engine);
    inferenceWorkers.push(worker);
    return worker;
  };
  const nowMs = () => performance.now();
  const studio = createStudio({
    media: mediaClient,
    inference: new InferenceClient({ spawn: spawnInference, media: mediaClient, onFault, nowMs }),
    exporter: new ExportClient({ spawn: () => fakeWorker(exporter), media: mediaClient, onFault }),
    scorer: new ScoreClient({
      spawn: () => {
        const worker = fakeWorker(new FakeScore(scores));
        if (scores.deadWorkers-- > 0) queueMicrotask(() => worker.raiseError('no script'));
        return worker;
      },
      media: mediaClient,
      onFault,
      workerCount: 2,
    }),
    chooseSaveTarget: async () => ({ kind: 'download' }),
    writeText: async (_target, text) => {
      texts.push(text);
      return { bytes: text.length, frames: 0, file: new File([text], 'text') };
    },
    downloadFile: (_file, name) => downloads.push({ name }),
    fetchSampleClip: async () => new File(['sample'], 'coffee.mp4', { type: 'video/mp4' }),
    projects: new ProjectRecords(saved.records),
    askToPersist: async () => {
      persistRequests.push(saved.records.sets);
      return true;
    },
    newProjectId: () => crypto.randomUUID(),
    rememberedFiles: async () => {
      throw new Error('no handle is kept');
    },
    settings: {
      read: () => fake.settingsText,
      write: (text) => {
        fake.settingsText = text;
      },
    },
    nowMs,
    now: () => new Date('2026-11-23T08:00:00Z'),
    requestFrame: (callback) => setTimeout(callback, 0),
    appVersion: '0.0.0-test',
    ...options.services,
  });
  return Object.assign(fake, studio, {
    media,
    exporter,
    scores,
    engines,
    inferenceWorkers,
    downloads,
    texts,
    persistRequests,
    saved,
    faults,
    onEngineStart: undefined,
    [Symbol.dispose]() {
      studio[Symbol.dispose]();
      scores[Symbol.dispose]();
    },
  });
}
