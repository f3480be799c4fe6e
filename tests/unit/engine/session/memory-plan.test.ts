import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../../src/core/errors.ts';
import type { DeviceMemory, ModelSize } from '../../../../src/protocol/device.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { defaultImageSize } from '../../../../src/engine/session/image-size.ts';
import {
  IMAGE_SIZES,
  largestFittingSize,
  memoryObstacle,
  planFittingMemory,
  type FitRequest,
} from '../../../../src/engine/session/memory-fit.ts';
import { MemoryForecast } from '../../../../src/engine/session/memory-forecast.ts';
import {
  neededBytes,
  planModelMemory,
  type ModelMemory,
} from '../../../../src/engine/session/memory-plan.ts';
import { planBudgets } from '../../../../src/engine/session/session-budgets.ts';

const ROOMY: DeviceMemory = { capacityBytes: 16e9, largestBufferBytes: 4e9 };

function request(size: ModelSize, backend: 'webgpu' | 'wasm' = 'webgpu'): FitRequest['model'] {
  const bankAttention = backend === 'webgpu' ? 'kernel' : 'graph';
  return { config: modelConfig(size, '2.1'), backend, bankAttention };
}

const plans = new Map<string, ModelMemory>();

/** On WebGPU, with the kernel. */
function plan(size: ModelSize, imageSize: number): ModelMemory {
  const key = `${size} ${imageSize}`;
  const known = plans.get(key) ?? planModelMemory({ ...request(size), imageSize });
  plans.set(key, known);
  return known;
}

