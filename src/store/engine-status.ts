import type { StudioError } from '../core/errors.ts';
import type { SessionVideo } from '../protocol/inference-api.ts';
import type { EngineState } from './models-slice.ts';
import { patch, raiseAlert, type StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';

/** Says whether the engine knows the clip and the prompts of this page. */
export function setEngine(context: StoreContext, engine: EngineState): void {
  patch(context, 'models', { engine });
}

/** Gives the engine up until the user has done something about it, and says what that may be. */
export function stopEngine(context: StoreContext, { message, hint }: StudioError): void {
  setEngine(context, { status: 'stopped', message });
  raiseAlert(context, {
    severity: 'error',
    message,
    hint:
      hint ??
      'Prompts and masks are kept. Choose a smaller image size or the WASM backend, or start the engine again.',
    action: { kind: 'restart-engine' },
  });
}

/** Resolves when nobody starts the engine or brings it back, however that went. */
export function engineAtRest({ store }: Pick<StoreContext, 'store'>): Promise<void> {
  const isAtRest = () => {
    const { status } = store.getState().models.engine;
    return status !== 'starting' && status !== 'recovering';
  };
  if (isAtRest()) return Promise.resolve();
  return new Promise((resolve) => {
    const stop = store.subscribe(() => {
      if (!isAtRest()) return;
      stop();
      resolve();
    });
  });
}

/** The open clip as the engine sees it; undefined without one. */
export function sessionVideo({ video: { info } }: StudioState): SessionVideo | undefined {
  if (info === undefined) return undefined;
  return { width: info.width, height: info.height, frameCount: info.frameCount };
}
