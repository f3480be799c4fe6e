import type { Studio } from '../../store/studio-store.ts';

const QUERIES = [
  '(prefers-color-scheme: dark)',
  '(prefers-contrast: more)',
  '(forced-colors: active)',
];

/**
 * Calls back when colours on the page may have changed: for canvases, which do not follow the
 * stylesheet by themselves.
 * @returns ends it
 */
export function watchTheme({ store }: Pick<Studio, 'store'>, onChange: () => void): () => void {
  const abort = new AbortController();
  for (const query of QUERIES) {
    matchMedia(query).addEventListener('change', onChange, { signal: abort.signal });
  }
  const unsubscribe = store.subscribe((state, before) => {
    // The page's own theme is set by another subscriber of the same change.
    if (state.view.theme !== before.view.theme) queueMicrotask(onChange);
  });
  return () => {
    abort.abort();
    unsubscribe();
  };
}
