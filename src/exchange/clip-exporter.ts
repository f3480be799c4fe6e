import { invariant } from '../core/assert.ts';
import type {
  ExportApi,
  ExportOutcome,
  ExportProgress,
  ExportRequest,
  ExportTarget,
  ImportOutcome,
  ImportRequest,
} from '../protocol/export-api.ts';
import type { TruthOutcome, TruthProgress, TruthRequest } from '../protocol/ground-truth-api.ts';
import type { MediaPort, TruthPort } from '../protocol/media-api.ts';
import type { ResultsRequest, ScoreFilesRequest } from '../protocol/results-request.ts';
import type { ExportFiles, ExportSink } from '../storage/export-target.ts';
import { sequenceName } from './clip-names.ts';
import { framesWithMasks, type FrameContent } from './frame-masks.ts';
import { importFile } from './import-file.ts';
import { pngZip } from './png-zip.ts';
import { openGroundTruth } from './truth/open-ground-truth.ts';
import { projectJson } from './project-json.ts';
import { davisResults, scoreFiles, visorSubmission } from './result-files.ts';
import type { ExportTask } from './task.ts';
import { writeFile } from './write-file.ts';

interface ClipExporterOptions {
  /** Makes the decode worker's end of a port callable. */
  readonly connect: (port: MessagePort) => MediaPort & TruthPort;
  readonly files: Pick<ExportFiles, 'openChosen' | 'openTemporary'>;
  /** Masks that an import keeps between checking a file and using it; past it, it reads twice. */
  readonly retainedBytes: number;
}

type OnProgress = (progress: ExportProgress) => void;

/** The bytes of an export of some frames. */
type Format = (
  request: ExportRequest,
  frames: AsyncIterable<FrameContent>,
) => AsyncIterable<Uint8Array>;

/**
 * Exports and imports masks, one file at a time. Holds a batch of frames and one block of output,
 * however long the clip is.
 */
export class ClipExporter implements ExportApi {
  readonly #options: ClipExporterOptions;
  #media: (MediaPort & TruthPort) | undefined;
  #running: AbortController | undefined;

  constructor(options: ClipExporterOptions) {
    this.#options = options;
  }

  async connectMedia(port: MessagePort): Promise<void> {
    this.#media = this.#options.connect(port);
  }

  async exportPngZip(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: OnProgress,
  ): Promise<ExportOutcome> {
    const sink = () => this.#open(target, `${sequenceName(request.video)}.zip`);
    return this.#run(onProgress, (task) => exportFrames(request, { task, sink, format: pngZip }));
  }

  async exportJson(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: OnProgress,
  ): Promise<ExportOutcome> {
    const sink = () => this.#open(target, `${sequenceName(request.video)}.json`);
    return this.#run(onProgress, (task) =>
      exportFrames(request, { task, sink, format: projectJson }),
    );
  }

  async importFile(request: ImportRequest, onProgress: OnProgress): Promise<ImportOutcome> {
    return this.#run(onProgress, (task) => importFile(request, task));
  }

  async openGroundTruth(
    request: TruthRequest,
    onProgress: (progress: TruthProgress) => void,
  ): Promise<TruthOutcome> {
    return this.#run(onProgress, (task) => openGroundTruth(request, task));
  }

  async exportVisorSubmission(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: OnProgress,
  ): Promise<ExportOutcome> {
    return this.#run(onProgress, (task) => {
      const frames = framesOf(request);
      return this.#write(visorSubmission(request, task), {
        target,
        name: request.fileName,
        frames,
      });
    });
  }

  async exportDavisResults(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: OnProgress,
  ): Promise<ExportOutcome> {
    return this.#run(onProgress, (task) => {
      const frames = framesOf(request);
      return this.#write(davisResults(request, task), { target, name: request.fileName, frames });
    });
  }

  async exportScoreFiles(
    request: ScoreFilesRequest,
    target: ExportTarget,
    onProgress: OnProgress,
  ): Promise<ExportOutcome> {
    return this.#run(onProgress, () =>
      this.#write(scoreFiles(request), { target, name: request.fileName, frames: 0 }),
    );
  }

  async cancel(): Promise<void> {
    this.#running?.abort();
  }

  async #write(
    chunks: AsyncIterable<Uint8Array>,
    { target, name, frames }: WrittenFile,
  ): Promise<ExportOutcome> {
    return { ...(await writeFile(chunks, await this.#open(target, name))), frames };
  }

  #open(target: ExportTarget, name: string): Promise<ExportSink> {
    const { files } = this.#options;
    return target.kind === 'handle' ? files.openChosen(target.handle) : files.openTemporary(name);
  }

  async #run<T, Progress>(
    onProgress: (progress: Progress) => void,
    action: (task: ExportTask<Progress>) => Promise<T>,
  ): Promise<T> {
    invariant(this.#media !== undefined, 'an export needs connectMedia first');
    invariant(this.#running === undefined, 'one export or import runs at a time');
    const controller = new AbortController();
    this.#running = controller;
    try {
      const { retainedBytes } = this.#options;
      const { signal } = controller;
      return await action({ media: this.#media, signal, onProgress, retainedBytes });
    } finally {
      this.#running = undefined;
    }
  }
}

interface WrittenFile {
  readonly target: ExportTarget;
  /** Where it is handed back for download. */
  readonly name: string;
  readonly frames: number;
}

function framesOf({ sequences }: ResultsRequest): number {
  return sequences.reduce((sum, { frames }) => sum + frames.length, 0);
}

interface FrameExport {
  readonly task: ExportTask;
  readonly sink: () => Promise<ExportSink>;
  readonly format: Format;
}

async function exportFrames(
  request: ExportRequest,
  { task, sink, format }: FrameExport,
): Promise<ExportOutcome> {
  let frames = 0;
  async function* counted(): AsyncGenerator<FrameContent, void> {
    for await (const content of framesWithMasks(request, task)) {
      frames++;
      yield content;
    }
  }
  const written = await writeFile(format(request, counted()), await sink());
  return { ...written, frames };
}
