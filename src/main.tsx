import { createRoot } from 'react-dom/client';
import { ExportClient } from './client/export-client.ts';
import { InferenceClient } from './client/inference-client.ts';
import { MediaClient } from './client/media-client.ts';
import { isScriptGone, OfflineClient } from './client/offline-client.ts';
import { rememberedFiles } from './client/remembered-files.ts';
import { fetchSampleClip } from './client/sample-clip.ts';
import { chooseSaveTarget, downloadFile, writeText } from './client/save-file.ts';
import { ScoreClient, scoreWorkerCount } from './client/score-client.ts';
import { invariant } from './core/assert.ts';
import { installErrorTransfer } from './protocol/error-transfer.ts';
import { askToPersist, ProjectRecords, recordDatabase } from './storage/project-records.ts';
import { textOfLocalStorage } from './store/settings.ts';
import { createStudio } from './store/studio-store.ts';
import { App } from './ui/app.tsx';

/** Of package.json, put in by the build. */
declare const __APP_VERSION__: string;

installErrorTransfer();

const nowMs = () => performance.now();
const onFault = (error: Error) => studio.actions.alerts.reportError(error);

const media = new MediaClient({
  spawn: () =>
    new Worker(new URL('../workers/decode.worker.ts', import.meta.url), {
      type: 'module',
      name: 'decode',
    }),
  onDeath: (error) => studio.actions.alerts.reportMediaLoss(error),
  onFault,
});

const studio = createStudio({
  media,
  inference: new InferenceClient({
    spawn: () =>
      new Worker(new URL('../workers/inference.worker.ts', import.meta.url), {
        type: 'module',
        name: 'inference',
      }),
    media,
    onFault,
    nowMs,
  }),
  exporter: new ExportClient({
    spawn: () =>
      new Worker(new URL('../workers/export.worker.ts', import.meta.url), {
        type: 'module',
        name: 'export',
      }),
    media,
    onFault,
  }),
  scorer: new ScoreClient({
    spawn: () =>
      new Worker(new URL('../workers/score.worker.ts', import.meta.url), {
        type: 'module',
        name: 'score',
      }),
    media,
    onFault,
    workerCount: scoreWorkerCount(navigator.hardwareConcurrency),
  }),
  chooseSaveTarget,
  writeText,
  downloadFile,
  fetchSampleClip: () => fetchSampleClip(import.meta.env.BASE_URL),
  settings: textOfLocalStorage('segmentation-studio'),
  projects: new ProjectRecords(recordDatabase()),
  askToPersist,
  newProjectId: () => crypto.randomUUID(),
  rememberedFiles,
  offline: offlineClient(),
  nowMs,
  now: () => new Date(),
  // A page that is not on the screen draws no frames, but its tracking goes on.
  requestFrame: (callback) => {
    if (document.hidden) setTimeout(callback, 200);
    else requestAnimationFrame(callback);
  },
  appVersion: __APP_VERSION__,
});

const root = document.getElementById('root');
invariant(root !== null, 'index.html has no #root');
createRoot(root).render(<App studio={studio} />);
void studio.actions.recent.load();
void loadThenKeep();

async function loadThenKeep(): Promise<void> {
  const isLoaded = new Promise((resolve) => {
    if (document.readyState === 'complete') resolve(undefined);
    else window.addEventListener('load', resolve, { once: true });
  });
  await Promise.all([isLoaded, studio.actions.models.loadBundled()]);
  await studio.actions.offline.start();
}

/** None on the development server, whose files change under it. */
function offlineClient(): OfflineClient | undefined {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return undefined;
  const scriptUrl = `${import.meta.env.BASE_URL}service-worker.js`;
  return new OfflineClient({
    container: navigator.serviceWorker,
    scriptUrl,
    isGone: () => isScriptGone(scriptUrl),
    page: document,
    nowMs,
    reload: () => location.reload(),
  });
}
