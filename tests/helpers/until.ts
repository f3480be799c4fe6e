/** Long enough for a machine on which other things run. */
const PATIENCE_MS = 10_000;

/** Waits until `condition` holds; fails after a while, saying what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
): Promise<void> {
  const start = performance.now();
  while (performance.now() - start < PATIENCE_MS) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`Waited in vain until ${what}.`);
}
