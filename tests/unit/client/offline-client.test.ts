import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { isScriptGone, OfflineClient } from '../../../src/client/offline-client.ts';
import { FakeContainer, FakeServiceWorker } from '../../helpers/fake-service-worker.ts';

let container: FakeContainer;
let heard: string[];
let nowMs: number;
let isGone: boolean;
let page: EventTarget & { hidden: boolean };

const listener = {
  onUpdateReady: () => void heard.push('update ready'),
  onReplaced: () => void heard.push('replaced'),
};

beforeEach(() => {
  container = new FakeContainer();
  heard = [];
  nowMs = 0;
  isGone = false;
  page = Object.assign(new EventTarget(), { hidden: false });
});

afterEach(() => vi.unstubAllGlobals());

function build(): OfflineClient {
  return new OfflineClient({
    // The fake has what the client uses.
    container: container as unknown as ServiceWorkerContainer,
    scriptUrl: '/service-worker.js',
    page,
    nowMs: () => nowMs,
    reload: () => heard.push('reload'),
    isGone: async () => isGone,
  });
}

/** A client on a page that an earlier visit's worker has served. */
async function buildServed(): Promise<{ client: OfflineClient; worker: FakeServiceWorker }> {
  const worker = new FakeServiceWorker();
  container.registration.active = worker;
  container.controller = worker;
  const client = build();
  await client.start(listener);
  return { client, worker };
}

test('the first visit is told when all is kept, and not that there is a new version', async () => {
  const worker = container.registration.find();
  const client = build();
  const starting = client.start(listener);
  let isStarted = false;
  void starting.then(() => (isStarted = true));
  await Promise.resolve();
  container.registration.install();
  expect(isStarted).toBe(false);
  container.registration.activate();
  container.control(worker);
  await starting;
  expect(await client.keep('jspi')).toBe(true);
  expect(worker.told).toEqual([{ kind: 'keep', bundle: 'jspi' }]);
  expect(heard).toEqual([]);
});

test('files that cannot be kept are a failure', async () => {
  const worker = container.registration.find();
  const starting = build().start(listener);
  await Promise.resolve();
  worker.become('redundant');
  await expect(starting).rejects.toThrow('Not all files');
});

test('on a later visit earlier builds may go once its own files are kept', async () => {
  const { client, worker } = await buildServed();
  worker.isDone = false;
  expect(await client.keep('wasm')).toBe(false);
  expect(worker.told.map(({ kind }) => kind)).toEqual(['keep']);
  worker.isDone = true;
  expect(await client.keep('wasm')).toBe(true);
  expect(worker.told.map(({ kind }) => kind)).toEqual(['keep', 'keep', 'started']);
});

test('a new version is announced once it is kept, and loaded only when asked for', async () => {
  const { client } = await buildServed();
  const next = container.registration.find();
  expect(heard).toEqual([]);
  container.registration.install();
  expect(heard).toEqual(['update ready']);
  client.update();
  expect(next.told).toEqual([{ kind: 'activate' }]);
  expect(heard).toEqual(['update ready']);
  container.registration.activate();
  container.control(next);
  expect(heard).toEqual(['update ready', 'reload']);
});

test('one that was found on an earlier visit is announced at once', async () => {
  container.registration.find();
  container.registration.install();
  await buildServed();
  expect(heard).toEqual(['update ready']);
});

test('a page is not loaded again because another one was; its files may still be needed', async () => {
  const { client } = await buildServed();
  const next = container.registration.find();
  container.registration.install();
  container.registration.activate();
  container.control(next);
  expect(heard).toEqual(['update ready', 'replaced']);
  await client.keep('wasm');
  expect(next.told.map(({ kind }) => kind)).toEqual(['keep']);
  client.update();
  expect(heard.at(-1)).toBe('reload');
});

test('a page that stays open asks for a new version when it is looked at, once an hour', async () => {
  await buildServed();
  const look = (minute: number, hidden = false) => {
    nowMs = minute * 60_000;
    page.hidden = hidden;
    page.dispatchEvent(new Event('visibilitychange'));
    return container.registration.updates;
  };
  expect([look(10), look(61, true), look(62), look(100), look(130)]).toEqual([0, 0, 1, 1, 2]);
});

test('where the server has something else by now, the studio leaves', async () => {
  isGone = true;
  await expect(buildServed()).rejects.toThrow('no longer at this address');
  expect(container.registration.active?.told).toEqual([{ kind: 'leave' }]);
  expect(container.registration.isUnregistered).toBe(true);
  expect(heard).toEqual(['reload']);
});

test('a server that is down, or whose script is there, is no reason to leave', async () => {
  const answers = [
    [async () => new Response('', { status: 404 }), true],
    [async () => new Response('', { status: 200, headers: { 'Content-Type': 'text/html' } }), true],
    [async () => new Response('', { headers: { 'Content-Type': 'text/javascript' } }), false],
    [async () => new Response('', { status: 503 }), false],
    [() => Promise.reject(new TypeError('Failed to fetch')), false],
  ] as const;
  for (const [answer, expected] of answers) {
    vi.stubGlobal('fetch', answer);
    expect(await isScriptGone('/service-worker.js')).toBe(expected);
  }
});
