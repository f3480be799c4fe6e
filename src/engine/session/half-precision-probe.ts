import { StudioError } from '../../core/errors.ts';
import type { DeviceReport, HalfPrecisionReport } from '../../protocol/device.ts';

/**
 * Decides whether networks may compute in float16 on a device: on a GPU with `shader-f16` that passes
 * the self-test with it.
 * @param check the self-test in float16; resolves where it passes, not run on a device without it
 * @throws StudioError `device-lost`, which is no answer
 */
export async function probeHalfPrecision(
  { backend, adapter }: Pick<DeviceReport, 'backend' | 'adapter'>,
  check: () => Promise<void>,
): Promise<HalfPrecisionReport> {
  if (backend === 'wasm') return { isUsable: false, reason: 'On WASM float16 gains nothing.' };
  if (adapter?.hasShaderF16 !== true) {
    return { isUsable: false, reason: 'This GPU offers no float16 arithmetic (shader-f16).' };
  }
  try {
    await check();
  } catch (error) {
    if (!(error instanceof StudioError) || error.code === 'device-lost') throw error;
    return { isUsable: false, reason: `Float16 fails the self-test here. ${error.message}` };
  }
  return { isUsable: true, reason: 'This GPU gives the right numbers in float16.' };
}
