import { describe, expect, it } from 'vitest';
import { Foreground } from '../../../src/media/foreground.ts';

const never = new AbortController().signal;

function pendingWork() {
  const end = new EventTarget();
  const promise = new Promise<string>((resolve, reject) => {
    end.addEventListener('done', () => resolve('done'));
    end.addEventListener('failed', () => reject(new Error('broken')));
  });
  return {
    work: () => promise,
    finish: () => end.dispatchEvent(new Event('done')),
    fail: () => end.dispatchEvent(new Event('failed')),
  };
}

/** Whether the promise has settled after everything that is ready has run. */
async function hasSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await new Promise((resolve) => setTimeout(resolve));
  return settled;
}

describe('Foreground', () => {
  it('is idle when nothing runs', async () => {
    await new Foreground().whenIdle(never);
  });

  it('is idle again when all that runs has ended, well or badly', async () => {
    const foreground = new Foreground();
    const [first, second] = [pendingWork(), pendingWork()];
    const running = foreground.during(first.work);
    const failing = foreground.during(second.work);
    const idle = foreground.whenIdle(never);
    first.finish();
    expect(await running).toBe('done');
    expect(await hasSettled(idle)).toBe(false);
    second.fail();
    await expect(failing).rejects.toThrow('broken');
    await idle;
  });

  it('lets no one go on whom new work has overtaken', async () => {
    const foreground = new Foreground();
    const [first, second] = [pendingWork(), pendingWork()];
    const running = foreground.during(first.work);
    // Begins right after the first has ended, before who waits has heard of it.
    const overtaking = first.work().then(() => foreground.during(second.work));
    const idle = foreground.whenIdle(never);
    first.finish();
    await running;
    expect(await hasSettled(idle)).toBe(false);
    second.finish();
    await overtaking;
    await idle;
  });

  it('rejects those who wait when they are aborted', async () => {
    const foreground = new Foreground();
    const { work, finish } = pendingWork();
    const running = foreground.during(work);
    const stop = new AbortController();
    const idle = foreground.whenIdle(stop.signal);
    stop.abort();
    await expect(idle).rejects.toMatchObject({ name: 'AbortError' });
    finish();
    await running;
    await expect(foreground.whenIdle(stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
  });
});
