import { savedExportChoice, type ExportChoice } from './export-choice.ts';
import type { SettingsText } from './services.ts';
import type { StoreContext } from './store-context.ts';
import type { StudioState } from './studio-state.ts';
import { BRUSH_SIZES_PX, MOST_RECENT_COMMANDS } from './view-slice.ts';

/** What is remembered from one visit to the next. */
interface Settings {
  readonly theme: StudioState['view']['theme'];
  readonly fillOpacity: number;
  readonly outlineWidth: number;
  readonly brushSizePx: number;
  readonly arePreviewsShown: boolean;
  readonly isFilmstripShown: boolean | undefined;
  readonly exportChoice: ExportChoice;
  readonly recentCommands: readonly string[];
  readonly preferences: StudioState['models']['preferences'];
  readonly corrections: StudioState['models']['corrections'];
}

/** The state with the saved settings in it. What does not read as a setting is left as it is. */
export function withSavedSettings(state: StudioState, text: string | undefined): StudioState {
  const saved = parseSettings(text);
  const { view, models } = state;
  return {
    ...state,
    view: {
      ...view,
      theme: oneOf(saved['theme'], ['system', 'light', 'dark'] as const) ?? view.theme,
      fillOpacity: numberWithin(saved['fillOpacity'], 0, 1) ?? view.fillOpacity,
      outlineWidth: numberWithin(saved['outlineWidth'], 0, 6) ?? view.outlineWidth,
      brushSizePx:
        numberWithin(saved['brushSizePx'], BRUSH_SIZES_PX.smallest, BRUSH_SIZES_PX.largest) ??
        view.brushSizePx,
      arePreviewsShown: oneOf(saved['arePreviewsShown'], [true, false]) ?? view.arePreviewsShown,
      isFilmstripShown: oneOf(saved['isFilmstripShown'], [true, false]),
      exportChoice: savedExportChoice(saved['exportChoice']),
      recentCommands: savedNames(saved['recentCommands']),
    },
    models: {
      ...models,
      preferences: savedPreferences(saved['preferences']),
      corrections:
        oneOf(saved['corrections'], ['keep', 'condition', 'reference'] as const) ??
        models.corrections,
    },
  };
}

/** Saves the settings whenever they change. @returns ends it */
export function startSavingSettings(context: StoreContext): () => void {
  let saved = settingsText(context.store.getState());
  return context.store.subscribe((state, before) => {
    if (state.view === before.view && state.models === before.models) return;
    const text = settingsText(state);
    if (text === saved) return;
    saved = text;
    context.services.settings.write(text);
  });
}

function settingsText(state: StudioState): string {
  const settings: Settings = {
    theme: state.view.theme,
    fillOpacity: state.view.fillOpacity,
    outlineWidth: state.view.outlineWidth,
    brushSizePx: state.view.brushSizePx,
    arePreviewsShown: state.view.arePreviewsShown,
    isFilmstripShown: state.view.isFilmstripShown,
    exportChoice: state.view.exportChoice,
    recentCommands: state.view.recentCommands,
    preferences: state.models.preferences,
    corrections: state.models.corrections,
  };
  return JSON.stringify(settings);
}

function savedPreferences(value: unknown): Settings['preferences'] {
  const saved = isRecord(value) ? value : {};
  const backend = oneOf(saved['backend'], ['auto', 'webgpu', 'wasm'] as const) ?? 'auto';
  const imageSize = oneOf(saved['imageSize'], [128, 256, 512, 1024] as const);
  const precision = oneOf(saved['precision'], ['fp32'] as const);
  return {
    backend,
    ...(imageSize !== undefined && { imageSize }),
    ...(precision !== undefined && { precision }),
  };
}

function savedNames(value: unknown): readonly string[] {
  const names = Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  return names.slice(0, MOST_RECENT_COMMANDS);
}

// Anything may stand in the browser's storage; a text that cannot be read counts as none.
function parseSettings(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function oneOf<T>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((candidate) => candidate === value);
}

function numberWithin(value: unknown, low: number, high: number): number | undefined {
  return typeof value === 'number' && value >= low && value <= high ? value : undefined;
}

/** One key of `localStorage`; where the browser forbids it, nothing is remembered. */
export function textOfLocalStorage(key: string): SettingsText {
  return {
    read: () => {
      try {
        return localStorage.getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write: (text) => {
      try {
        localStorage.setItem(key, text);
      } catch {
        // A visit without a memory is a visit all the same.
      }
    },
  };
}
