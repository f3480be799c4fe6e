import { expect, test, vi } from 'vitest';
import { WorkerHandle } from '../../../src/client/worker-handle.ts';
import { StudioError } from '../../../src/core/errors.ts';
import { installErrorTransfer } from '../../../src/protocol/error-transfer.ts';
import { fakeWorker } from '../../helpers/fake-worker.ts';

installErrorTransfer();

interface Api {
  double(value: number): Promise<number>;
  never(): Promise<void>;
  fail(): Promise<void>;
}

function buildApi(): Api {
  return {
    double: async (value) => 2 * value,
    never: () => new Promise(() => {}),
    fail: async () => {
      throw new StudioError('out-of-memory', 'No memory is left.', { hint: 'Close other tabs.' });
    },
  };
}

function start(options: { onDeath?: (error: StudioError) => void; onFault?: () => void } = {}) {
  const worker = fakeWorker(buildApi());
  return { worker, handle: new WorkerHandle<Api>(worker, { name: 'test', ...options }) };
}

test('a call crosses and comes back', async () => {
  const { handle } = start();
  expect(await handle.call((remote) => remote.double(21))).toBe(42);
  handle[Symbol.dispose]();
});

test('an error keeps its code and its hint', async () => {
  const { handle } = start();
  const error: unknown = await handle.call((remote) => remote.fail()).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'out-of-memory', hint: 'Close other tabs.' });
  handle[Symbol.dispose]();
});

test('dispose rejects pending and later calls, and ends the worker', async () => {
  const { worker, handle } = start();
  const pending = handle.call((remote) => remote.never());
  handle[Symbol.dispose]();
  await expect(pending).rejects.toMatchObject({ code: 'worker-terminated' });
  await expect(handle.call((remote) => remote.double(1))).rejects.toMatchObject({
    code: 'worker-terminated',
  });
  expect(worker.isTerminated).toBe(true);
  expect(handle.isAlive).toBe(false);
});

test('an abort rejects with its own reason', async () => {
  const { handle } = start();
  const controller = new AbortController();
  const pending = handle.call((remote) => remote.never(), controller.signal);
  const reason = new Error('the user went away');
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
  await expect(handle.call((remote) => remote.double(1), controller.signal)).rejects.toBe(reason);
  handle[Symbol.dispose]();
});

test('an error before the first answer is the death of the worker', async () => {
  const onDeath = vi.fn<(error: StudioError) => void>();
  const { worker, handle } = start({ onDeath });
  const pending = handle.call((remote) => remote.never());
  worker.raiseError('');
  await expect(pending).rejects.toMatchObject({ code: 'worker-terminated' });
  expect(onDeath).toHaveBeenCalledOnce();
  expect(worker.isTerminated).toBe(true);
});

test('an error after an answer is a fault of a worker that goes on', async () => {
  const onDeath = vi.fn<(error: StudioError) => void>();
  const onFault = vi.fn<() => void>();
  const { worker, handle } = start({ onDeath, onFault });
  await handle.call((remote) => remote.double(1));
  worker.raiseError('x is undefined');
  expect(onDeath).not.toHaveBeenCalled();
  expect(onFault).toHaveBeenCalledOnce();
  expect(await handle.call((remote) => remote.double(3))).toBe(6);
  handle[Symbol.dispose]();
});
