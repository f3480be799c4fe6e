import type { OfflineAnswer, OfflineMessage } from '../../src/protocol/offline-api.ts';

/** A service worker in some state of its life. */
export class FakeServiceWorker extends EventTarget {
  readonly told: OfflineMessage[] = [];
  state = 'installing';
  /** What it answers. */
  isDone = true;

  postMessage(message: OfflineMessage, ports: readonly MessagePort[] = []): void {
    this.told.push(message);
    ports[0]?.postMessage({ isDone: this.isDone } satisfies OfflineAnswer);
  }

  become(state: string): void {
    this.state = state;
    this.dispatchEvent(new Event('statechange'));
  }
}

/** The browser's side: which worker is installing, waiting and active. */
export class FakeRegistration extends EventTarget {
  installing: FakeServiceWorker | null = null;
  waiting: FakeServiceWorker | null = null;
  active: FakeServiceWorker | null = null;
  updates = 0;
  isUnregistered = false;

  async unregister(): Promise<boolean> {
    this.isUnregistered = true;
    return true;
  }

  async update(): Promise<void> {
    this.updates++;
    throw new TypeError('Failed to fetch');
  }

  /** Another build is found on the server. */
  find(): FakeServiceWorker {
    const worker = new FakeServiceWorker();
    this.installing = worker;
    this.dispatchEvent(new Event('updatefound'));
    return worker;
  }

  /** The one that was installing is installed. */
  install(): void {
    [this.waiting, this.installing] = [this.installing, null];
    this.waiting?.become('installed');
  }

  /** The one that waits takes over. */
  activate(): void {
    [this.active, this.waiting] = [this.waiting, null];
    this.active?.become('activated');
  }
}

/** `navigator.serviceWorker`. */
export class FakeContainer extends EventTarget {
  readonly registration = new FakeRegistration();
  controller: FakeServiceWorker | null = null;

  async register(): Promise<FakeRegistration> {
    return this.registration;
  }

  control(worker: FakeServiceWorker | null): void {
    this.controller = worker;
    this.dispatchEvent(new Event('controllerchange'));
  }
}
