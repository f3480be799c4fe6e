import type { DevicePlan } from './device-probe.ts';
import { deviceLost } from './ort-errors.ts';
import type { StudioError } from '../../core/errors.ts';

/** A call may fail of a loss before the loss itself is told; this much later it has been. */
const LOSS_NOTICE_MS = 100;

/**
 * Ends calls when the device goes away: ORT then answers late, with an error that says something
 * else, or never.
 */
export class LossWatch {
  /** Of calls under way. Not one race against the loss for each, which would hold every result. */
  readonly #running = new Set<(loss: StudioError) => void>();
  readonly #isWatching: boolean;
  #loss: StudioError | undefined;

  constructor(plan: DevicePlan) {
    this.#isWatching = plan.backend === 'webgpu';
    if (plan.backend === 'wasm') return;
    void plan.device.lost.then(({ message, reason }) => {
      this.#loss = deviceLost(reason === 'destroyed' ? 'It was closed.' : message);
      for (const reject of this.#running) reject(this.#loss);
      this.#running.clear();
    });
  }

  /**
   * The call's own result.
   * @throws StudioError `device-lost` as soon as the device is lost, whatever the call does
   */
  guard<T>(call: () => Promise<T>): Promise<T> {
    if (!this.#isWatching) return call();
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
}
