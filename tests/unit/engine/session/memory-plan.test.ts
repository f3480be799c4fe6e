import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { StudioError } from '../../../../src/core/errors.ts';
import type { DeviceMemory, ModelSize } from '../../../../src/protocol/device.ts';
import { modelConfig } from '../../../../src/engine/sam2/model-config.ts';
import { defaultImageSize } from '../../../../src/engine/session/image-size.ts';
import {
  IMAGE_SIZES,
  largestFittingSize,
  memoryObstacle,
  fittingWay,
  planFit,
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

/** Of all tests: what is counted does not change. */
const counted: NonNullable<FitRequest['model']['counted']> = new Map();

function request(size: ModelSize, backend: 'webgpu' | 'wasm' = 'webgpu'): FitRequest['model'] {
  const bankAttention = backend === 'webgpu' ? 'kernel' : 'graph';
  return { config: modelConfig(size, '2.1'), backend, bankAttention, precision: 'fp32', counted };
}

/** One object: the least that a model runs with where runs are recorded. */
const LEAST = { isRecorded: true, objectsTogether: 1, objects: 1 } as const;

const plans = new Map<string, ModelMemory>();

/** On WebGPU, with the kernel and the least that it runs with. */
function plan(size: ModelSize, imageSize: number): ModelMemory {
  const key = `${size} ${imageSize}`;
  const known = plans.get(key) ?? planModelMemory({ ...request(size), ...LEAST, imageSize });
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
      expect(neededBytes(larger)).toBeGreaterThan(neededBytes(smaller));
      expect(larger.activationBytes).toBeGreaterThan(smaller.activationBytes);
    }
    const sizes = (['nano', 'tiny', 'base_plus'] as const).map((size) =>
      neededBytes(plan(size, 512)),
    );
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  });

  test('an object more takes memories and logits, and with others a group’s graphs', () => {
    const nano = { ...request('nano'), imageSize: 128, isRecorded: true };
    const [one, three] = [1, 3].map((objects) =>
      planModelMemory({ ...nano, objectsTogether: 1, objects }),
    );
    const together = planModelMemory({ ...nano, objectsTogether: 4, objects: 3 });
    expect((three?.objectBytes ?? 0) - (one?.objectBytes ?? 0)).toBe(2 * 7 * together.stateBytes);
    expect(three?.weightBytes).toBe(one?.weightBytes);
    expect(together.weightBytes).toBeGreaterThan(three?.weightBytes ?? 0);
    expect(together.activationBytes).toBeGreaterThan(three?.activationBytes ?? 0);
  });

  test('recorded runs have buffers of their own, and float16 halves what it is used for', () => {
    const nano = { ...request('nano'), ...LEAST, imageSize: 256 };
    const [plain, recorded] = [
      planModelMemory({ ...nano, isRecorded: false }),
      planModelMemory(nano),
    ];
    expect(recorded.activationBytes).toBeGreaterThan(plain.activationBytes);
    expect(recorded.weightBytes).toBe(plain.weightBytes);
    const half = planModelMemory({ ...nano, precision: 'fp16' });
    expect(half.weightBytes).toBeLessThan(plain.weightBytes);
    expect(half.activationBytes).toBeLessThan(plain.activationBytes);
  });

  test('the kernel keeps the matrix of scores out of memory', () => {
    const whole = planModelMemory({
      ...request('nano'),
      ...LEAST,
      imageSize: 512,
      bankAttention: 'graph',
    });
    expect(whole.activationBytes).toBeGreaterThan(plan('nano', 512).activationBytes);
  });

  test('a video’s pixels are counted', () => {
    const [width, height] = [3840, 2160];
    const model = { ...request('nano'), ...LEAST, imageSize: 256 };
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
    const sum = neededBytes(memory);
    const exact = { capacityBytes: sum, largestBufferBytes: memory.largestBytes };
    expect(memoryObstacle(memory, exact)).toBeUndefined();
    expect(memoryObstacle(memory, { ...exact, capacityBytes: sum - 1 })).toBe('sum');
    const narrow = { ...exact, largestBufferBytes: memory.largestBytes - 1 };
    expect(memoryObstacle(memory, narrow)).toBe('largest buffer');
  });

  test('a refusal says what is needed, what there is, and what would fit', () => {
    const device = { ...ROOMY, capacityBytes: neededBytes(plan('tiny', 512)) };
    const error = refusal(() => planFit({ device, model: request('tiny'), canRecord: true }, 1024));
    expect(error.code).toBe('model-too-large');
    expect(error.message).toMatch(
      /^This model at 1024 px needs about \d\.\d GB of memory; .* \d+ MB\.$/,
    );
    expect(error.hint).toContain('512 px');
    const binding = { ...ROOMY, largestBufferBytes: 64 * 2 ** 20 };
    const narrow = refusal(() =>
      planFit({ device: binding, model: request('tiny'), canRecord: true }, 1024),
    );
    expect(narrow.message).toContain('a buffer of 101 MB');
    expect(narrow.hint).toContain('512 px');
  });

  test('where nothing fits, the hint names no size', () => {
    const device = { capacityBytes: 1e6, largestBufferBytes: 1e6 };
    const error = refusal(() => planFit({ device, model: request('nano'), canRecord: true }, 256));
    expect(error.hint).toBe('Choose a smaller model, or the other backend.');
  });

  test('the largest size on offer that fits', () => {
    const fit = { device: ROOMY, model: request('nano'), canRecord: true };
    expect(largestFittingSize(fit, 1024)).toBe(1024);
    expect(largestFittingSize(fit, 600)).toBe(512);
    expect(largestFittingSize(fit, 127)).toBeUndefined();
    const device = { ...ROOMY, capacityBytes: neededBytes(plan('nano', 512)) - 1 };
    expect(largestFittingSize({ ...fit, device }, 1024)).toBe(256);
  });
});

