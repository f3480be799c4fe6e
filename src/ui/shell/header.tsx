import { Download, Keyboard, Search } from 'lucide-react';
import { AlertLog } from '../alerts/alert-log.tsx';
import { ModelLine } from '../models/model-line.tsx';
import { Button } from '../primitives/button.tsx';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { ClipSummary } from './clip-summary.tsx';
import { HistoryButtons } from './history-buttons.tsx';
import { OpenMenu } from './open-menu.tsx';
import { SavingStatus } from './saving-status.tsx';
import { ThemeMenu } from './theme-menu.tsx';
import './header.css';

/** The clip, the model, and what is done with the whole of them. */
export function Header() {
  const { view } = useActions();
  const isEmpty = useSelected((state) => state.video.info === undefined);
  return (
    <header className="header">
      <div className="header-start">
        <svg className="header-mark" viewBox="0 0 32 32" aria-hidden="true">
          <path d="M9 3h14a6 6 0 0 1 6 6v14a6 6 0 0 1-6 6H9a6 6 0 0 1-6-6V9a6 6 0 0 1 6-6Z" />
          <path d="M10 20.5c-2-4 .5-9.5 5-10.5s8 1.500 7.500 6-4 7-7.500 7-4-1-5-2.500Z" />
        </svg>
        <OpenMenu />
        <ClipSummary />
      </div>
      <ModelLine />
      <div className="header-end">
        <SavingStatus />
        <HistoryButtons />
        <Button
          disabled={isEmpty}
          onClick={() => view.openDialog({ kind: 'export' })}
          aria-keyshortcuts="Control+E"
        >
          <Download />
          Export…
        </Button>
        <IconButton
          label="Search actions"
          keys="Ctrl K"
          aria-keyshortcuts="Control+K"
          onClick={() => view.openDialog({ kind: 'palette' })}
        >
          <Search />
        </IconButton>
        <AlertLog />
        <IconButton
          label="Keyboard shortcuts"
          keys="?"
          onClick={() => view.openDialog({ kind: 'shortcuts' })}
        >
          <Keyboard />
        </IconButton>
        <ThemeMenu />
      </div>
    </header>
  );
}
