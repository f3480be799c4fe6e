/**
 * JSON text of a value.
 * @throws Error (a bug) for NaN and infinities, which `JSON.stringify` would write as null
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (key, member: unknown) => {
    if (typeof member === 'number' && !Number.isFinite(member)) {
      throw new Error(`Invariant: ${key} is ${member}, which JSON cannot hold`);
    }
    return member;
  });
}

/** A JSON array piece by piece, one line for each item; only the item at hand is held. */
export async function* jsonArray<Item>(
  items: Iterable<Item> | AsyncIterable<Item>,
  form: (item: Item) => unknown = (item) => item,
): AsyncGenerator<string, void> {
  yield '[';
  let separator = '\n';
  for await (const item of items) {
    yield separator + toJson(form(item));
    separator = ',\n';
  }
  yield ']';
}

/** The text as UTF-8, piece by piece. */
export async function* encodeUtf8(pieces: AsyncIterable<string>): AsyncGenerator<Uint8Array, void> {
  const encoder = new TextEncoder();
  for await (const piece of pieces) yield encoder.encode(piece);
}
