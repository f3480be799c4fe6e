/**
 * Loads items in order, up to `depth` of them at a time, so that reading goes on while the one at
 * hand is used. Holds at most `depth` results.
 */
export async function* readAhead<Item, Result>(
  items: readonly Item[],
  load: (item: Item) => Promise<Result>,
  depth: number,
): AsyncGenerator<Result> {
  const pending: Promise<Result>[] = [];
  for (let next = 0; next < items.length || pending.length > 0;) {
    while (pending.length < depth && next < items.length) {
      const item = items[next++];
      if (item === undefined) continue;
      const loading = load(item);
      // One that fails while an earlier one is awaited is reported when its turn comes.
      loading.catch(() => undefined);
      pending.push(loading);
    }
    const first = pending.shift();
    if (first !== undefined) yield await first;
  }
}
