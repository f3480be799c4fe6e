import type { OrtModule } from './ort-module.ts';

/** Lets one call run at a time, in order of arrival. */
export class OrtLock {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `call` when those before it have ended; its error is the caller's. */
  run<T>(call: () => Promise<T>): Promise<T> {
    const result = this.#last.then(call);
    this.#last = result.catch(() => undefined);
    return result;
  }
}

const locks = new WeakMap<OrtModule, OrtLock>();

/**
 * The lock of a build of ORT. The build breaks when two of its calls overlap, whichever sessions they
 * are of; so runtimes that share one, as when a model replaces another, share the lock.
 */
export function lockOf(ort: OrtModule): OrtLock {
  const known = locks.get(ort);
  if (known !== undefined) return known;
  const lock = new OrtLock();
  locks.set(ort, lock);
  return lock;
}
