import { useEffect } from 'react';
import { AlertToasts } from '../alerts/alert-toasts.tsx';
import { ExportDialog } from '../export/export-dialog.tsx';
import { MatchDialog } from '../ground-truth/match-dialog.tsx';
import { PaletteLoader } from '../palette/palette-loader.tsx';
import { TooltipProvider } from '../primitives/tooltip.tsx';
import { ScoresDialogLoader } from '../scores/scores-dialog-loader.tsx';
import { Stage } from '../stage/stage.tsx';
import { ToolRail } from '../stage/tool-rail.tsx';
import { useSelected, useStudio } from '../studio-context.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import { ConfirmOpenDialog } from './confirm-open-dialog.tsx';
import { DropOverlay } from './drop-overlay.tsx';
import { Header } from './header.tsx';
import { listenToKeys } from './keyboard.ts';
import { MeaningDialog } from './meaning-dialog.tsx';
import { watchPage } from './page-effects.ts';
import { ShortcutsDialog } from './shortcuts-dialog.tsx';
import { SidePanel } from './side-panel.tsx';
import './shell.css';

/** The whole page. */
export function Shell() {
  const studio = useStudio();
  const dialog = useSelected((state) => state.view.dialog);
  useEffect(() => listenToKeys(studio), [studio]);
  useEffect(() => watchPage(studio), [studio]);
  return (
    <TooltipProvider>
      <div className="shell">
        <Header />
        <ToolRail />
        <Stage />
        <SidePanel />
        <Timeline />
        <AlertToasts />
      </div>
      {dialog?.kind === 'shortcuts' && <ShortcutsDialog />}
      {dialog?.kind === 'palette' && <PaletteLoader />}
      {dialog?.kind === 'export' && <ExportDialog />}
      {dialog?.kind === 'scores' && <ScoresDialogLoader />}
      {dialog?.kind === 'frame-match' && <MatchDialog />}
      {dialog?.kind === 'confirm-open' && <ConfirmOpenDialog name={dialog.name} />}
      {dialog?.kind === 'choose-meaning' && <MeaningDialog name={dialog.name} of={dialog.of} />}
      <DropOverlay />
    </TooltipProvider>
  );
}
