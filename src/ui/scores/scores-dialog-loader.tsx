import { useCallback } from 'react';
import { useLoaded } from '../primitives/use-loaded.ts';
import { useActions } from '../studio-context.tsx';

const load = () => import('./scores-dialog.tsx');

/** The report, whose code comes when it is first asked for; the page is there sooner without it. */
export function ScoresDialogLoader() {
  const { view } = useActions();
  const close = useCallback(() => view.closeDialog(), [view]);
  const loaded = useLoaded(load, close);
  return loaded === undefined ? null : <loaded.ScoresDialog />;
}
