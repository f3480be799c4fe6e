import type { OfflineAnswer, OfflineMessage } from '../src/protocol/offline-api.ts';
import type { OfflineBuild } from '../src/storage/offline/offline-build.ts';
import { OfflineStudio } from '../src/storage/offline/offline-studio.ts';

declare const self: ServiceWorkerGlobalScope;
/** Put in by the build, which alone knows it. */
declare const __OFFLINE_BUILD__: OfflineBuild;

const { registration } = self;
const studio = new OfflineStudio({
  build: __OFFLINE_BUILD__,
  root: registration.scope,
  caches,
  fetch: (request, init) => fetch(request, init),
});

const openPages = () => self.clients.matchAll({ type: 'window', includeUncontrolled: true });

async function takeOver(): Promise<void> {
  // A page that is open may be of an earlier build, and go on with its files until it is reloaded.
  if ((await openPages()).length === 0) await studio.removeOtherBuilds();
  await self.clients.claim();
}

async function follow(message: OfflineMessage, port: MessagePort | undefined): Promise<void> {
  if (message.kind === 'activate') await self.skipWaiting();
  else if (message.kind === 'leave') await studio.removeAllBuilds();
  else if (message.kind === 'keep') {
    const isKept = await studio.keepPart(message.bundle).then(
      () => true,
      () => false,
    );
    port?.postMessage({ isKept } satisfies OfflineAnswer);
  } else if (registration.waiting === null && registration.installing === null) {
    if ((await openPages()).length === 1) await studio.removeOtherBuilds();
  }
}

self.addEventListener('install', (event) => event.waitUntil(studio.install()));
self.addEventListener('activate', (event) => event.waitUntil(takeOver()));
self.addEventListener('message', (event) => event.waitUntil(follow(event.data, event.ports[0])));
self.addEventListener('fetch', (event) => {
  const response = studio.responseTo(event.request);
  if (response !== undefined) event.respondWith(response);
});
