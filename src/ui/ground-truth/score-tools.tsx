import { ChevronDown, Download, FileArchive, FileJson, FileSpreadsheet } from 'lucide-react';
import type { ReactNode } from 'react';
import {
  offeredScoreExports,
  planScoreExport,
  type ScoreExportKind,
} from '../../store/plan-score-export.ts';
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
      <ExportMenu />
    </div>
  );
}

function ExportMenu() {
  const isChallenge = useSelected((state) =>
    offeredScoreExports(state).includes('visor-submission'),
  );
  return (
    <Menu
      align="end"
      trigger={
        <Button>
          <Download />
          Export
          <ChevronDown />
        </Button>
      }
    >
      <ExportItem
        kind="csv"
        name="Scores as CSV"
        icon={<FileSpreadsheet />}
        detail="A zip of what the official tool writes"
      />
      <ExportItem
        kind="json"
        name="Scores as JSON"
        icon={<FileJson />}
        detail="Each frame, with clip, model and sources"
      />
      <MenuSeparator />
      {isChallenge && (
        <ExportItem
          kind="visor-submission"
          name="Challenge submission"
          icon={<FileArchive />}
          detail="The masks as VISOR’s server takes them"
        />
      )}
      <ExportItem
        kind="davis-results"
        name="DAVIS results"
        icon={<FileArchive />}
        detail="A zip of PNGs for DAVIS’s evaluators"
      />
    </Menu>
  );
}

interface ExportItemProps {
  readonly kind: ScoreExportKind;
  readonly name: string;
  /** What it holds; while it cannot be written, the reason stands in its place. */
  readonly detail: string;
  readonly icon: ReactNode;
}

function ExportItem({ kind, name, detail, icon }: ExportItemProps) {
  const { groundTruth } = useActions();
  const obstacle = useSelected((state) => {
    const plan = planScoreExport(state, kind);
    return plan.isPossible ? undefined : plan.message;
  });
  return (
    <MenuItem
      icon={icon}
      detail={obstacle ?? detail}
      isDisabled={obstacle !== undefined}
      onSelect={() => void groundTruth.exportScores(kind)}
    >
      {name}
    </MenuItem>
  );
}
