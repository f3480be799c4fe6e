import { invariant } from '../core/assert.ts';
import type { Size } from '../core/geometry.ts';
import type {
  ExportApi,
  ExportOutcome,
  ExportProgress,
  ExportRequest,
  ExportTarget,
  ImportOutcome,
  ImportRequest,
  ZipSurvey,
} from '../protocol/export-api.ts';
import type { ExportFormat, VideoEncoding, VideoEncodingQuery } from '../protocol/export-format.ts';
import type { TruthOutcome, TruthProgress, TruthRequest } from '../protocol/ground-truth-api.ts';
import type { MaskFile } from '../protocol/mask-file.ts';
import type { MediaPort, PicturePort, TruthPort } from '../protocol/media-api.ts';
import type { ResultsRequest, ScoreFilesRequest } from '../protocol/results-request.ts';
import type { ExportFiles, ExportSink } from '../storage/export-target.ts';
import { sequenceName } from './clip-names.ts';
import { exportMasks, maskFileExtension } from './export-masks.ts';
import { importFile } from './import-file.ts';
import { readMaskFile } from './mask-file.ts';
import { openGroundTruth } from './truth/open-ground-truth.ts';
import { davisResults, scoreFiles, visorSubmission } from './result-files.ts';
import { surveyZip } from './survey-zip.ts';
import type { ExportTask } from './task.ts';
import { writeFile } from './write-file.ts';

interface ClipExporterOptions {
  /** Makes the decode worker's end of a port callable. */
  readonly connect: (port: MessagePort) => MediaPort & PicturePort & TruthPort;
  readonly files: Pick<ExportFiles, 'openChosen' | 'openTemporary'>;
  /** Masks that an import keeps between checking a file and using it; past it, it reads twice. */
  readonly retainedBytes: number;
}

type OnProgress = (progress: ExportProgress) => void;

/**
 * Exports and imports masks, one file at a time. Holds a batch of frames and one block of output,
 * however long the clip is.
 */
export class ClipExporter implements ExportApi {
  readonly #options: ClipExporterOptions;
  #media: (MediaPort & PicturePort & TruthPort) | undefined;
  #running: AbortController | undefined;

  constructor(options: ClipExporterOptions) {
    this.#options = options;
  }

  async connectMedia(port: MessagePort): Promise<void> {
    this.#media = this.#options.connect(port);
  }

  async exportFile(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: OnProgress,
  ): Promise<ExportOutcome> {
    const { format, video } = request;
    const name = `${sequenceName(video)}.${fileExtension(format)}`;
    return this.#run(onProgress, async (task) => {
      const write = await loadWriter(format);
      return write(request, { task, sink: await this.#open(target, name) });
    });
  }

  async videoEncoding(query: VideoEncodingQuery): Promise<VideoEncoding> {
    invariant(this.#media !== undefined, 'an export needs connectMedia first');
    const { videoEncoding } = await import('../render/render-video.ts');
    return videoEncoding(query, this.#media);
  }

  async importFile(request: ImportRequest, onProgress: OnProgress): Promise<ImportOutcome> {
    return this.#run(onProgress, (task) => importFile(request, task));
  }

  surveyZip(file: File): Promise<ZipSurvey> {
    return surveyZip(file);
  }

  readMaskFile(file: File, clip: Size): Promise<MaskFile> {
    return readMaskFile(file, clip);
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

type FormatWriter = (
  request: ExportRequest,
  parts: { readonly task: ExportTask; readonly sink: ExportSink },
) => Promise<ExportOutcome>;

/** Painters and codecs are most of the worker's code, and most exports need none of it. */
async function loadWriter(format: ExportFormat): Promise<FormatWriter> {
  if (format.kind === 'video') {
    const { exportVideo } = await import('./export-video.ts');
    return (request, parts) => exportVideo(request, { format, ...parts });
  }
  if (format.kind === 'gif') {
    const { exportGif } = await import('./export-gif.ts');
    return (request, parts) => exportGif(request, { format, ...parts });
  }
  return (request, parts) => exportMasks(request, { kind: format.kind, ...parts });
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

function fileExtension(format: ExportFormat): string {
  if (format.kind === 'video') return format.container;
  return format.kind === 'gif' ? 'gif' : maskFileExtension(format.kind);
}
