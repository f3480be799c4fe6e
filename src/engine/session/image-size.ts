import type { ModelSize } from '../../protocol/device.ts';
import { type FitRequest, largestFittingSize } from './memory-fit.ts';

/** What each model was made for; on WASM less, where time grows with its square or faster. */
function wantedImageSize(size: ModelSize, backend: 'webgpu' | 'wasm'): number {
  if (size === 'nano') return backend === 'webgpu' ? 512 : 256;
  return backend === 'webgpu' ? 1024 : 512;
}

/**
 * The image size to use where the user does not say: what the model was made for, or the next smaller
 * one that the device has the memory for. Where none fits, what was wanted.
 */
export function defaultImageSize(request: FitRequest): number {
  const { config, backend } = request.model;
  const wanted = wantedImageSize(config.size, backend);
  return largestFittingSize(request, wanted) ?? wanted;
}