describe('a model’s memory', () => {
  test('features, memories and logits are those of the tensors', () => {
    const { frameBytes, objectBytes, stateBytes } = plan('tiny', 1024);
    // [(S/4)²,32], [(S/8)²,64] and [64²,256]; [64²,64] and [256²], seven of them.
    expect(frameBytes).toBe(4 * (256 ** 2 * 32 + 128 ** 2 * 64 + 64 ** 2 * 256));
    expect(stateBytes).toBe(4 * (64 ** 2 * 64 + 256 ** 2));
    expect(objectBytes).toBe(7 * stateBytes);
  });

  test('grows with the image, the network and the objects', () => {
    for (const imageSize of IMAGE_SIZES.slice(1)) {
      const [smaller, larger] = [plan('nano', imageSize / 2), plan('nano', imageSize)];
      expect(neededBytes(larger, 1)).toBeGreaterThan(neededBytes(smaller, 1));
      expect(larger.activationBytes).toBeGreaterThan(smaller.activationBytes);
    }
    const sizes = (['nano', 'tiny', 'base_plus'] as const).map((size) =>
      neededBytes(plan(size, 512), 1),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    const tiny = plan('tiny', 512);
    expect(neededBytes(tiny, 8) - neededBytes(tiny, 1)).toBe(7 * tiny.objectBytes);
  });

  test('the kernel keeps the matrix of scores out of memory', () => {
    const whole = planModelMemory({ ...request('nano'), imageSize: 512, bankAttention: 'graph' });
    expect(whole.activationBytes).toBeGreaterThan(plan('nano', 512).activationBytes);
  });

  test('a video’s pixels are counted', () => {
    const [width, height] = [3840, 2160];
    const model = { ...request('nano'), imageSize: 256 };
    const large = planModelMemory({ ...model, video: { width, height } });
    const small = planModelMemory({ ...model, video: { width: width / 2, height: height / 2 } });
    expect(large.kernelBytes - small.kernelBytes).toBe(
      4 * (height * (width + 256) - (height / 2) * (width / 2 + 256)),
    );
  });

  test('an image size that is none is refused', () => {
    expect(() => plan('nano', 100)).toThrow('100 is no image size');
  });
});

describe('whether a model fits', () => {
  test('the largest buffer and the sum are each held against the device, equal being enough', () => {
    const memory = plan('tiny', 512);
    const sum = neededBytes(memory, 1);
    const exact = { capacityBytes: sum, largestBufferBytes: memory.largestBytes };
    expect(memoryObstacle(memory, exact)).toBeUndefined();
    expect(memoryObstacle(memory, { ...exact, capacityBytes: sum - 1 })).toBe('sum');
    const narrow = { ...exact, largestBufferBytes: memory.largestBytes - 1 };
    expect(memoryObstacle(memory, narrow)).toBe('largest buffer');
  });

  test('a refusal says what is needed, what there is, and what would fit', () => {
    const device = { ...ROOMY, capacityBytes: neededBytes(plan('tiny', 512), 1) };
    const error = refusal(() => planFittingMemory({ device, model: request('tiny') }, 1024));
    expect(error.code).toBe('model-too-large');
    expect(error.message).toMatch(
      /^This model at 1024 px needs about \d\.\d GB of memory; .* \d+ MB\.$/,
    );
    expect(error.hint).toContain('512 px');
    const binding = { ...ROOMY, largestBufferBytes: 64 * 2 ** 20 };
    const narrow = refusal(() =>
      planFittingMemory({ device: binding, model: request('tiny') }, 1024),
    );
    expect(narrow.message).toContain('a buffer of 101 MB');
    expect(narrow.hint).toContain('512 px');
  });

  test('where nothing fits, the hint names no size', () => {
    const device = { capacityBytes: 1e6, largestBufferBytes: 1e6 };
    const error = refusal(() => planFittingMemory({ device, model: request('nano') }, 256));
    expect(error.hint).toBe('Choose a smaller model, or the other backend.');
  });

  test('the largest size on offer that fits', () => {
    const fit = { device: ROOMY, model: request('nano') };
    expect(largestFittingSize(fit, 1024)).toBe(1024);
    expect(largestFittingSize(fit, 600)).toBe(512);
    expect(largestFittingSize(fit, 127)).toBeUndefined();
    const device = { ...ROOMY, capacityBytes: neededBytes(plan('nano', 512), 1) - 1 };
    expect(largestFittingSize({ ...fit, device }, 1024)).toBe(256);
  });
});

describe('the image size by default', () => {
  test('is what the model was made for where there is room, less on WASM', () => {
    const sizeOf = (size: ModelSize, backend: 'webgpu' | 'wasm') =>
      defaultImageSize({ device: ROOMY, model: request(size, backend) });
    expect([sizeOf('nano', 'webgpu'), sizeOf('tiny', 'webgpu')]).toEqual([512, 1024]);
    expect([sizeOf('nano', 'wasm'), sizeOf('tiny', 'wasm')]).toEqual([256, 512]);
  });

  test('is the next smaller one where that does not fit', () => {
    const device = { ...ROOMY, largestBufferBytes: 64 * 2 ** 20 };
    expect(defaultImageSize({ device, model: request('tiny') })).toBe(512);
  });

  test('is the wanted one, to be refused, where none fits', () => {
    const device = { capacityBytes: 0, largestBufferBytes: 0 };
    expect(defaultImageSize({ device, model: request('tiny') })).toBe(1024);
  });
});

describe('what is kept for later', () => {
  const memory = plan('tiny', 512);
  const needed = neededBytes(memory, 3);

  test('is 16 frames’ features and three objects’ 64 states, on a roomy device', () => {
    expect(planBudgets(memory, 16e9)).toEqual({
      featureBytes: 16 * memory.frameBytes,
      recentStateBytes: 3 * 64 * memory.stateBytes,
    });
  });

  test('is what three objects leave, and never less than nothing', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 * needed }), (capacityBytes) => {
        const { featureBytes, recentStateBytes } = planBudgets(memory, capacityBytes);
        expect(Math.min(featureBytes, recentStateBytes)).toBeGreaterThanOrEqual(0);
        expect(featureBytes + recentStateBytes).toBeLessThanOrEqual(
          Math.max(0, capacityBytes - needed),
        );
      }),
    );
  });
});

test('a forecast says of every model and size what it takes and whether it fits', async () => {
  const device = {
    backend: 'webgpu',
    bundle: 'jspi',
    threads: 1,
    reason: 'A GPU answers.',
    memory: { capacityBytes: 1e9, largestBufferBytes: 1e9 },
  } as const;
  const forecast = new MemoryForecast();
  const one = await forecast.estimates(device, 1);
  expect(one).toHaveLength(5 * IMAGE_SIZES.length);
  const of = (size: ModelSize, imageSize: number, from = one) =>
    from.find((estimate) => estimate.size === size && estimate.imageSize === imageSize);
  expect(of('tiny', 512)?.fits).toBe(true);
  expect(of('large', 1024)?.fits).toBe(false);
  const three = await forecast.estimates(device, 3);
  const memory = plan('tiny', 512);
  const grown = (of('tiny', 512, three)?.bytes ?? 0) - (of('tiny', 512)?.bytes ?? 0);
  expect(grown).toBe(2 * memory.objectBytes + 2 * 64 * memory.stateBytes);
});

function refusal(call: () => unknown): StudioError {
  try {
    call();
  } catch (error) {
    if (error instanceof StudioError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}
