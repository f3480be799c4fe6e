/**
 * Counts the copies between buffers that ORT asks of a device, until it is disposed. A replayed run
 * leaves them out without a word, since ORT records programs only: such as the one that an output
 * needs which is another tensor in another shape.
 */
export class CopyWatch implements Disposable {
  readonly #device: GPUDevice;
  readonly #before: PropertyDescriptor | undefined;
  #copies = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    this.#before = Object.getOwnPropertyDescriptor(device, 'createCommandEncoder');
    const create = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => this.#watch(create(descriptor));
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
    if (this.#before === undefined) Reflect.deleteProperty(this.#device, 'createCommandEncoder');
    else Object.defineProperty(this.#device, 'createCommandEncoder', this.#before);
  }
}
