import type { DecodeRun } from './decode-run.ts';

interface Slot {
  readonly run: DecodeRun;
  /** Tasks that run on it or wait for it. */
  users: number;
}

/** What a task needs of a run: to be able to give `target` from no earlier than `from`. */
export interface RunNeed {
  readonly target: number;
  /** Rank of the key frame from which a new run would start. */
  readonly from: number;
}

/**
 * A few decoders at different places of one clip: the stage, the tracker and an export may each go
 * their own way. A run in use is never taken away; who finds all in use waits.
 */
export class RunPool {
  readonly #maxRuns: number;
  readonly #start: (target: number) => Promise<DecodeRun>;
  /** The one used last is last. */
  #slots: Slot[] = [];
  #acquiring: Promise<unknown> = Promise.resolve();
  #onRelease: () => void = () => undefined;
  #isClosed = false;

  constructor(maxRuns: number, start: (target: number) => Promise<DecodeRun>) {
    this.#maxRuns = maxRuns;
    this.#start = start;
  }

  /** Runs `task` on the run that comes to the target with the least work, when it is free. */
  async use<T>(need: RunNeed, task: (run: DecodeRun) => Promise<T>): Promise<T> {
    const acquired = this.#acquiring.then(() => this.#acquire(need));
    this.#acquiring = acquired.catch(() => undefined);
    const slot = await acquired;
    try {
      return await slot.run.exclusively(() => task(slot.run));
    } finally {
      slot.users--;
      this.#onRelease();
    }
  }

  /** Closes every run; searches under way are rejected. */
  close(): void {
    this.#isClosed = true;
    for (const { run } of this.#slots.splice(0)) run.close();
    this.#onRelease();
  }

  async #acquire(need: RunNeed): Promise<Slot> {
    for (;;) {
      const slot = this.#best(need);
      if (slot !== undefined) return this.#take(slot);
      if (this.#slots.length < this.#maxRuns || this.#dropIdle()) break;
      await new Promise<void>((resolve) => (this.#onRelease = resolve));
    }
    const run = await this.#start(need.target);
    if (this.#isClosed) run.close();
    return this.#take({ run, users: 0 });
  }

  #best({ target, from }: RunNeed): Slot | undefined {
    this.#slots = this.#slots.filter(({ run, users }) => run.isAlive || users > 0);
    return this.#slots
      .filter(({ run }) => run.isAlive && run.position >= from && run.position <= target)
      .sort((a, b) => b.run.position - a.run.position)[0];
  }

  #take(slot: Slot): Slot {
    slot.users++;
    this.#slots = [...this.#slots.filter((other) => other !== slot), slot];
    return slot;
  }

  /** Closes the unused run that was used longest ago; false where all are in use. */
  #dropIdle(): boolean {
    const idle = this.#slots.find(({ users }) => users === 0);
    if (idle === undefined) return false;
    idle.run.close();
    this.#slots = this.#slots.filter((slot) => slot !== idle);
    return true;
  }
}
