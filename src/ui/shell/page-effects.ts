import type { Studio } from '../../store/studio-store.ts';
import { isRunning } from '../../store/propagation-state.ts';

/** What the studio does to the page outside its own elements. @returns ends it */
export function watchPage(studio: Studio): () => void {
  const abort = new AbortController();
  const { signal } = abort;
  const apply = () => {
    const { view, video } = studio.store.getState();
    applyTheme(view.theme);
    const name = video.info?.name;
    document.title = name === undefined ? 'Segmentation Studio' : `${name} – Segmentation Studio`;
  };
  apply();
  const unsubscribe = studio.store.subscribe((state, before) => {
    if (state.view.theme !== before.view.theme || state.video !== before.video) apply();
  });
  // Errors that nothing caught must not be only in the console.
  const report = (error: unknown) => studio.actions.alerts.reportError(error);
  window.addEventListener('error', (event) => report(event.error ?? event.message), { signal });
  window.addEventListener('unhandledrejection', (event) => report(event.reason), { signal });
  window.addEventListener('beforeunload', (event) => guardWork(event, studio), { signal });
  // A hidden page may be ended without another word.
  const save = () => studio.actions.recent.saveNow();
  window.addEventListener('pagehide', save, { signal });
  document.addEventListener('visibilitychange', save, { signal });
  return () => {
    unsubscribe();
    abort.abort();
  };
}

function applyTheme(theme: 'system' | 'light' | 'dark'): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
}

// The browser asks in its own words before it closes the page: about work that is not saved, and
// about tracking, whose finished frames are kept, but not what it still has to do.
function guardWork(event: BeforeUnloadEvent, studio: Studio): void {
  studio.actions.recent.saveNow();
  const { project, propagation } = studio.store.getState();
  if (project.hasUnsavedWork || isRunning(propagation)) event.preventDefault();
}
