import type { Studio } from '../store/studio-store.ts';
import { Shell } from './shell/shell.tsx';
import { StudioProvider } from './studio-context.tsx';
import './theme/tokens.css';
import './theme/base.css';
import './theme/contrast.css';
import './theme/touch.css';
import './theme/narrow.css';

interface Props {
  readonly studio: Studio;
}

/** The studio on a page. */
export function App({ studio }: Props) {
  return (
    <StudioProvider studio={studio}>
      <Shell />
    </StudioProvider>
  );
}
