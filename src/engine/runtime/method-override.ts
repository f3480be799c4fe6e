/**
 * Puts another method in an object's own place of one, until it is disposed: what ORT asks of a device
 * goes through the device's JavaScript object alone.
 */
export class MethodOverride<Key extends string> implements Disposable {
  readonly #target: Readonly<Record<Key, unknown>>;
  readonly #key: Key;
  readonly #before: PropertyDescriptor | undefined;

  constructor(target: Readonly<Record<Key, unknown>>, key: Key, value: unknown) {
    this.#target = target;
    this.#key = key;
    this.#before = Object.getOwnPropertyDescriptor(target, key);
    Object.defineProperty(target, key, { value, configurable: true, writable: true });
  }

  [Symbol.dispose](): void {
    if (this.#before === undefined) Reflect.deleteProperty(this.#target, this.#key);
    else Object.defineProperty(this.#target, this.#key, this.#before);
  }
}
