import { invariant } from '../../core/assert.ts';
import { isAbort } from '../../core/errors.ts';
import type { BenchmarkMeasurement } from '../../core/benchmark.ts';
import type {
  BenchmarkBatch,
  BenchmarkCursor,
  BenchmarkRequest,
} from '../../protocol/benchmark-api.ts';
import type { CallQueue } from '../runtime/call-queue.ts';
import type { LoadedModel } from '../session/loaded-model.ts';
import { WakeUp } from '../wake-up.ts';
import { BENCHMARK_PLANS } from './benchmark-plan.ts';
import { BenchmarkScene } from './benchmark-scene.ts';
import { measureDevice } from './measure-device.ts';

/** What a `BenchmarkRun` works with; it owns none of it. */
export interface BenchmarkRunOptions {
  readonly model: LoadedModel;
  /** Carries every call that touches the graphs. */
  readonly queue: CallQueue;
  readonly request: BenchmarkRequest;
}

/** A benchmark under way. It pushes, the page pulls; neither waits for the other. */
export class BenchmarkRun implements BenchmarkCursor {
  readonly #abort = new AbortController();
  /** Never rejects. */
  readonly #running: Promise<void>;
  #state: BenchmarkBatch['state'] = 'running';
  #doing = '';
  #remainingMs: number | undefined;
  #measurement: BenchmarkMeasurement | undefined;
  #failure: { readonly error: unknown } | undefined;
  #hasNews = false;
  readonly #wake = new WakeUp();

  /** Starts measuring. */
  constructor(options: BenchmarkRunOptions) {
    this.#running = this.#run(options);
  }

  async nextBatch(maxMs: number): Promise<BenchmarkBatch> {
    if (!this.#hasNews) await this.#wake.within(maxMs);
    // Before the first measurement there is nothing to tell but failure.
    while (this.#measurement === undefined && this.#failure === undefined) {
      await this.#wake.within(maxMs);
    }
    this.#hasNews = this.#state !== 'running';
    if (this.#failure !== undefined) throw this.#failure.error;
    invariant(this.#measurement !== undefined, 'a benchmark without a failure has measured');
    return {
      state: this.#state,
      doing: this.#doing,
      ...(this.#remainingMs === undefined ? {} : { remainingMs: this.#remainingMs }),
      measurement: this.#measurement,
    };
  }

  async cancel(): Promise<void> {
    this.#abort.abort();
  }

  /** Cancels; resolves when nothing uses the graphs any more. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.#running;
  }

  async #run({ model, queue, request }: BenchmarkRunOptions): Promise<void> {
    const plan = BENCHMARK_PLANS[request.kind];
    const { signal } = this.#abort;
    const measuring = { model, queue, plan, scene: new BenchmarkScene(), signal };
    try {
      await measureDevice(measuring, {
        onStart: (doing) => this.#tell(() => (this.#doing = doing)),
        onRemaining: (remainingMs) => this.#tell(() => (this.#remainingMs = remainingMs)),
        onMeasured: (measurement) => this.#tell(() => (this.#measurement = measurement)),
      });
      this.#tell(() => (this.#state = 'complete'));
    } catch (error) {
      this.#tell(() => {
        if (isAbort(error)) this.#state = 'cancelled';
        else this.#failure = { error };
      });
    }
  }

  #tell(change: () => void): void {
    change();
    this.#hasNews = true;
    this.#wake.ring();
  }
}
