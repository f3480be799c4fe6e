/**
 * Counts the compute programs that anyone starts on a device, ONNX Runtime too, until it is
 * disposed. It stands between the caller and each pass, so nothing is timed meanwhile.
 */
export class DispatchCounter implements Disposable {
  readonly #device: GPUDevice;
  #dispatches = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
    const create = device.createCommandEncoder.bind(device);
    device.createCommandEncoder = (descriptor) => this.#watch(create(descriptor));
  }

  /** Programs started so far. */
  get dispatches(): number {
    return this.#dispatches;
  }

  #watch(encoder: GPUCommandEncoder): GPUCommandEncoder {
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (descriptor) => {
      const pass = begin(descriptor);
      const dispatch = pass.dispatchWorkgroups.bind(pass);
      pass.dispatchWorkgroups = (x, y, z) => {
        this.#dispatches++;
        dispatch(x, y, z);
      };
      const dispatchIndirect = pass.dispatchWorkgroupsIndirect.bind(pass);
      pass.dispatchWorkgroupsIndirect = (buffer, offset) => {
        this.#dispatches++;
        dispatchIndirect(buffer, offset);
      };
      return pass;
    };
    return encoder;
  }

  [Symbol.dispose](): void {
    // What stands in the way is the device's own property; the method is its prototype's.
    Reflect.deleteProperty(this.#device, 'createCommandEncoder');
  }
}
