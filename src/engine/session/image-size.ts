import type { ModelSize } from '../../protocol/device.ts';
import type { DevicePlan } from '../runtime/device-probe.ts';

/** The encoder of a published model at 1024 binds buffers up to this. */
const BYTES_FOR_1024 = 256 * 2 ** 20;

/**
 * The image size to use where the user does not say: what the model was made for on a GPU that has
 * the room, the next smaller one on WASM, where time grows with its square or faster.
 */
export function defaultImageSize(size: ModelSize, plan: DevicePlan): number {
  const isNano = size === 'nano';
  if (plan.backend === 'wasm') return isNano ? 256 : 512;
  if (isNano) return 512;
  return plan.device.limits.maxStorageBufferBindingSize >= BYTES_FOR_1024 ? 1024 : 512;
}
