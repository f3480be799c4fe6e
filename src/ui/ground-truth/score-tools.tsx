import { ChevronDown, Download, FileArchive, FileJson, FileSpreadsheet } from 'lucide-react';
import { Button } from '../primitives/button.tsx';
import { Menu, MenuItem, MenuSeparator } from '../primitives/menu.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** The report in full, and scores and masks as files. */
export function ScoreTools() {
  const { view } = useActions();
  const hasReport = useSelected((state) => state.groundTruth.report !== undefined);
  return (
    <div className="gt-section gt-tools">
      <Button disabled={!hasReport} onClick={() => view.openDialog({ kind: 'scores' })}>
        Full report…
      </Button>
      <ExportMenu hasReport={hasReport} />
    </div>
  );
}

function ExportMenu({ hasReport }: { readonly hasReport: boolean }) {
  const { groundTruth } = useActions();
  const isVisor = useSelected((state) => state.groundTruth.truth?.kind === 'visor');
  const isBusy = useSelected((state) => state.groundTruth.run !== undefined);
  const hasMasks = useSelected(({ groundTruth: { scoring } }) =>
    Object.values(scoring).some(({ coveredFrames }) => coveredFrames > 0),
  );
  return (
    <Menu
      align="end"
      trigger={
        <Button disabled={isBusy || !(hasReport || hasMasks)}>
          <Download />
          Export
          <ChevronDown />
        </Button>
      }
    >
      <MenuItem
        icon={<FileSpreadsheet />}
        detail="As the official tool writes them"
        isDisabled={!hasReport}
        onSelect={() => void groundTruth.exportScores('csv')}
      >
        Scores as CSV
      </MenuItem>
      <MenuItem
        icon={<FileJson />}
        detail="Each frame, with clip, model and sources"
        isDisabled={!hasReport}
        onSelect={() => void groundTruth.exportScores('json')}
      >
        Scores as JSON
      </MenuItem>
      <MenuSeparator />
      {isVisor && (
        <MenuItem
          icon={<FileArchive />}
          detail="The masks as VISOR’s server takes them"
          isDisabled={!hasMasks}
          onSelect={() => void groundTruth.exportScores('visor-submission')}
        >
          Challenge submission
        </MenuItem>
      )}
      <MenuItem
        icon={<FileArchive />}
        detail="A zip of PNGs for DAVIS’s evaluation"
        isDisabled={!hasMasks}
        onSelect={() => void groundTruth.exportScores('davis-results')}
      >
        DAVIS results
      </MenuItem>
    </Menu>
  );
}
