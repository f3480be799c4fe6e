/** Throws when `condition` is false: a bug in this program, never a user's mistake. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`Invariant: ${message}`);
}

/** Ends a `switch` over a closed union; the compiler refuses a forgotten case. */
export function assertNever(value: never): never {
  throw new Error(`Invariant: unexpected value ${String(value)}`);
}
