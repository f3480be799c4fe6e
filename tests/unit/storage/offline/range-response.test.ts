import { expect, test } from 'vitest';
import { rangeResponse } from '../../../../src/storage/offline/range-response.ts';

const BYTES = Uint8Array.from({ length: 100 }, (_, i) => i);

const whole = () =>
  new Response(BYTES, {
    headers: { 'Content-Type': 'video/mp4', 'Content-Length': '100', 'X-Other': 'kept' },
  });

async function ask(range: string | null) {
  const response = await rangeResponse(whole(), range);
  const bytes = [...new Uint8Array(await response.arrayBuffer())];
  return { response, bytes, status: response.status };
}

test.each([
  ['bytes=0-9', 0, 9],
  ['bytes=90-', 90, 99],
  ['bytes=95-1000', 95, 99],
  ['bytes=-7', 93, 99],
  ['bytes=-1000', 0, 99],
  ['bytes=99-99', 99, 99],
])('%s are bytes %i to %i', async (range, first, last) => {
  const { response, bytes, status } = await ask(range);
  expect(status).toBe(206);
  expect(bytes).toEqual([...BYTES.subarray(first, last + 1)]);
  expect(response.headers.get('Content-Range')).toBe(`bytes ${first}-${last}/100`);
  expect(response.headers.get('Content-Length')).toBe(String(last - first + 1));
  expect(response.headers.get('Content-Type')).toBe('video/mp4');
  expect(response.headers.get('X-Other')).toBe('kept');
});

test.each([null, 'bytes=0-1,4-5', 'bytes=-', 'pages=1-2', 'bytes=a-b'])(
  '%s is answered with the whole',
  async (range) => {
    const { bytes, status } = await ask(range);
    expect([status, bytes.length]).toEqual([200, 100]);
  },
);

test.each(['bytes=100-', 'bytes=200-300', 'bytes=9-3', 'bytes=-0'])(
  '%s asks for nothing that is there',
  async (range) => {
    const { response, bytes, status } = await ask(range);
    expect([status, bytes.length]).toEqual([416, 0]);
    expect(response.headers.get('Content-Range')).toBe('bytes */100');
    expect(response.headers.get('Content-Length')).toBeNull();
  },
);

test('what is no success is handed on', async () => {
  const missing = new Response('no', { status: 404 });
  expect(await rangeResponse(missing, 'bytes=0-1')).toBe(missing);
});

test('neighbouring ranges make up the whole', async () => {
  for (let cut = 1; cut < 100; cut++) {
    const [head, tail] = await Promise.all([ask(`bytes=0-${cut - 1}`), ask(`bytes=${cut}-`)]);
    expect([...head.bytes, ...tail.bytes]).toEqual([...BYTES]);
  }
});
