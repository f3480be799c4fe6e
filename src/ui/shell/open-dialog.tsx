import { useCallback, type ComponentType } from 'react';
import type { OpenDialog as DialogState } from '../../store/view-slice.ts';
import { MaskDialog } from '../objects/mask-dialog.tsx';
import { Loaded } from '../primitives/loaded.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ConfirmOpenDialog } from './confirm-open-dialog.tsx';
import { MeaningDialog } from './meaning-dialog.tsx';
import { SequenceDialog } from './sequence-dialog.tsx';

type LoadedKind = Exclude<
  DialogState['kind'],
  'confirm-open' | 'choose-meaning' | 'choose-mask' | 'choose-sequence'
>;

/** Dialogs that are asked for, and so may take a moment the first time. */
const LOADS: Record<LoadedKind, () => Promise<ComponentType>> = {
  palette: async () => (await import('../palette/palette-dialog.tsx')).PaletteDialog,
  shortcuts: async () => (await import('./shortcuts-dialog.tsx')).ShortcutsDialog,
  export: async () => (await import('../export/export-dialog.tsx')).ExportDialog,
  benchmark: async () => (await import('../benchmark/benchmark-dialog.tsx')).BenchmarkDialog,
  scores: async () => (await import('../scores/scores-dialog.tsx')).ScoresDialog,
  'frame-match': async () => (await import('../ground-truth/match-dialog.tsx')).MatchDialog,
};

/** The dialog over the page, where one is open. */
export function OpenDialog() {
  const { view } = useActions();
  const dialog = useSelected((state) => state.view.dialog);
  const close = useCallback(() => view.closeDialog(), [view]);
  if (dialog === undefined) return null;
  if (dialog.kind === 'confirm-open') return <ConfirmOpenDialog name={dialog.name} />;
  if (dialog.kind === 'choose-meaning') {
    return <MeaningDialog name={dialog.name} of={dialog.of} />;
  }
  if (dialog.kind === 'choose-sequence') {
    return <SequenceDialog name={dialog.name} sequences={dialog.sequences} />;
  }
  if (dialog.kind === 'choose-mask') {
    return <MaskDialog name={dialog.name} choices={dialog.choices} />;
  }
  return <Loaded key={dialog.kind} load={LOADS[dialog.kind]} onFailure={close} />;
}
