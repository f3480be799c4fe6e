import { StudioError } from '../../core/errors.ts';
import type { DeviceMemory, DeviceReport } from '../../protocol/device.ts';
import { MOST_TOGETHER } from '../sam2/object-groups.ts';
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

/** What of a model's run can be given up for memory. */
export type MemoryWay = Pick<MemoryRequest, 'isRecorded' | 'objectsTogether'>;

/** A device and a model; how it is run is open. */
export interface FitRequest {
  readonly device: DeviceMemory;
  readonly model: Omit<MemoryRequest, 'imageSize' | 'objects' | keyof MemoryWay>;
  /** Whether recorded runs were found to be right on the device. */
  readonly canRecord: boolean;
}

/** How a model runs on a device. */
export interface FittingPlan {
  readonly way: MemoryWay;
  /** With one object. */
  readonly memory: ModelMemory;
}

/** Objects that are computed together, the fastest first. */
const TOGETHER = [MOST_TOGETHER, 2];
/** Of what a device can be expected to hold, what may be spent on time alone. */
const SHARE_FOR_TIME = 0.5;

/**
 * What a model would run on. A GPU that was not looked at yet is taken for one that runs the kernel and
 * records, as nearly all do.
 */
export function fitRequest(
  { backend, memory, bankAttention, graphCapture }: DeviceReport,
  model: Pick<FitRequest['model'], 'config' | 'precision' | 'counted'>,
): FitRequest {
  const isGpu = backend === 'webgpu';
  return {
    device: memory,
    model: { ...model, backend, bankAttention: bankAttention?.way ?? (isGpu ? 'kernel' : 'graph') },
    canRecord: graphCapture?.isOn ?? isGpu,
  };
}

/**
 * What keeps a model off a device; nothing where it runs. The sum is held against what the device can
 * be expected to hold, the largest buffer against what it says.
 */
export function memoryObstacle(
  memory: ModelMemory,
  { capacityBytes, largestBufferBytes }: DeviceMemory,
): MemoryObstacle | undefined {
  if (memory.largestBytes > largestBufferBytes) return 'largest buffer';
  return neededBytes(memory) > capacityBytes ? 'sum' : undefined;
}

/**
 * The fastest way for whose largest group of objects the device has memory to spare; else the least. What
 * a device holds is a guess, and less is lost by a slower way than by memory that runs out.
 */
export function fittingWay(request: FitRequest, imageSize: number): MemoryWay {
  const { device, model } = request;
  const least = leastWay(request);
  if (model.backend === 'wasm' || model.bankAttention === 'graph') return least;
  const spare = { ...device, capacityBytes: SHARE_FOR_TIME * device.capacityBytes };
  const fits = (way: MemoryWay) => {
    const full = { ...model, ...way, imageSize, objects: way.objectsTogether };
    return memoryObstacle(planModelMemory(full), spare) === undefined;
  };
  return TOGETHER.map((objectsTogether) => ({ ...least, objectsTogether })).find(fits) ?? least;
}

/** Objects one by one; recorded, since where memory is short such runs, which share their buffers, hold less. */
function leastWay({ model, canRecord }: FitRequest): MemoryWay {
  const isRecorded = canRecord && model.backend === 'webgpu' && model.bankAttention === 'kernel';
  return { isRecorded, objectsTogether: 1 };
}

/** The largest image size on offer up to `most` with which a model runs with one object. */
export function largestFittingSize(request: FitRequest, most: number): number | undefined {
  const { device, model } = request;
  return IMAGE_SIZES.toReversed().find((imageSize) => {
    if (imageSize > most) return false;
    const least = planModelMemory({ ...model, ...leastWay(request), imageSize, objects: 1 });
    return memoryObstacle(least, device) === undefined;
  });
}

/**
 * How a model runs at an image size.
 * @throws StudioError `model-too-large`, which says what would fit
 */
export function planFit(request: FitRequest, imageSize: number): FittingPlan {
  const { device, model } = request;
  const way = fittingWay(request, imageSize);
  const memory = planModelMemory({ ...model, ...way, imageSize, objects: 1 });
  const obstacle = memoryObstacle(memory, device);
  if (obstacle === undefined) return { way, memory };
  const [needed, most] =
    obstacle === 'sum'
      ? [`about ${amount(neededBytes(memory))} of memory`, device.capacityBytes]
      : [`a buffer of ${amount(memory.largestBytes)}`, device.largestBufferBytes];
  const fitting = largestFittingSize(request, imageSize - 1);
  throw new StudioError(
    'model-too-large',
    `This model at ${imageSize} px needs ${needed}; this device can be expected to give ${amount(most)}.`,
    {
      hint:
        fitting === undefined
          ? 'Choose a smaller model, or the other backend.'
          : `Choose an image size of ${fitting} px, which fits, or a smaller model.`,
    },
  );
}

function amount(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
