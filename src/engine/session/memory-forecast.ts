import type { DeviceReport, MemoryEstimate } from '../../protocol/device.ts';
import { MODEL_SIZES, modelConfig } from '../sam2/model-config.ts';
import { IMAGE_SIZES, memoryObstacle } from './memory-fit.ts';
import { type ModelMemory, neededBytes, planModelMemory } from './memory-plan.ts';
import { planBudgets } from './session-budgets.ts';
import { RECENT_FRAMES } from '../sam2/tracker/retention.ts';

/** What every model would take of a device at every image size on offer. Plans each of them once. */
export class MemoryForecast {
  readonly #plans = new Map<string, ModelMemory>();

  /**
   * The estimates for tracking so many objects, smallest model and image first. Lets other work run
   * between two plans.
   */
  async estimates(device: DeviceReport, objects: number): Promise<readonly MemoryEstimate[]> {
    const estimates: MemoryEstimate[] = [];
    for (const { size } of MODEL_SIZES) {
      for (const imageSize of IMAGE_SIZES) {
        const memory = await this.#plan(device, { size, imageSize });
        estimates.push({
          size,
          imageSize,
          bytes: heldWhenTracking(memory, { objects, device }),
          fits: memoryObstacle(memory, device.memory) === undefined,
        });
      }
    }
    return estimates;
  }

  async #plan(
    { backend, bankAttention }: DeviceReport,
    { size, imageSize }: Pick<MemoryEstimate, 'size' | 'imageSize'>,
  ): Promise<ModelMemory> {
    // A GPU that was not looked at yet is taken for one that runs the kernel, as nearly all do.
    const way = bankAttention?.way ?? (backend === 'webgpu' ? 'kernel' : 'graph');
    const key = [size, imageSize, backend, way].join();
    const known = this.#plans.get(key);
    if (known !== undefined) return known;
    await new Promise((resolve) => setTimeout(resolve));
    const config = modelConfig(size, '2.1');
    const plan = planModelMemory({ config, imageSize, backend, bankAttention: way });
    this.#plans.set(key, plan);
    return plan;
  }
}

/** With all that is kept for later, which a short clip does not fill. */
function heldWhenTracking(
  memory: ModelMemory,
  { objects, device }: { readonly objects: number; readonly device: DeviceReport },
): number {
  const budgets = planBudgets(memory, device.memory.capacityBytes);
  const states = Math.min(objects * RECENT_FRAMES * memory.stateBytes, budgets.recentStateBytes);
  return neededBytes(memory, objects) + budgets.featureBytes + states;
}
