import { FileArchive, FileJson, FileSpreadsheet } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { useShallow } from 'zustand/react/shallow';
import {
  offeredScoreExports,
  planScoreExport,
  type ScoreExportKind,
} from '../../store/plan-score-export.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { Button } from '../primitives/button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

interface Look {
  readonly name: string;
  readonly icon: ReactNode;
}

const LOOKS: Readonly<Record<ScoreExportKind, Look>> = {
  csv: { name: 'CSV', icon: <FileSpreadsheet /> },
  json: { name: 'JSON', icon: <FileJson /> },
  'visor-submission': { name: 'Challenge submission', icon: <FileArchive /> },
  'davis-results': { name: 'DAVIS results', icon: <FileArchive /> },
};

/** The scores and the masks behind them as files, and why one cannot be written now. */
export function ScoreExports() {
  const { groundTruth } = useActions();
  const kinds = useSelected(offeredScoreExports);
  const reasons = useSelected(useShallow((state) => kinds.map((kind) => reasonNot(state, kind))));
  const noteId = useId();
  const note = reasonsText(kinds, reasons);
  return (
    <div className="report-exports" role="group" aria-label="Export">
      {note !== '' && (
        <p className="report-note" id={noteId}>
          {note}
        </p>
      )}
      {kinds.map((kind, i) => (
        <Button
          key={kind}
          disabled={reasons[i] !== undefined}
          aria-describedby={reasons[i] === undefined ? undefined : noteId}
          onClick={() => void groundTruth.exportScores(kind)}
        >
          {LOOKS[kind].icon}
          {LOOKS[kind].name}…
        </Button>
      ))}
    </div>
  );
}

function reasonNot(state: StudioState, kind: ScoreExportKind): string | undefined {
  const plan = planScoreExport(state, kind);
  return plan.isPossible ? undefined : `${plan.message} ${plan.hint}`;
}

/** Each reason once, after what it keeps from being written where that is not all. */
function reasonsText(
  kinds: readonly ScoreExportKind[],
  reasons: readonly (string | undefined)[],
): string {
  const texts = [...new Set(reasons)].flatMap((reason) => {
    if (reason === undefined) return [];
    const names = kinds.filter((_, i) => reasons[i] === reason).map((kind) => LOOKS[kind].name);
    return names.length === kinds.length ? [reason] : [`${names.join(' and ')}: ${reason}`];
  });
  return texts.join(' ');
}