describe('how a model is run', () => {
  const wayWith = (capacityBytes: number, changes: Partial<FitRequest> = {}) =>
    fittingWay(
      {
        device: { ...ROOMY, capacityBytes },
        model: request('nano'),
        canRecord: true,
        ...changes,
      },
      128,
    );
  const needed = (isRecorded: boolean, objects: number) =>
    neededBytes(
      planModelMemory({
        ...request('nano'),
        imageSize: 128,
        isRecorded,
        objects,
        objectsTogether: objects,
      }),
    );

  test('follows what the device has for the largest group of objects', () => {
    expect(wayWith(16e9)).toEqual({ isRecorded: true, objectsTogether: 4 });
    // Half of a device may be spent on time.
    expect(wayWith(2 * needed(true, 4))).toEqual({ isRecorded: true, objectsTogether: 4 });
    expect(wayWith(2 * needed(true, 4) - 2)).toEqual({ isRecorded: true, objectsTogether: 2 });
    expect(wayWith(2 * needed(true, 2) - 2)).toEqual({ isRecorded: true, objectsTogether: 1 });
    expect(wayWith(0)).toEqual({ isRecorded: true, objectsTogether: 1 });
  });

  test('records nothing where that was found to be wrong, or where there is no kernel', () => {
    const unrecorded = wayWith(16e9, { canRecord: false });
    expect(unrecorded).toEqual({ isRecorded: false, objectsTogether: 4 });
    const least = { isRecorded: false, objectsTogether: 1 };
    expect(wayWith(16e9, { model: request('nano', 'wasm') })).toEqual(least);
    const model = { ...request('nano'), bankAttention: 'graph' } as const;
    expect(wayWith(16e9, { model })).toEqual(least);
  });
});

describe('the image size by default', () => {
  test('is what the model was made for where there is room, less on WASM', () => {
    const sizeOf = (size: ModelSize, backend: 'webgpu' | 'wasm') =>
      defaultImageSize({ device: ROOMY, model: request(size, backend), canRecord: true });
    expect([sizeOf('nano', 'webgpu'), sizeOf('tiny', 'webgpu')]).toEqual([512, 1024]);
    expect([sizeOf('nano', 'wasm'), sizeOf('tiny', 'wasm')]).toEqual([256, 512]);
  });

  test('is the next smaller one where that does not fit', () => {
    const device = { ...ROOMY, largestBufferBytes: 64 * 2 ** 20 };
    expect(defaultImageSize({ device, model: request('tiny'), canRecord: true })).toBe(512);
  });

  test('is the wanted one, to be refused, where none fits', () => {
    const device = { capacityBytes: 0, largestBufferBytes: 0 };
    expect(defaultImageSize({ device, model: request('tiny'), canRecord: true })).toBe(1024);
  });
});

describe('what is kept for later', () => {
  const memory = plan('tiny', 512);
  const needed = neededBytes(memory);

  test('is 6 frames’ features and three objects’ 64 states, on a roomy device', () => {
    expect(planBudgets(memory, 16e9)).toEqual({
      featureBytes: 6 * memory.frameBytes,
      recentStateBytes: 3 * 64 * memory.stateBytes,
    });
  });

  test('is what the model leaves, and never less than nothing', () => {
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
  const asked = { device, precision: 'fp32', inUse: 'nano' } as const;
  const one = await forecast.estimates({ ...asked, objects: 1 });
  expect(one.map(({ size, imageSize }) => `${size} ${imageSize}`)).toEqual([
    ...IMAGE_SIZES.map((imageSize) => `nano ${imageSize}`),
    ...(['tiny', 'small', 'base_plus', 'large'] as const).flatMap((size) => [
      `${size} 512`,
      `${size} 1024`,
    ]),
  ]);
  const of = (size: ModelSize, imageSize: number, from = one) =>
    from.find((estimate) => estimate.size === size && estimate.imageSize === imageSize);
  expect(of('tiny', 512)?.fits).toBe(true);
  expect(of('large', 1024)?.fits).toBe(false);
  const three = await forecast.estimates({ ...asked, objects: 3 });
  const grown = (of('nano', 128, three)?.bytes ?? 0) - (of('nano', 128)?.bytes ?? 0);
  expect(grown).toBeGreaterThan(2 * (7 + 64) * plan('nano', 128).stateBytes);
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
