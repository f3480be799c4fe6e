/** A variable of a function that is declared without a value. Textures and samplers have none. */
const WITHOUT_VALUE = /\bvar\s+(\w+)\s*:(?!\s*(?:texture_|sampler))\s*([^=;]+?)\s*;/gu;

/**
 * WGSL code in which such variables are given the zero that they have anyway, written out. Dawn as of
 * Chromium 156 sets them on Vulkan once for each call of the function, and not each time that the
 * declaration is reached: what a loop has left in one is still there in the next round. ONNX Runtime's
 * attention declares its scores so and adds to them.
 */
export function withExplicitZeros(code: string): string {
  return code.replace(WITHOUT_VALUE, 'var $1 : $2 = $2();');
}

/** Has a device compile all programs so, ONNX Runtime's too. */
export function writeZerosOut(device: GPUDevice): void {
  const create = device.createShaderModule.bind(device);
  device.createShaderModule = (descriptor) =>
    create({ ...descriptor, code: withExplicitZeros(descriptor.code) });
}
