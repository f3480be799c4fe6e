/** A device for kernel tests: no optional features, so that none is needed by accident. */
export async function requestTestDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('this lane needs a WebGPU adapter');
  return adapter.requestDevice();
}

/** A buffer that holds `values`, to be read by kernels and copied from. The caller destroys it. */
export function uploadFloats(device: GPUDevice, values: Float32Array<ArrayBuffer>): GPUBuffer {
  const { STORAGE, COPY_SRC, COPY_DST } = GPUBufferUsage;
  const buffer = device.createBuffer({
    size: Math.max(values.byteLength, 4),
    usage: STORAGE | COPY_SRC | COPY_DST,
  });
  device.queue.writeBuffer(buffer, 0, values);
  return buffer;
}

/** Waits for the work on `source` (which allows copying from it) and copies it out. */
export async function downloadFloats(
  device: GPUDevice,
  source: GPUBuffer,
): Promise<Float32Array<ArrayBuffer>> {
  const { MAP_READ, COPY_DST } = GPUBufferUsage;
  const staging = device.createBuffer({ size: source.size, usage: MAP_READ | COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(source, 0, staging, 0, source.size);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const values = new Float32Array(staging.getMappedRange().slice(0));
  staging.destroy();
  return values;
}

/** Runs `work` and fails with the device's own message where it reported a validation error. */
export async function expectNoGpuError<T>(device: GPUDevice, work: () => Promise<T>): Promise<T> {
  device.pushErrorScope('validation');
  const result = await work();
  const error = await device.popErrorScope();
  if (error !== null) throw new Error(error.message);
  return result;
}

/** A device with all limits of the adapter and what optional features kernels may use. */
export async function requestAbleDevice(): Promise<GPUDevice> {
  const adapter = await navigator.gpu.requestAdapter();
  if (adapter === null) throw new Error('this lane needs a WebGPU adapter');
  const wanted = ['shader-f16', 'subgroups', 'timestamp-query'] as const;
  const { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup } = adapter.limits;
  return adapter.requestDevice({
    requiredFeatures: wanted.filter((feature) => adapter.features.has(feature)),
    requiredLimits: { maxComputeWorkgroupStorageSize, maxComputeInvocationsPerWorkgroup },
  });
}
