import { MethodOverride } from './method-override.ts';

/**
 * Counts the copies between buffers that ORT asks of a device, until it is disposed. A replayed run
 * leaves them out without a word, since ORT records programs only: such as the one that an output
 * needs which is another tensor in another shape.
 */
export class CopyWatch implements Disposable {
  readonly #override: Disposable;
  #copies = 0;

  constructor(device: GPUDevice) {
    const create = device.createCommandEncoder.bind(device);
    const watch = (descriptor?: GPUCommandEncoderDescriptor) => this.#watch(create(descriptor));
    this.#override = new MethodOverride(device, 'createCommandEncoder', watch);
  }

  /** So far. */
  get copies(): number {
    return this.#copies;
  }

  #watch(encoder: GPUCommandEncoder): GPUCommandEncoder {
    // The studio's own encoders are labelled, ORT's are not.
    if (encoder.label !== '') return encoder;
    const copy = encoder.copyBufferToBuffer.bind(encoder);
    const value = (...where: unknown[]) => {
      this.#copies++;
      Reflect.apply(copy, undefined, where);
    };
    return Object.defineProperty(encoder, 'copyBufferToBuffer', { value });
  }

  [Symbol.dispose](): void {
    this.#override[Symbol.dispose]();
  }
}
