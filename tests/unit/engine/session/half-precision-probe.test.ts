import { expect, test } from 'vitest';
import { StudioError } from '../../../../src/core/errors.ts';
import { probeHalfPrecision } from '../../../../src/engine/session/half-precision-probe.ts';

const ADAPTER = {
  vendor: 'apple',
  architecture: '',
  description: '',
  isFallback: false,
  maxBufferBytes: 1,
  hasShaderF16: true,
};
const gpu = (hasShaderF16: boolean) =>
  ({ backend: 'webgpu', adapter: { ...ADAPTER, hasShaderF16 } }) as const;

test('a GPU that has shader-f16 and passes with it may use it', async () => {
  const report = await probeHalfPrecision(gpu(true), async () => {});
  expect(report).toEqual({
    isUsable: true,
    reason: 'This GPU gives the right numbers in float16.',
  });
});

test.for([
  [gpu(false), /shader-f16/],
  [{ backend: 'wasm' } as const, /WASM/],
] as const)('%o stays in float32, unchecked, and says why', async ([device, reason]) => {
  const report = await probeHalfPrecision(device, () => Promise.reject(new Error('checked')));
  expect(report.isUsable).toBe(false);
  expect(report.reason).toMatch(reason);
});

test('a GPU that fails with it stays in float32 and says by how much', async () => {
  const wrong = new StudioError('model-self-test-failed', 'A known result is off by 40 %.');
  const report = await probeHalfPrecision(gpu(true), () => Promise.reject(wrong));
  expect(report).toEqual({
    isUsable: false,
    reason: 'Float16 fails the self-test here. A known result is off by 40 %.',
  });
});

test.for([new StudioError('device-lost', 'The GPU is gone.'), new TypeError('a bug')])(
  'no answer comes of %s',
  async (failure) => {
    await expect(probeHalfPrecision(gpu(true), () => Promise.reject(failure))).rejects.toBe(
      failure,
    );
  },
);
