import { useCallback } from 'react';
import { useLoaded } from '../primitives/use-loaded.ts';
import { useActions } from '../studio-context.tsx';

const load = () => import('./palette-dialog.tsx');

/** The palette, whose code comes when it is first asked for. */
export function PaletteLoader() {
  const { view } = useActions();
  const close = useCallback(() => view.closeDialog(), [view]);
  const loaded = useLoaded(load, close);
  return loaded === undefined ? null : <loaded.PaletteDialog />;
}
