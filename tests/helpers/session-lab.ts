import { wrap } from 'comlink';
import { installErrorTransfer } from '../../src/protocol/error-transfer.ts';
import type { BrowserDeviceOptions } from './browser-engine.ts';
import type { SessionLab } from './session-lab.worker.ts';

installErrorTransfer();

/** The model that comes with the studio. */
const MODEL_URL = new URL('/models/sam2.1_hiera_nano.safetensors', location.origin).href;

/** A lab in a worker of its own, with the bundled model. The caller terminates it. */
export async function startSessionLab(options: BrowserDeviceOptions & { imageSize: number }) {
  // Vite finds workers by this very form.
  const worker = new Worker(new URL('./session-lab.worker.ts', import.meta.url), {
    type: 'module',
  });
  const lab = wrap<SessionLab>(worker);
  await lab.open({ ...options, modelUrl: MODEL_URL });
  return { lab, terminate: () => worker.terminate() };
}
