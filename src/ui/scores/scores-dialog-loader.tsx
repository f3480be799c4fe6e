import { useEffect, useState, type ComponentType } from 'react';
import { useActions } from '../studio-context.tsx';

/** The report, whose code comes when it is first asked for; the page is there sooner without it. */
export function ScoresDialogLoader() {
  const { alerts, view } = useActions();
  const [Loaded, setLoaded] = useState<ComponentType>();
  useEffect(() => {
    import('./scores-dialog.tsx').then(
      ({ ScoresDialog }) => setLoaded(() => ScoresDialog),
      (error: unknown) => {
        alerts.reportError(error);
        view.closeDialog();
      },
    );
  }, [alerts, view]);
  return Loaded === undefined ? null : <Loaded />;
}
