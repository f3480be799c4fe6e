import type { ModelPreferences } from '../../../store/models-slice.ts';
import { estimateFor, modelInUse } from '../../../store/models-slice.ts';
import type { CommandEntry, Page } from './command.ts';
import { whileTracking } from './obstacles.ts';

/** Which model runs, and how. */
export const MODEL_COMMANDS = [
  {
    id: 'load-nano',
    label: 'Use the bundled Nano model',
    words: 'demo default',
    obstacle: (state) =>
      whileTracking(state) ??
      (modelInUse(state.models)?.size === 'nano' ? 'It is in use.' : undefined),
    run: ({ actions }) => void actions.models.loadBundled(),
  },
  {
    id: 'backend-auto',
    label: 'Run the model where it runs best',
    words: 'backend device automatic',
    obstacle: whileTracking,
    run: preferring({ backend: 'auto' }),
  },
  {
    id: 'backend-webgpu',
    label: 'Run the model on WebGPU',
    words: 'backend device',
    obstacle: whileTracking,
    run: preferring({ backend: 'webgpu' }),
  },
  {
    id: 'backend-wasm',
    label: 'Run the model on the CPU (WASM)',
    words: 'backend device',
    obstacle: whileTracking,
    run: preferring({ backend: 'wasm' }),
  },
  {
    id: 'image-size-auto',
    label: 'Image size chosen by itself',
    words: 'model resolution automatic',
    obstacle: whileTracking,
    run: ({ actions, store }) => {
      const { imageSize: _imageSize, ...others } = store.getState().models.preferences;
      void actions.models.setPreferences(others);
    },
  },
  atImageSize(128, 'fastest'),
  atImageSize(256, 'fast'),
  atImageSize(512, ''),
  atImageSize(1024, 'detail'),
  {
    id: 'precision-auto',
    label: 'Precision chosen by itself',
    words: 'model float16 fp16 half automatic',
    obstacle: whileTracking,
    run: ({ actions, store }) => {
      const { precision: _precision, ...others } = store.getState().models.preferences;
      void actions.models.setPreferences(others);
    },
  },
  {
    id: 'precision-fp32',
    label: 'Run the model in float32',
    words: 'precision fp32 full exact',
    obstacle: whileTracking,
    run: preferring({ precision: 'fp32' }),
  },
  {
    id: 'benchmark',
    label: 'Benchmark this device…',
    words: 'speed performance fps measure test',
    run: ({ actions }) => actions.view.openDialog({ kind: 'benchmark' }),
  },
  {
    id: 'restart-engine',
    label: 'Start the engine again',
    words: 'restart recover',
    obstacle: ({ models }) =>
      models.engine.status === 'stopped' ? undefined : 'The engine has not stopped.',
    run: ({ actions }) => void actions.models.restartEngine(),
  },
] as const satisfies readonly CommandEntry[];

function atImageSize<const Size extends number>(imageSize: Size, words: string) {
  return {
    id: `image-size-${imageSize}`,
    label: `Image size ${imageSize} px`,
    words: `model resolution ${words}`,
    obstacle: (state) =>
      whileTracking(state) ??
      (estimateFor(state.models, imageSize)?.fits === false
        ? 'This device has not the memory for it with this model.'
        : undefined),
    run: preferring({ imageSize }),
  } as const satisfies CommandEntry;
}

function preferring(change: Partial<ModelPreferences>) {
  return ({ actions, store }: Page) =>
    void actions.models.setPreferences({ ...store.getState().models.preferences, ...change });
}
