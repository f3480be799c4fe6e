import { invariant } from '../core/assert.ts';
import type { DeviceReport } from '../protocol/device.ts';
import type { OfflineAnswer, OfflineMessage } from '../protocol/offline-api.ts';

/** How often a page that stays open asks whether there is a new version. */
const UPDATE_CHECK_MS = 3_600_000;

/** What `OfflineClient` needs of the page it is on. */
interface OfflineClientOptions {
  readonly container: ServiceWorkerContainer;
  /** Of the service worker; the studio's root is the folder that it lies in. */
  readonly scriptUrl: string;
  readonly page: Pick<Document, 'hidden' | 'addEventListener'>;
  readonly nowMs: () => number;
  readonly reload: () => void;
  /** Whether the server is there and has no studio. */
  readonly isGone: () => Promise<boolean>;
}

/** What the user should hear of. Nothing of it changes the page that is open. */
export interface OfflineListener {
  /** Another version is kept, and takes over when no page is open or `update` is called. */
  onUpdateReady(): void;
  /** Another page of the studio has called `update`. */
  onReplaced(): void;
}

/** The page's side of the service worker. */
export class OfflineClient {
  readonly #options: OfflineClientOptions;
  #registration: ServiceWorkerRegistration | undefined;
  #checkedAtMs: number;
  /** Whether the files of this page are those of the worker that serves it now. */
  #isServed = false;
  #isUpdating = false;

  constructor(options: OfflineClientOptions) {
    this.#options = options;
    this.#checkedAtMs = options.nowMs();
  }

  /**
   * Registers the service worker, which then keeps the studio's files. Called once.
   * @returns when all that every browser needs is kept
   * @throws what the browser throws where it allows none; `TypeError` where not all could be kept
   */
  async start(listener: OfflineListener): Promise<void> {
    const { container, scriptUrl } = this.#options;
    let hadController = container.controller !== null;
    this.#isServed = hadController;
    container.addEventListener('controllerchange', () => {
      this.#isServed = false;
      if (this.#isUpdating) this.#options.reload();
      else if (hadController) listener.onReplaced();
      hadController = true;
    });
    const registration = await container.register(scriptUrl, { updateViaCache: 'none' });
    this.#registration = registration;
    this.#watch(registration, listener);
    if (this.#isServed && (await this.#options.isGone())) await this.#leave(registration);
    await whenActive(registration);
  }

  /**
   * Keeps what this build of ONNX Runtime needs.
   * @returns whether all of it is kept
   */
  async keep(bundle: DeviceReport['bundle']): Promise<boolean> {
    const { isDone } = await this.#ask({ kind: 'keep', bundle });
    // Only now may an earlier build's files go, from which some of these may have come.
    if (isDone && this.#isServed) this.#tell({ kind: 'started' });
    return isDone;
  }

  /** Loads the page again with the new version. The browser asks the user first about unsaved work. */
  update(): void {
    const waiting = this.#registration?.waiting ?? undefined;
    if (waiting === undefined) {
      this.#options.reload();
      return;
    }
    this.#isUpdating = true;
    waiting.postMessage({ kind: 'activate' } satisfies OfflineMessage);
  }

  #watch(registration: ServiceWorkerRegistration, listener: OfflineListener): void {
    const announce = () => {
      if (registration.waiting !== null && registration.active !== null) listener.onUpdateReady();
    };
    const follow = () => registration.installing?.addEventListener('statechange', announce);
    announce();
    follow();
    registration.addEventListener('updatefound', follow);
    this.#options.page.addEventListener('visibilitychange', () => this.#lookForUpdate());
  }

  /**
   * A kept studio must not hide what has come to its address since, as when another program is
   * served on the same port of this machine.
   */
  async #leave(registration: ServiceWorkerRegistration): Promise<never> {
    await this.#ask({ kind: 'leave' });
    await registration.unregister();
    this.#options.reload();
    throw new Error('The studio is no longer at this address.');
  }

  #lookForUpdate(): void {
    const { page, nowMs } = this.#options;
    if (page.hidden || nowMs() - this.#checkedAtMs < UPDATE_CHECK_MS) return;
    this.#checkedAtMs = nowMs();
    // Without a network there is nothing new; the browser says so as a TypeError.
    this.#registration?.update().catch(() => {});
  }

  async #ask(message: OfflineMessage): Promise<OfflineAnswer> {
    const { port1, port2 } = new MessageChannel();
    const answer = new Promise<OfflineAnswer>((resolve) => {
      port1.addEventListener('message', ({ data }) => resolve(data), { once: true });
    });
    port1.start();
    this.#tell(message, port2);
    try {
      return await answer;
    } finally {
      port1.close();
    }
  }

  #tell(message: OfflineMessage, port?: MessagePort): void {
    const worker = this.#registration?.active ?? undefined;
    invariant(worker !== undefined, 'the service worker is told something before it has started');
    worker.postMessage(message, port === undefined ? [] : [port]);
  }
}

function whenActive(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active !== null || worker === null) return Promise.resolve();
  return new Promise((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') {
        reject(new TypeError('Not all files of the studio could be kept.'));
      }
    });
  });
}

/** Whether the server answers that it has no such script, or with a page in its place. */
export async function isScriptGone(url: string): Promise<boolean> {
  try {
    const { status, headers } = await fetch(url, { method: 'HEAD', cache: 'no-store' });
    const isPage = headers.get('Content-Type')?.startsWith('text/html') === true;
    return status === 404 || status === 410 || (status === 200 && isPage);
  } catch {
    // No answer is no news: that is what the studio is kept for.
    return false;
  }
}
