import { afterEach, expect, test, vi } from 'vitest';
import { fetchCheckpoint } from '../../../../src/engine/session/checkpoint-file.ts';

const URL = 'https://studio.example/models/nano.safetensors';

afterEach(() => vi.unstubAllGlobals());

/** Answers requests in turn; gives how each was asked for. */
function answerWith(...answers: readonly Response[]): (RequestInit | undefined)[] {
  const asked: (RequestInit | undefined)[] = [];
  vi.stubGlobal('fetch', (_url: string, init?: RequestInit) => {
    const answer = answers[asked.length];
    asked.push(init);
    return answer === undefined
      ? Promise.reject(new TypeError('offline'))
      : Promise.resolve(answer);
  });
  return asked;
}

/** The network fails after the first bytes. */
function broken(): Response {
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.error(new TypeError('network error'));
    },
  });
  return new Response(body);
}

function load(onProgress: (fraction: number) => void = () => {}): Promise<Blob> {
  return fetchCheckpoint({ kind: 'bundled' }, URL, onProgress);
}

test('the bundled model is downloaded whole, and its progress told', async () => {
  const headers = { 'Content-Length': '4' };
  answerWith(new Response(Uint8Array.of(1, 2, 3, 4), { headers }));
  const fractions: number[] = [];
  const file = await load((fraction) => fractions.push(fraction));
  expect([...new Uint8Array(await file.arrayBuffer())]).toEqual([1, 2, 3, 4]);
  expect(fractions.at(-1)).toBe(1);
});

test('a download that breaks is begun again past the browser’s cache', async () => {
  const asked = answerWith(broken(), new Response(Uint8Array.of(7)));
  expect([...new Uint8Array(await (await load()).arrayBuffer())]).toEqual([7]);
  expect(asked).toEqual([undefined, { cache: 'no-store' }]);
});

test('an answer without the file, and a network that fails twice, are told', async () => {
  const asked = answerWith(new Response(null, { status: 404 }));
  await expect(load()).rejects.toMatchObject({ code: 'download-failed' });
  expect(asked).toHaveLength(1);
  answerWith(broken(), broken());
  await expect(load()).rejects.toMatchObject({ code: 'download-failed' });
});
