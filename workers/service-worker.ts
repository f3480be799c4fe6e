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
  countPages: async () =>
    (await self.clients.matchAll({ type: 'window', includeUncontrolled: true })).length,
  hasNewer: () => registration.waiting !== null || registration.installing !== null,
});

async function follow(message: OfflineMessage): Promise<void> {
  if (message.kind === 'activate') await self.skipWaiting();
  if (message.kind === 'keep') await studio.keepPart(message.bundle);
  if (message.kind === 'leave') await studio.removeAllBuilds();
  if (message.kind === 'started') await studio.pageStarted();
}

async function answer({ data, ports }: ExtendableMessageEvent): Promise<void> {
  const isDone = await follow(data).then(
    () => true,
    () => false,
  );
  ports[0]?.postMessage({ isDone } satisfies OfflineAnswer);
}

self.addEventListener('install', (event) => event.waitUntil(studio.install()));
self.addEventListener('activate', (event) =>
  event.waitUntil(studio.takeOver().then(() => self.clients.claim())),
);
self.addEventListener('message', (event) => event.waitUntil(answer(event)));
self.addEventListener('fetch', (event) => {
  const response = studio.responseTo(event.request);
  if (response !== undefined) event.respondWith(response);
});
