import { expect, test } from 'vitest';
import { CALL_PRIORITY, CallQueue } from '../../../../src/engine/runtime/call-queue.ts';

test('one task runs at a time, the urgent before the others, equals in order', async () => {
  const queue = new CallQueue();
  const log: string[] = [];
  let running = 0;
  const task = (name: string) => async () => {
    running++;
    expect(running).toBe(1);
    await Promise.resolve();
    log.push(name);
    running--;
  };
  await Promise.all([
    queue.run(CALL_PRIORITY.propagation, task('first in')),
    queue.run(CALL_PRIORITY.prefetch, task('prefetch')),
    queue.run(CALL_PRIORITY.propagation, task('track 1')),
    queue.run(CALL_PRIORITY.propagation, task('track 2')),
    queue.run(CALL_PRIORITY.prompt, task('prompt')),
  ]);
  expect(log).toEqual(['first in', 'prompt', 'track 1', 'track 2', 'prefetch']);
});

test('a task that fails rejects for its caller alone', async () => {
  const queue = new CallQueue();
  const failing = queue.run(CALL_PRIORITY.prompt, () => Promise.reject(new Error('no')));
  const next = queue.run(CALL_PRIORITY.prompt, () => Promise.resolve('yes'));
  await expect(failing).rejects.toThrow('no');
  await expect(next).resolves.toBe('yes');
});
