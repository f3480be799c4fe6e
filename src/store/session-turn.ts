/** Which of the engine's sessions is in use, and what holds of it. */
export class SessionTurn {
  #generation = 0;
  /** It remembers tracking that was undone; it starts over when it is needed. */
  isStale = false;
  /** It is lent to a run; prompts wait. */
  isLent = false;

  /** Counts the sessions; an answer to an earlier one is dropped. */
  get generation(): number {
    return this.#generation;
  }

  /** From here on all before is void. @returns the number of the session that begins */
  begin(): number {
    this.isStale = false;
    return ++this.#generation;
  }

  /** Whether no later session has begun. */
  isCurrent(generation: number): boolean {
    return generation === this.#generation;
  }
}
