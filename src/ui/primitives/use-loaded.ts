import { useEffect, useState } from 'react';
import { useActions } from '../studio-context.tsx';

/**
 * A module that comes when it is first needed; absent until then. One that does not come is told to
 * the user: thrown, it would take the page and the work on it down.
 * @param load stays the same from render to render, as does `onFailure`
 */
export function useLoaded<Module>(
  load: () => Promise<Module>,
  onFailure?: () => void,
): Module | undefined {
  const { alerts } = useActions();
  const [module, setModule] = useState<Module>();
  useEffect(() => {
    let isGone = false;
    load().then(
      (loaded) => {
        if (!isGone) setModule(() => loaded);
      },
      (error: unknown) => {
        alerts.reportError(error);
        onFailure?.();
      },
    );
    return () => {
      isGone = true;
    };
  }, [alerts, load, onFailure]);
  return module;
}
