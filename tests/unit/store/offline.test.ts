import { afterEach, expect, test } from 'vitest';
import { OfflineClient } from '../../../src/client/offline-client.ts';
import { buildFakeStudio, type FakeStudio } from '../../helpers/fake-studio.ts';
import { FakeContainer } from '../../helpers/fake-service-worker.ts';
import { until } from '../../helpers/until.ts';

let studio: FakeStudio | undefined;

afterEach(() => studio?.[Symbol.dispose]());

function build(container: FakeContainer): FakeStudio {
  const offline = new OfflineClient({
    // The fake has what the client uses.
    container: container as unknown as ServiceWorkerContainer,
    scriptUrl: '/service-worker.js',
    page: Object.assign(new EventTarget(), { hidden: false }),
    nowMs: () => 0,
    reload: () => {},
    isGone: async () => false,
  });
  studio = buildFakeStudio({ services: { offline }, backend: 'wasm' });
  return studio;
}

const statusOf = ({ store }: FakeStudio) => store.getState().offline.status;

test('the studio is ready for visits without a network once the model’s engine is kept', async () => {
  const container = new FakeContainer();
  const worker = container.registration.find();
  const made = build(container);
  const starting = made.actions.offline.start();
  expect(statusOf(made)).toBe('preparing');
  await Promise.resolve();
  container.registration.install();
  container.registration.activate();
  await starting;
  expect(worker.told).toEqual([]);
  await made.actions.models.loadBundled();
  await until(() => statusOf(made) === 'ready', 'it is kept');
  expect(worker.told.map(({ kind }) => kind)).toEqual(['keep']);
});

test('what cannot be kept is told, and disturbs nothing', async () => {
  const container = new FakeContainer();
  container.register = async () => {
    throw new DOMException('Not allowed here', 'SecurityError');
  };
  const made = build(container);
  await made.actions.offline.start();
  expect(made.store.getState().offline).toEqual({ status: 'failed', message: 'Not allowed here' });
  expect(made.store.getState().alerts.log).toEqual([]);
});

test('a new version is offered, and taken only when the user says so', async () => {
  const container = new FakeContainer();
  container.registration.find();
  container.registration.install();
  container.registration.activate();
  const made = build(container);
  await made.actions.offline.start();
  const next = container.registration.find();
  container.registration.install();
  const [alert] = made.store.getState().alerts.log;
  expect(alert?.message).toBe('A new version is ready.');
  expect(next.told).toEqual([]);
  await made.actions.alerts.follow(alert?.id ?? 0);
  expect(next.told).toEqual([{ kind: 'activate' }]);
});

test('without service workers nothing is said', async () => {
  studio = buildFakeStudio();
  await studio.actions.offline.start();
  expect(studio.store.getState().offline).toEqual({ status: 'off' });
});
