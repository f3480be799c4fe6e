import { proxy, transfer, type Remote } from 'comlink';
import type { StudioError } from '../core/errors.ts';
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
import type { VideoEncoding, VideoEncodingQuery } from '../protocol/export-format.ts';
import type { TruthOutcome, TruthProgress, TruthRequest } from '../protocol/ground-truth-api.ts';
import type { MaskFile } from '../protocol/mask-file.ts';
import type { ResultsRequest, ScoreFilesRequest } from '../protocol/results-request.ts';
import type { MediaClient } from './media-client.ts';
import { WorkerHandle, type WorkerEndpoint } from './worker-handle.ts';

interface ExportClientOptions {
  readonly spawn: () => WorkerEndpoint;
  /** Serves the masks to the worker. */
  readonly media: Pick<MediaClient, 'connect'>;
  readonly onFault: (error: Error) => void;
}

type OnProgress = (progress: ExportProgress) => void;

/** The export worker from the page. Starts on the first call; a dead one is replaced by the next. */
export class ExportClient implements ExportApi, Disposable {
  readonly #options: ExportClientOptions;
  #handle: WorkerHandle<ExportApi> | undefined;

  constructor(options: ExportClientOptions) {
    this.#options = options;
  }

  /** @param port transferred */
  async connectMedia(port: MessagePort): Promise<void> {
    await (await this.#alive()).call((remote) => remote.connectMedia(transfer(port, [port])));
  }

  /** An abort cancels the export in the worker and rejects with an `AbortError`. */
  async exportFile(
    request: ExportRequest,
    target: ExportTarget,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<ExportOutcome> {
    return this.#cancellable(
      (remote) => remote.exportFile(request, target, proxy(onProgress)),
      signal,
    );
  }

  async videoEncoding(query: VideoEncodingQuery): Promise<VideoEncoding> {
    return (await this.#alive()).call((remote) => remote.videoEncoding(query));
  }

  /** An abort cancels the import in the worker and rejects with an `AbortError`. */
  async importFile(
    request: ImportRequest,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<ImportOutcome> {
    return this.#cancellable((remote) => remote.importFile(request, proxy(onProgress)), signal);
  }

  async surveyZip(file: File): Promise<ZipSurvey> {
    return (await this.#alive()).call((remote) => remote.surveyZip(file));
  }

  async readMaskFile(file: File, clip: Size): Promise<MaskFile> {
    return (await this.#alive()).call((remote) => remote.readMaskFile(file, clip));
  }

  /** An abort stops reading in the worker and rejects with an `AbortError`. */
  async openGroundTruth(
    request: TruthRequest,
    onProgress: (progress: TruthProgress) => void,
    signal?: AbortSignal,
  ): Promise<TruthOutcome> {
    return this.#cancellable(
      (remote) => remote.openGroundTruth(request, proxy(onProgress)),
      signal,
    );
  }

  /** An abort cancels the export in the worker and rejects with an `AbortError`. */
  async exportVisorSubmission(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<ExportOutcome> {
    return this.#cancellable(
      (remote) => remote.exportVisorSubmission(request, target, proxy(onProgress)),
      signal,
    );
  }

  /** An abort cancels the export in the worker and rejects with an `AbortError`. */
  async exportDavisResults(
    request: ResultsRequest,
    target: ExportTarget,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<ExportOutcome> {
    return this.#cancellable(
      (remote) => remote.exportDavisResults(request, target, proxy(onProgress)),
      signal,
    );
  }

  /** An abort cancels the export in the worker and rejects with an `AbortError`. */
  async exportScoreFiles(
    request: ScoreFilesRequest,
    target: ExportTarget,
    onProgress: OnProgress,
    signal?: AbortSignal,
  ): Promise<ExportOutcome> {
    return this.#cancellable(
      (remote) => remote.exportScoreFiles(request, target, proxy(onProgress)),
      signal,
    );
  }

  async cancel(): Promise<void> {
    await this.#handle?.call((remote) => remote.cancel());
  }

  [Symbol.dispose](): void {
    this.#handle?.[Symbol.dispose]();
  }

  // The worker's own answer is awaited even after an abort: it comes once no partial file is left.
  async #cancellable<T>(
    run: (remote: Remote<ExportApi>) => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    signal?.throwIfAborted();
    const handle = await this.#alive();
    // A cancel that fails means that the worker is gone, which the call itself reports.
    const onAbort = () => void handle.call((remote) => remote.cancel()).catch(() => undefined);
    signal?.addEventListener('abort', onAbort);
    try {
      return await handle.call(run);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  async #alive(): Promise<WorkerHandle<ExportApi>> {
    if (this.#handle?.isAlive === true) return this.#handle;
    const onDeath = (_error: StudioError) => {
      this.#handle = undefined;
    };
    const handle = new WorkerHandle<ExportApi>(this.#options.spawn(), {
      name: 'export',
      onDeath,
      onFault: this.#options.onFault,
    });
    this.#handle = handle;
    const { port1, port2 } = new MessageChannel();
    await Promise.all([
      handle.call((remote) => remote.connectMedia(transfer(port1, [port1]))),
      this.#options.media.connect(port2),
    ]);
    return handle;
  }
}
