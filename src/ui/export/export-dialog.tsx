import { FileInput } from 'lucide-react';
import { useState } from 'react';
import { planExport } from '../../store/plan-export.ts';
import type { ExportKind } from '../../store/project-slice.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { Button } from '../primitives/button.tsx';
import { Dialog } from '../primitives/dialog.tsx';
import { ACCEPT_IMPORT, pickFiles } from '../primitives/pick-files.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { ExportProgress } from './export-progress.tsx';
import { FormatChoice } from './format-choice.tsx';
import './export.css';

/** Getting masks out, and back in. */
export function ExportDialog() {
  const { project, view } = useActions();
  const [kind, setKind] = useState<ExportKind>('png-zip');
  const isPossible = useSelected((state) => planExport(state).isPossible);
  const description = useSelected(describeExport);
  const isIdle = useSelected((state) => state.project.transfer.status === 'idle');
  const pickImport = () =>
    pickFiles({
      accept: ACCEPT_IMPORT,
      onPick: ([file]) => file !== undefined && void project.importFile(file),
    });
  return (
    <Dialog title="Export" description={description} onClose={() => view.closeDialog()}>
      <FormatChoice kind={kind} isDisabled={!isIdle} onChoose={setKind} />
      <ExportProgress />
      <div className="dialog-actions export-actions">
        <Button look="ghost" disabled={!isIdle} onClick={pickImport}>
          <FileInput />
          Import instead…
        </Button>
        {isIdle ? (
          <Button
            look="primary"
            disabled={!isPossible}
            onClick={() => void project.exportMasks(kind)}
          >
            Save…
          </Button>
        ) : (
          <Button onClick={() => project.cancelTransfer()}>Cancel</Button>
        )}
      </div>
    </Dialog>
  );
}

function describeExport(state: StudioState): string {
  const plan = planExport(state);
  if (!plan.isPossible) return plan.reason;
  const objects = `${plan.objectCount} ${plan.objectCount === 1 ? 'object' : 'objects'}`;
  return `${objects} of “${plan.info.name}”. The clip itself is never written.`;
}
