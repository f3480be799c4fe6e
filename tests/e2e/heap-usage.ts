import type { CDPSession, Page } from '@playwright/test';

/** What one thread's JavaScript holds after a full garbage collection. */
export interface HeapUsage {
  /** `page`, or the file of the worker without its hash. */
  readonly thread: string;
  /** Objects on the heap. */
  readonly heapBytes: number;
  /** Array buffers and the memory of WebAssembly, outside of it. */
  readonly bufferBytes: number;
}

interface Usage {
  readonly usedSize: number;
  readonly backingStorageSize?: number;
}

/** Measures the heaps of a page and of its workers. */
export class HeapMeter {
  readonly #session: CDPSession;
  /** Names by session id. */
  readonly #workers = new Map<string, string>();
  readonly #answers = new Map<number, (result: Usage) => void>();
  #asked = 0;

  private constructor(session: CDPSession) {
    this.#session = session;
    session.on('Target.attachedToTarget', ({ sessionId, targetInfo: { type, url } }) => {
      if (type === 'worker') this.#workers.set(sessionId, nameOf(url));
    });
    session.on('Target.detachedFromTarget', ({ sessionId }) => this.#workers.delete(sessionId));
    session.on('Target.receivedMessageFromTarget', ({ message }) => {
      const { id, result } = JSON.parse(message) as { id?: number; result?: Usage };
      if (id === undefined) return;
      this.#answers.get(id)?.(result ?? { usedSize: Number.NaN });
      this.#answers.delete(id);
    });
  }

  static async attach(page: Page): Promise<HeapMeter> {
    const session = await page.context().newCDPSession(page);
    const meter = new HeapMeter(session);
    await session.send('HeapProfiler.enable');
    // Not flat: messages to workers go through the page's connection, the only one that Playwright
    // gives.
    await session.send('Target.setAutoAttach', {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: false,
    });
    return meter;
  }

  /** Collects what is garbage in every thread, then measures. */
  async measure(): Promise<readonly HeapUsage[]> {
    await this.#session.send('HeapProfiler.collectGarbage');
    const page: Usage = await this.#session.send('Runtime.getHeapUsage');
    const workers = [...this.#workers].map(async ([sessionId, thread]) => {
      await this.#ask(sessionId, 'HeapProfiler.enable');
      await this.#ask(sessionId, 'HeapProfiler.collectGarbage');
      return usageOf(thread, await this.#ask(sessionId, 'Runtime.getHeapUsage'));
    });
    return [usageOf('page', page), ...(await Promise.all(workers))];
  }

  async #ask(sessionId: string, method: string): Promise<Usage> {
    const id = ++this.#asked;
    const answer = new Promise<Usage>((resolve) => this.#answers.set(id, resolve));
    const message = JSON.stringify({ id, method });
    await this.#session.send('Target.sendMessageToTarget', { sessionId, message });
    return answer;
  }
}

function usageOf(thread: string, { usedSize, backingStorageSize = 0 }: Usage): HeapUsage {
  return { thread, heapBytes: usedSize, bufferBytes: backingStorageSize };
}

function nameOf(url: string): string {
  return /([\w.]+?)(-[\w-]{8})?\.m?js/.exec(url)?.[1] ?? url;
}
