import { invariant } from '../../src/core/assert.ts';

/** Values by key, as they were before and after a step; `undefined` where there was none. */
interface FakeStep<Value> {
  readonly before: Map<string, Value | undefined>;
  readonly after: Map<string, Value | undefined>;
}

/** Steps of changes of a map, by the rules of `MaskWorkApi`. */
export class FakeMaskHistory<Value> {
  firstStep: number;
  nextStep: number;
  readonly #values: Map<string, Value>;
  readonly #steps: FakeStep<Value>[];

  constructor(values: Map<string, Value>, saved?: FakeMaskHistory<Value>) {
    this.#values = values;
    this.firstStep = saved?.firstStep ?? 1;
    this.nextStep = saved?.nextStep ?? 1;
    this.#steps = (saved?.steps ?? []).map(({ before, after }) => ({
      before: new Map(before),
      after: new Map(after),
    }));
  }

  get endStep(): number {
    return this.firstStep + this.#steps.length;
  }

  get steps(): readonly FakeStep<Value>[] {
    return this.#steps;
  }

  /** Changes one value, as part of the newest step that is not undone. */
  set(key: string, value: Value | undefined): void {
    const step = this.#steps[this.nextStep - 1 - this.firstStep];
    if (step !== undefined) {
      if (!step.before.has(key)) step.before.set(key, this.#values.get(key));
      step.after.set(key, value);
    }
    this.#write(key, value);
  }

  begin(step: number): void {
    invariant(step >= this.nextStep, `step ${step} cannot begin: the next is ${this.nextStep}`);
    this.#steps.length = this.nextStep - this.firstStep;
    while (this.endStep <= step) this.#steps.push({ before: new Map(), after: new Map() });
    this.nextStep = this.endStep;
  }

  /** The keys that changed. */
  revert(step: number): readonly string[] {
    const reverted = this.#steps[step - this.firstStep];
    invariant(
      reverted !== undefined && step === this.nextStep - 1,
      `step ${step} cannot be undone: the newest is ${this.nextStep - 1}`,
    );
    this.nextStep = step;
    for (const [key, value] of reverted.before) this.#write(key, value);
    return [...reverted.before.keys()];
  }

  /** The keys that changed. */
  reapply(step: number): readonly string[] {
    const undone = this.#steps[step - this.firstStep];
    invariant(
      undone !== undefined && step === this.nextStep,
      `step ${step} cannot be redone: the oldest undone one is ${this.nextStep}`,
    );
    this.nextStep = step + 1;
    for (const [key, value] of undone.after) {
      undone.before.set(key, this.#values.get(key));
      this.#write(key, value);
    }
    return [...undone.after.keys()];
  }

  drop(upTo: number): void {
    invariant(upTo < this.nextStep, `step ${upTo} is not done, so that it cannot be dropped`);
    this.#steps.splice(0, Math.max(0, upTo + 1 - this.firstStep));
    this.firstStep = Math.max(this.firstStep, upTo + 1);
  }

  #write(key: string, value: Value | undefined): void {
    if (value === undefined) this.#values.delete(key);
    else this.#values.set(key, value);
  }
}
