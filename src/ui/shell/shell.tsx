import { useEffect } from 'react';
import { AlertToasts } from '../alerts/alert-toasts.tsx';
import { TooltipProvider } from '../primitives/tooltip.tsx';
import { Stage } from '../stage/stage.tsx';
import { ToolRail } from '../stage/tool-rail.tsx';
import { useStudio } from '../studio-context.tsx';
import { Timeline } from '../timeline/timeline.tsx';
import { DropOverlay } from './drop-overlay.tsx';
import { Header } from './header.tsx';
import { listenToKeys } from './keyboard.ts';
import { OpenDialog } from './open-dialog.tsx';
import { watchPage } from './page-effects.ts';
import { SidePanel } from './side-panel.tsx';
import './shell.css';

/** The whole page. */
export function Shell() {
  const studio = useStudio();
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
      <OpenDialog />
      <DropOverlay />
    </TooltipProvider>
  );
}
