import type { DeviceReport, MemoryEstimate, ModelSize, Precision } from '../../protocol/device.ts';
import { MODEL_SIZES, modelConfig } from '../sam2/model-config.ts';
import { RECENT_FRAMES } from '../sam2/tracker/retention.ts';
import {
  type FitRequest,
  fitRequest,
  fittingWay,
  IMAGE_SIZES,
  memoryObstacle,
} from './memory-fit.ts';
import { type MemoryRequest, neededBytes, planModelMemory } from './memory-plan.ts';
import { planBudgets } from './session-budgets.ts';

/** What is asked for. */
export interface ForecastRequest {
  readonly device: DeviceReport;
  readonly precision: Precision;
  /** That are tracked. */
  readonly objects: number;
  /** The model in use, whose every image size is looked at; of others those from 512 on. */
  readonly inUse: ModelSize | undefined;
}

/** The smallest image at which a published model is worth its time. */
const LEAST_IMAGE_SIZE = 512;

/** What models would take of a device at the image sizes on offer. Works out each of them once. */
export class MemoryForecast {
  readonly #known = new Map<string, MemoryEstimate>();
  readonly #counted: NonNullable<MemoryRequest['counted']> = new Map();

  /** The estimates, smallest model and image first. Lets other work run between two of them. */
  async estimates(request: ForecastRequest): Promise<readonly MemoryEstimate[]> {
    const estimates: MemoryEstimate[] = [];
    for (const { size } of MODEL_SIZES) {
      for (const imageSize of IMAGE_SIZES) {
        if (imageSize < LEAST_IMAGE_SIZE && size !== request.inUse) continue;
        estimates.push(await this.#estimate(request, { size, imageSize }));
      }
    }
    return estimates;
  }

  async #estimate(
    request: ForecastRequest,
    choice: Pick<MemoryEstimate, 'size' | 'imageSize'>,
  ): Promise<MemoryEstimate> {
    const { device, precision, objects } = request;
    const { bankAttention, graphCapture } = device;
    const key = JSON.stringify([choice, precision, objects, bankAttention, graphCapture]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    await new Promise((resolve) => setTimeout(resolve));
    const config = modelConfig(choice.size, '2.1');
    const fit = fitRequest(device, { config, precision, counted: this.#counted });
    const estimate = { ...choice, ...estimateOf(fit, { imageSize: choice.imageSize, objects }) };
    this.#known.set(key, estimate);
    return estimate;
  }
}

function estimateOf(
  fit: FitRequest,
  { imageSize, objects }: Pick<MemoryRequest, 'imageSize' | 'objects'>,
): Pick<MemoryEstimate, 'bytes' | 'fits'> {
  const { device } = fit;
  const planned = { ...fit.model, ...fittingWay(fit, imageSize), imageSize };
  const memory = planModelMemory({ ...planned, objects });
  const budgets = planBudgets(memory, device.capacityBytes);
  // With all that is kept for later, which a short clip does not fill.
  const states = Math.min(objects * RECENT_FRAMES * memory.stateBytes, budgets.recentStateBytes);
  const one = objects === 1 ? memory : planModelMemory({ ...planned, objects: 1 });
  return {
    bytes: neededBytes(memory) + budgets.featureBytes + states,
    fits: memoryObstacle(one, device) === undefined,
  };
}
