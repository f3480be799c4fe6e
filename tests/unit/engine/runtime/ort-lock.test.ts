import { expect, test } from 'vitest';
import { lockOf } from '../../../../src/engine/runtime/ort-lock.ts';
import type { OrtModule } from '../../../../src/engine/runtime/ort-module.ts';

// The lock looks at nothing of a build but which one it is.
const build = () => ({}) as OrtModule;

test('runtimes of one build wait for each other, in order, past a failure', async () => {
  const ort = build();
  const log: string[] = [];
  const call = (name: string) => async () => {
    log.push(`${name} begins`);
    await Promise.resolve();
    log.push(`${name} ends`);
    if (name === 'a') throw new Error('a failed');
  };
  const first = lockOf(ort).run(call('a'));
  const second = lockOf(ort).run(call('b'));
  await expect(first).rejects.toThrow('a failed');
  await second;
  expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('another build does not wait', async () => {
  const held = lockOf(build());
  void held.run(() => new Promise(() => undefined));
  await expect(lockOf(build()).run(() => Promise.resolve('free'))).resolves.toBe('free');
});
