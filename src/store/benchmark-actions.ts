import type { BenchmarkKind } from '../core/benchmark.ts';
import type { BenchmarkBatch, BenchmarkCursor } from '../protocol/benchmark-api.ts';
import { benchmarkObstacle, type BenchmarkSlice } from './benchmark-slice.ts';
import type { EngineSession } from './engine-session.ts';
import { formatBytes } from './format.ts';
import { modelInUse } from './models-slice.ts';
import type { PlaybackActions } from './playback-actions.ts';
import type { StepRecorder } from './step-recorder.ts';
import { patch, raiseAlert, reportError, type StoreContext } from './store-context.ts';

interface Parts {
  readonly engine: EngineSession;
  readonly playback: PlaybackActions;
  readonly recorder: StepRecorder;
}

/** How long the page waits for news; the remaining time counts down at least as often. */
const BATCH_MS = 500;

const SUGGESTION = {
  name: 'benchmark.json',
  description: 'Benchmark',
  mimeType: 'application/json',
  extension: '.json',
} as const;

/** Measuring how fast the model in use runs on this device. */
export class BenchmarkActions {
  readonly #context: StoreContext;
  readonly #parts: Parts;
  #isCancelled = false;

  constructor(context: StoreContext, parts: Parts) {
    this.#context = context;
    this.#parts = parts;
  }

  /** Measures; the result grows meanwhile. The clip, its prompts and its masks have no part in it. */
  async run(kind: BenchmarkKind): Promise<void> {
    if (this.#slice.running !== undefined || this.#isRefused()) return;
    const { engine, playback, recorder } = this.#parts;
    this.#isCancelled = false;
    patch(this.#context, 'benchmark', {
      running: {
        kind,
        doing: 'starting',
        remainingMs: undefined,
        elapsedMs: 0,
        isCancelling: false,
      },
      result: undefined,
    });
    playback.pause();
    try {
      await recorder.settled();
      await engine.settled();
      // Something may have begun in between.
      if (this.#isRefused()) return;
      await engine.lendAside(async (lent) => this.#follow(await lent.benchmark({ kind }), kind));
    } catch (error) {
      this.#endResult();
      reportError(this.#context, error);
    } finally {
      patch(this.#context, 'benchmark', { running: undefined });
    }
  }

  /** Ends the benchmark after the run under way; what is finished is kept. */
  cancel(): void {
    const { running } = this.#slice;
    if (running === undefined) return;
    this.#isCancelled = true;
    patch(this.#context, 'benchmark', { running: { ...running, isCancelling: true } });
  }

  /** Writes the result into a file that the user chooses. Must be called in a user gesture. */
  async save(): Promise<void> {
    const { result } = this.#slice;
    if (result === undefined) return;
    const { services } = this.#context;
    try {
      const target = await services.chooseSaveTarget(SUGGESTION);
      const { benchmarkFile } = await import('./benchmark-file.ts');
      const text = benchmarkFile(result, services.appVersion);
      const { file, bytes } = await services.writeText(target, text);
      if (file !== undefined) services.downloadFile(file, SUGGESTION.name);
      raiseAlert(this.#context, {
        severity: 'success',
        message: `“${SUGGESTION.name}” is written: ${formatBytes(bytes)}.`,
      });
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** The result as text for the report of an issue; empty before the first. */
  async text(): Promise<string> {
    const { result } = this.#slice;
    if (result === undefined) return '';
    const { benchmarkText } = await import('./benchmark-text.ts');
    return benchmarkText(result, this.#context.services.appVersion);
  }

  /** Holds the result against that of a file. */
  async compare(file: File): Promise<void> {
    try {
      const { readBenchmarkFile } = await import('./benchmark-file.ts');
      patch(this.#context, 'benchmark', { compared: await readBenchmarkFile(file) });
    } catch (error) {
      reportError(this.#context, error);
    }
  }

  /** Shows the result alone again. */
  stopComparing(): void {
    patch(this.#context, 'benchmark', { compared: undefined });
  }

  #isRefused(): boolean {
    const message = benchmarkObstacle(this.#context.store.getState());
    if (message === undefined) return false;
    raiseAlert(this.#context, { severity: 'info', message });
    return true;
  }

  async #follow(cursor: BenchmarkCursor, kind: BenchmarkKind): Promise<void> {
    const { nowMs } = this.#context.services;
    const startedMs = nowMs();
    let isTold = false;
    for (;;) {
      if (this.#isCancelled && !isTold) {
        isTold = true;
        await cursor.cancel();
      }
      const batch = await cursor.nextBatch(BATCH_MS);
      this.#show(batch, kind, nowMs() - startedMs);
      if (batch.state !== 'running') return;
    }
  }

  #show(batch: BenchmarkBatch, kind: BenchmarkKind, elapsedMs: number): void {
    const { services, store } = this.#context;
    const model = modelInUse(store.getState().models);
    if (model === undefined) return;
    const { state, measurement, doing, remainingMs } = batch;
    const { result, running } = this.#slice;
    patch(this.#context, 'benchmark', {
      result: {
        kind,
        state,
        createdAt: result?.createdAt ?? services.now().toISOString(),
        model: result?.model ?? model,
        measurement,
      },
      running: running && { ...running, doing, remainingMs, elapsedMs },
    });
  }

  /** A benchmark that failed leaves what it had. */
  #endResult(): void {
    const { result } = this.#slice;
    if (result !== undefined) {
      patch(this.#context, 'benchmark', { result: { ...result, state: 'cancelled' } });
    }
  }

  get #slice(): BenchmarkSlice {
    return this.#context.store.getState().benchmark;
  }
}
