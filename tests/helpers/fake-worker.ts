import { expose } from 'comlink';
import type { WorkerEndpoint } from '../../src/client/worker-handle.ts';

/** A worker that is an object behind a message channel: everything is cloned as it would be. */
export interface FakeWorker extends WorkerEndpoint {
  readonly isTerminated: boolean;
  /** What the page hears when the worker's script throws or does not load. */
  raiseError(message: string): void;
}

export function fakeWorker(api: object): FakeWorker {
  const { port1, port2 } = new MessageChannel();
  const errors = new EventTarget();
  let isTerminated = false;
  expose(api, port2);
  const targetFor = (type: string) => (type === 'message' ? port1 : errors);
  return {
    get isTerminated() {
      return isTerminated;
    },
    raiseError(message) {
      errors.dispatchEvent(Object.assign(new Event('error'), { message }));
    },
    postMessage: (message: unknown, transfer: Transferable[] = []) =>
      port1.postMessage(message, transfer),
    addEventListener: (type, listener, options) =>
      targetFor(type).addEventListener(type, listener, options),
    removeEventListener: (type, listener, options) =>
      targetFor(type).removeEventListener(type, listener, options),
    start: () => port1.start(),
    terminate() {
      isTerminated = true;
      port1.close();
      port2.close();
    },
  };
}
