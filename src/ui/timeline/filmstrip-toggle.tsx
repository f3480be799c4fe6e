import { Film } from 'lucide-react';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { useFilmstripShown } from './use-filmstrip-shown.ts';

/** Shows and hides the small pictures under the ruler. */
export function FilmstripToggle() {
  const { view } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  const isShown = useFilmstripShown();
  return (
    <IconButton
      label="Pictures on the timeline"
      side="top"
      aria-pressed={isShown}
      disabled={isEmpty}
      onClick={() => view.showFilmstrip(!isShown)}
    >
      <Film />
    </IconButton>
  );
}
