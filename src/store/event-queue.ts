import type { EngineEvent } from './engine-events.ts';

interface EventQueueOptions {
  /** Calls back before the next frame is drawn. */
  readonly requestFrame: (callback: () => void) => void;
  readonly apply: (events: readonly EngineEvent[]) => void;
}

/**
 * Collects what the workers send and hands it on once for each animation frame. Events of an
 * earlier clip fall away.
 */
export class EventQueue {
  readonly #options: EventQueueOptions;
  #events: EngineEvent[] = [];
  #isScheduled = false;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  push(event: EngineEvent): void {
    this.#events.push(event);
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#options.requestFrame(() => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  /** Hands on what is there now. */
  flush(): void {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    this.#options.apply(events);
  }

  /** Drops what is there: the clip that it belongs to is gone. */
  clear(): void {
    this.#events = [];
  }
}
