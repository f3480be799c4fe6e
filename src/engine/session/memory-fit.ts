import { StudioError } from '../../core/errors.ts';
import type { DeviceMemory } from '../../protocol/device.ts';
import {
  type MemoryRequest,
  type ModelMemory,
  neededBytes,
  planModelMemory,
} from './memory-plan.ts';

/** Image sizes that are offered, smallest first. */
export const IMAGE_SIZES = [128, 256, 512, 1024] as const;

/** Why a model does not fit. */
export type MemoryObstacle = 'largest buffer' | 'sum';

/** A device and a model whose image size is open. */
export interface FitRequest {
  readonly device: DeviceMemory;
  readonly model: Omit<MemoryRequest, 'imageSize'>;
}

/**
 * What keeps a model off a device; nothing where it runs with one object. The sum is held against what
 * the device can be expected to hold, the largest buffer against what it says.
 */
export function memoryObstacle(
  memory: ModelMemory,
  { capacityBytes, largestBufferBytes }: DeviceMemory,
): MemoryObstacle | undefined {
  if (memory.largestBytes > largestBufferBytes) return 'largest buffer';
  return neededBytes(memory, 1) > capacityBytes ? 'sum' : undefined;
}

/** The largest image size on offer up to `most` with which a model fits. */
export function largestFittingSize(
  { device, model }: FitRequest,
  most: number,
): number | undefined {
  return IMAGE_SIZES.toReversed().find(
    (imageSize) =>
      imageSize <= most &&
      memoryObstacle(planModelMemory({ ...model, imageSize }), device) === undefined,
  );
}

/**
 * The plan of a model at an image size that fits.
 * @throws StudioError `model-too-large`, which says what would fit
 */
export function planFittingMemory({ device, model }: FitRequest, imageSize: number): ModelMemory {
  const memory = planModelMemory({ ...model, imageSize });
  const obstacle = memoryObstacle(memory, device);
  if (obstacle === undefined) return memory;
  const fitting = largestFittingSize({ device, model }, imageSize - 1);
  const [needed, most] =
    obstacle === 'sum'
      ? [`about ${gigabytes(neededBytes(memory, 1))} of memory`, device.capacityBytes]
      : [`a buffer of ${gigabytes(memory.largestBytes)}`, device.largestBufferBytes];
  throw new StudioError(
    'model-too-large',
    `This model at ${imageSize} px needs ${needed}; this device can be expected to give ${gigabytes(most)}.`,
    {
      hint:
        fitting === undefined
          ? 'Choose a smaller model, or the other backend.'
          : `Choose an image size of ${fitting} px, which fits, or a smaller model.`,
    },
  );
}

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
