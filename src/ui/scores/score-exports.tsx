import { FileArchive, FileJson, FileSpreadsheet } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** The scores and the masks behind them as files. */
export function ScoreExports() {
  const { groundTruth } = useActions();
  const hasReport = useSelected((state) => state.groundTruth.report !== undefined);
  const isVisor = useSelected((state) => state.groundTruth.truth?.kind === 'visor');
  const isRunning = useSelected((state) => state.groundTruth.run !== undefined);
  const isOff = isRunning || !hasReport;
  return (
    <div className="report-exports" role="group" aria-label="Export">
      <Button disabled={isOff} onClick={() => void groundTruth.exportScores('csv')}>
        <FileSpreadsheet />
        CSV…
      </Button>
      <Button disabled={isOff} onClick={() => void groundTruth.exportScores('json')}>
        <FileJson />
        JSON…
      </Button>
      {isVisor && (
        <Button disabled={isOff} onClick={() => void groundTruth.exportScores('visor-submission')}>
          <FileArchive />
          Challenge submission…
        </Button>
      )}
      <Button disabled={isOff} onClick={() => void groundTruth.exportScores('davis-results')}>
        <FileArchive />
        DAVIS results…
      </Button>
    </div>
  );
}
