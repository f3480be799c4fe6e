import { releaseProxy, wrap, type Endpoint, type Remote } from 'comlink';
import { StudioError } from '../core/errors.ts';

/** What the page needs of a `Worker`; tests give a message channel instead. */
export interface WorkerEndpoint extends Endpoint {
  terminate(): void;
}

interface WorkerHandleOptions {
  /** As users read it: `The video worker stopped …`. */
  readonly name: string;
  /** Told once, when the worker can no longer answer. Not told after `dispose`. */
  readonly onDeath?: (error: StudioError) => void;
  /** Told of an uncaught error in a worker that goes on answering. */
  readonly onFault?: (error: Error) => void;
}

/**
 * Owns a worker, its Comlink proxy and the calls under way. Comlink itself never settles a call
 * whose worker is gone (comlink#601), and closes the port of a proxy that is collected during a
 * call (comlink#692); so the proxy lives in a field here and pending calls are rejected here.
 */
export class WorkerHandle<Api> implements Disposable {
  readonly #worker: WorkerEndpoint;
  readonly #remote: Remote<Api>;
  readonly #options: WorkerHandleOptions;
  readonly #pending = new Set<(reason: unknown) => void>();
  #hasAnswered = false;
  #end: StudioError | undefined;

  constructor(worker: WorkerEndpoint, options: WorkerHandleOptions) {
    this.#worker = worker;
    this.#options = options;
    worker.addEventListener('error', this.#onError);
    this.#remote = wrap<Api>(worker);
  }

  /** Whether the worker can still answer. */
  get isAlive(): boolean {
    return this.#end === undefined;
  }

  /**
   * Runs one call. Rejects with `worker-terminated` when the worker ends first, and with the
   * signal's reason when it aborts first; the worker itself is told nothing of the abort.
   */
  call<T>(run: (remote: Remote<Api>) => Promise<T>, signal?: AbortSignal): Promise<T> {
    const { promise, resolve, reject } = settleable<T>();
    if (this.#end !== undefined) reject(this.#end);
    else if (signal?.aborted === true) reject(signal.reason);
    else this.#start(run, { resolve, reject }, signal);
    return promise;
  }

  /** Ends the worker; calls under way and later ones reject with `reason`. */
  terminate(reason: StudioError): void {
    if (this.#end !== undefined) return;
    this.#end = reason;
    this.#worker.removeEventListener('error', this.#onError);
    for (const reject of this.#pending) reject(reason);
    this.#pending.clear();
    this.#remote[releaseProxy]();
    this.#worker.terminate();
  }

  [Symbol.dispose](): void {
    this.terminate(workerTerminated(this.#options.name, 'it was closed'));
  }

  #start<T>(
    run: (remote: Remote<Api>) => Promise<T>,
    settle: { resolve: (value: T) => void; reject: (reason: unknown) => void },
    signal: AbortSignal | undefined,
  ): void {
    const onAbort = () => settle.reject(signal?.reason);
    const finish = () => {
      this.#pending.delete(settle.reject);
      signal?.removeEventListener('abort', onAbort);
    };
    this.#pending.add(settle.reject);
    signal?.addEventListener('abort', onAbort);
    run(this.#remote).then(
      (value) => {
        this.#hasAnswered = true;
        finish();
        settle.resolve(value);
      },
      (error: unknown) => {
        this.#hasAnswered = true;
        finish();
        settle.reject(error);
      },
    );
  }

  // An uncaught error does not end a worker, unless it came before the worker could serve a call:
  // then its script failed to load or to start, and no call will ever be answered.
  readonly #onError = (event: Event): void => {
    const detail =
      'message' in event && typeof event.message === 'string' && event.message !== ''
        ? event.message
        : 'its script did not load';
    if (this.#hasAnswered) {
      this.#options.onFault?.(new Error(`${this.#options.name}: ${detail}`));
      return;
    }
    const error = workerTerminated(this.#options.name, detail);
    this.terminate(error);
    this.#options.onDeath?.(error);
  };
}

function workerTerminated(name: string, detail: string): StudioError {
  return new StudioError('worker-terminated', `The ${name} worker stopped: ${detail}.`, {
    hint: 'Reload the page. If it happens again, note the message and report it.',
  });
}

function settleable<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<T>((onResolve, onReject) => {
    resolve = onResolve;
    reject = onReject;
  });
  return { promise, resolve, reject };
}
