import { isAbort } from '../core/errors.ts';
import { patch, reportError, type StoreContext } from './store-context.ts';

/** The clip is shown and clicked first; its hash is not in a hurry. */
const BACKGROUND_DELAY_MS = 1500;

/** SHA-256 of the open clip, worked out once, in the background or when it is needed. */
export class ClipHash implements Disposable {
  readonly #context: StoreContext;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: { readonly generation: number; readonly hash: Promise<string> } | undefined;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }

  /**
   * Works the hash out when the page has had time for the clip. Ends by itself with the clip.
   * @param onHash told of it
   */
  startInBackground(onHash: (sha256: string) => void): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.get().then(onHash, (error: unknown) => {
        // Another clip was opened meanwhile.
        if (!isAbort(error)) reportError(this.#context, error);
      });
    }, BACKGROUND_DELAY_MS);
  }

  /**
   * The hash, lower-case hex; waits for the one in the making.
   * @throws the signal's reason; an `AbortError` when another clip is opened
   */
  async get(signal?: AbortSignal): Promise<string> {
    const { project, video } = this.#context.store.getState();
    if (project.videoSha256 !== undefined) return project.videoSha256;
    if (this.#running?.generation !== video.generation) {
      this.#running = { generation: video.generation, hash: this.#hash(video.generation) };
    }
    return until(this.#running.hash, signal);
  }

  async #hash(generation: number): Promise<string> {
    const { services, events, store } = this.#context;
    try {
      const hash = await services.media.contentHash((fraction) =>
        events.push({ type: 'hash-progress', fraction }),
      );
      if (generation !== store.getState().video.generation) throw otherClip();
      patch(this.#context, 'project', { videoSha256: hash });
      return hash;
    } finally {
      if (this.#running?.generation === generation) this.#running = undefined;
    }
  }
}

async function until<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  signal.throwIfAborted();
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

function otherClip(): DOMException {
  return new DOMException('Another clip was opened.', 'AbortError');
}
