import { transfer } from 'comlink';
import { StudioError } from '../core/errors.ts';
import type { CountedFrame, FramePair, ScoreReport, ScoreReportRequest } from '../core/scores.ts';
import type { ScoreApi } from '../protocol/score-api.ts';
import { packRequest, unpackReport } from '../protocol/score-packing.ts';
import type { MediaClient } from './media-client.ts';
import { WorkerHandle, type WorkerEndpoint } from './worker-handle.ts';

interface ScoreClientOptions {
  readonly spawn: () => WorkerEndpoint;
  /** Serves the masks and the ground truth to the workers. */
  readonly media: Pick<MediaClient, 'connect'>;
  readonly onFault: (error: Error) => void;
  /** As many as may run at once, at least 1. */
  readonly workerCount: number;
}

type ScoreWorker = WorkerHandle<ScoreApi>;

/** Few enough that a cancellation and other calls get their turn soon. */
const BATCH_FRAMES = 8;
const MAX_WORKERS = 4;

/** How many score workers a machine gets: one core is left for the rest of the studio. */
export function scoreWorkerCount(cores: number): number {
  return Math.max(1, Math.min(MAX_WORKERS, cores - 1));
}

/**
 * The score workers from the page. One starts when there is work that no other is free for; a dead
 * one is replaced by the next call. A worker does one thing at a time.
 */
export class ScoreClient implements Disposable {
  readonly #options: ScoreClientOptions;
  readonly #workers = new Set<ScoreWorker>();
  readonly #idle: ScoreWorker[] = [];
  /** Those who wait until a worker is free, or may be started; in the order in which they came. */
  readonly #waiting: (() => void)[] = [];
  #isDisposed = false;

  constructor(options: ScoreClientOptions) {
    this.#options = options;
  }

  /**
   * Counts frames, in the order of the pairs. The first failure ends the call; an abort cancels it
   * in the workers and rejects with the signal's reason.
   */
  async scoreFrames(
    pairs: readonly FramePair[],
    signal?: AbortSignal,
  ): Promise<readonly CountedFrame[]> {
    signal?.throwIfAborted();
    const batches = batchesOf(pairs);
    const counted: (readonly CountedFrame[])[] = [];
    // Ends with the caller's signal, and with the first failure.
    const ending = new AbortController();
    const onAbort = () => ending.abort(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    let next = 0;
    const deal = async () => {
      while (next < batches.length) {
        const at = next++;
        const batch = batches[at] ?? [];
        counted[at] = await this.#withWorker((worker) => countBatch(worker, batch, ending.signal));
      }
    };
    const dealers = Math.min(this.#options.workerCount, batches.length);
    try {
      await Promise.all(Array.from({ length: dealers }, deal));
    } catch (error) {
      ending.abort();
      signal?.throwIfAborted();
      throw error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
    return counted.flat();
  }

  /** Scores of what is counted so far; undefined where the protocol scores nothing of it yet. */
  async report(request: ScoreReportRequest): Promise<ScoreReport | undefined> {
    const packed = await this.#withWorker((worker) =>
      worker.call((remote) => remote.report(packRequest(request))),
    );
    return packed === undefined ? undefined : unpackReport(packed, request);
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    for (const worker of this.#workers) worker[Symbol.dispose]();
    this.#workers.clear();
    this.#idle.length = 0;
    for (const proceed of this.#waiting.splice(0)) proceed();
  }

  async #withWorker<T>(use: (worker: ScoreWorker) => Promise<T>): Promise<T> {
    const worker = await this.#take();
    try {
      return await use(worker);
    } finally {
      this.#free(worker);
    }
  }

  async #take(): Promise<ScoreWorker> {
    for (;;) {
      if (this.#isDisposed) throw closed();
      const idle = this.#idle.pop();
      if (idle !== undefined) return idle;
      if (this.#workers.size < this.#options.workerCount) return this.#start();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #free(worker: ScoreWorker): void {
    if (worker.isAlive && this.#workers.has(worker)) this.#idle.push(worker);
    else this.#workers.delete(worker);
    this.#waiting.shift()?.();
  }

  /** Not to be called by others until both ends of its port are told. */
  async #start(): Promise<ScoreWorker> {
    const worker: ScoreWorker = new WorkerHandle<ScoreApi>(this.#options.spawn(), {
      name: 'score',
      onDeath: () => this.#lose(worker),
      onFault: this.#options.onFault,
    });
    this.#workers.add(worker);
    const { port1, port2 } = new MessageChannel();
    try {
      await Promise.all([
        worker.call((remote) => remote.connectMedia(transfer(port1, [port1]))),
        this.#options.media.connect(port2),
      ]);
    } catch (error) {
      worker[Symbol.dispose]();
      this.#free(worker);
      throw error;
    }
    return worker;
  }

  #lose(worker: ScoreWorker): void {
    this.#workers.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at >= 0) this.#idle.splice(at, 1);
  }
}

async function countBatch(
  worker: ScoreWorker,
  pairs: readonly FramePair[],
  signal: AbortSignal,
): Promise<readonly CountedFrame[]> {
  signal.throwIfAborted();
  // A cancel that fails means that the worker is gone, which the call itself reports.
  const onAbort = () => void worker.call((remote) => remote.cancel()).catch(() => undefined);
  signal.addEventListener('abort', onAbort);
  try {
    // Its own answer is awaited after an abort too: it is free again only then.
    return await worker.call((remote) => remote.scoreFrames(pairs));
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function batchesOf(pairs: readonly FramePair[]): (readonly FramePair[])[] {
  return Array.from({ length: Math.ceil(pairs.length / BATCH_FRAMES) }, (_, at) =>
    pairs.slice(at * BATCH_FRAMES, (at + 1) * BATCH_FRAMES),
  );
}

function closed(): StudioError {
  return new StudioError('worker-terminated', 'The score workers were closed.');
}
