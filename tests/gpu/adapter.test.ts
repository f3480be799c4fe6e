import { expect, test } from 'vitest';

test('the lane runs on a WebGPU adapter in a cross-origin isolated page', async () => {
  expect(crossOriginIsolated).toBe(true);
  const adapter = await navigator.gpu.requestAdapter();
  expect(adapter).not.toBeNull();
});
