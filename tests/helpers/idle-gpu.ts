/** What was asked of a device that does not compute. */
export interface IdleGpu {
  /** Programs compiled so far. */
  readonly pipelines: number;
}

/**
 * Takes the compiler and the work from a device. Everything that is asked of it can then be counted, at
 * any size and in no time, also on a software GPU; what it gives is zeros.
 */
export function idle(device: GPUDevice): IdleGpu {
  let pipelines = 0;
  const nothing = () => ({ label: '' });
  const compile = () => {
    pipelines++;
    return { label: '', getBindGroupLayout: nothing };
  };
  Object.assign(device, {
    createShaderModule: () => ({
      label: '',
      getCompilationInfo: () => Promise.resolve({ messages: [] }),
    }),
    createComputePipeline: compile,
    createComputePipelineAsync: () => Promise.resolve(compile()),
    createBindGroupLayout: nothing,
    createPipelineLayout: nothing,
    createBindGroup: nothing,
  });
  const create = device.createCommandEncoder.bind(device);
  device.createCommandEncoder = (descriptor) => {
    const encoder = create(descriptor);
    const begin = encoder.beginComputePass.bind(encoder);
    encoder.beginComputePass = (passDescriptor) => {
      const pass = begin(passDescriptor);
      const skip = () => undefined;
      return Object.assign(pass, {
        setPipeline: skip,
        setBindGroup: skip,
        dispatchWorkgroups: skip,
        dispatchWorkgroupsIndirect: skip,
      });
    };
    return encoder;
  };
  return {
    get pipelines() {
      return pipelines;
    },
  };
}
