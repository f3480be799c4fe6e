import type { ByteCursor } from './byte-cursor.ts';
import { invalidCheckpoint, unsupportedCheckpoint } from './checkpoint-errors.ts';
import { CHECKPOINT_LIMITS } from './limits.ts';
import type { PickleValue } from './pickle-values.ts';

/**
 * Stack, marks and memo of Python's pickle machine, each with a budget. Follows CPython's
 * `Lib/pickle.py: _Unpickler`, where a mark sets the stack aside: nothing can pop past it.
 */
export class PickleMachine {
  readonly cursor: ByteCursor;
  #stack: PickleValue[] = [];
  readonly #setAside: PickleValue[][] = [];
  readonly #memo = new Map<number, PickleValue>();
  #height = 0;
  #objectCount = 0;

  constructor(cursor: ByteCursor) {
    this.cursor = cursor;
  }

  push(value: PickleValue): void {
    if (++this.#height > CHECKPOINT_LIMITS.pickleValues) throw tooLarge('values at once');
    this.#stack.push(value);
  }

  /** Pushes a new object, which counts against the budget of objects. */
  pushObject(value: PickleValue): void {
    this.#countObject();
    this.push(value);
  }

  pop(): PickleValue {
    const value = this.peek();
    this.#stack.pop();
    this.#height--;
    return value;
  }

  /** The topmost value, which stays. */
  peek(): PickleValue {
    if (this.#stack.length === 0) throw invalidCheckpoint('The pickle takes more than it put.');
    return this.#stack.at(-1);
  }

  mark(): void {
    this.#countObject();
    this.#setAside.push(this.#stack);
    this.#stack = [];
  }

  /** The values above the last mark. The caller owns the array. */
  popToMark(): PickleValue[] {
    const stack = this.#setAside.pop();
    if (stack === undefined) throw invalidCheckpoint('The pickle returns to a mark it never set.');
    const values = this.#stack;
    this.#stack = stack;
    this.#height -= values.length;
    return values;
  }

  /** `POP`: drops a value, or the mark when nothing lies above it. */
  drop(): void {
    if (this.#stack.length > 0) this.pop();
    else this.popToMark();
  }

  remember(index: number): void {
    this.#memo.set(index, this.peek());
    if (this.#memo.size > CHECKPOINT_LIMITS.pickleValues) throw tooLarge('remembered values');
  }

  rememberNext(): void {
    this.remember(this.#memo.size);
  }

  recall(index: number): void {
    if (!this.#memo.has(index)) throw invalidCheckpoint('The pickle recalls what it never had.');
    this.push(this.#memo.get(index));
  }

  #countObject(): void {
    if (++this.#objectCount > CHECKPOINT_LIMITS.pickleObjects) throw tooLarge('objects');
  }
}

function tooLarge(what: string): Error {
  return unsupportedCheckpoint(
    `The pickle holds more than ${CHECKPOINT_LIMITS.pickleObjects} ${what}, far more than a checkpoint has.`,
    'Choose a .pt file that holds one model, or save the weights alone.',
  );
}
