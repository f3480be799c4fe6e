import type { StudioError } from '../../core/errors.ts';
import type { DevicePlan } from './device-probe.ts';
import { deviceLost, gpuOutOfMemory } from './ort-errors.ts';

/** A call may fail of a loss before the loss itself is told; this much later it has been. */
const LOSS_NOTICE_MS = 100;

/**
 * Ends calls when the device goes away, or when it has no memory for a buffer: ORT then answers late,
 * with an error that says something else, never, or with numbers that are none.
 */
export class LossWatch implements Disposable {
  /** Of calls under way. Not one race against the loss for each, which would hold every result. */
  readonly #running = new Set<(loss: StudioError) => void>();
  readonly #device: GPUDevice | undefined;
  #loss: StudioError | undefined;

  constructor(plan: DevicePlan) {
    if (plan.backend === 'wasm') return;
    this.#device = plan.device;
    plan.device.addEventListener('uncapturederror', this.#onGpuError);
    void plan.device.lost.then(({ message, reason }) => {
      this.#end(deviceLost(reason === 'destroyed' ? 'It was closed.' : message));
    });
  }

  /**
   * The call's own result.
   * @throws StudioError `device-lost` or `out-of-memory` as soon as the device cannot be used any more,
   * whatever the call does
   */
  guard<T>(call: () => Promise<T>): Promise<T> {
    if (this.#device === undefined) return call();
    if (this.#loss !== undefined) return Promise.reject(this.#loss);
    return new Promise((resolve, reject) => {
      const settle = () => this.#running.delete(reject);
      this.#running.add(reject);
      call().then(
        (value) => {
          settle();
          resolve(value);
        },
        (error: unknown) => {
          // Until then a loss rejects through `#running`.
          setTimeout(() => {
            settle();
            reject(error);
          }, LOSS_NOTICE_MS);
        },
      );
    });
  }

  /** Stops watching; calls under way keep their own ends. */
  [Symbol.dispose](): void {
    this.#device?.removeEventListener('uncapturederror', this.#onGpuError);
  }

  readonly #onGpuError = ({ error }: GPUUncapturedErrorEvent): void => {
    if (error instanceof GPUOutOfMemoryError) this.#end(gpuOutOfMemory());
  };

  #end(loss: StudioError): void {
    this.#loss ??= loss;
    for (const reject of this.#running) reject(this.#loss);
    this.#running.clear();
  }
}
