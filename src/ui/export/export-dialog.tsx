import { FileInput } from 'lucide-react';
import { useState } from 'react';
import { formatCounted } from '../../store/format.ts';
import { kindRefusal, planExport, type ExportScope } from '../../store/plan-export.ts';
import { trackingRefusal } from '../../store/refusals.ts';
import type { StudioState } from '../../store/studio-state.ts';
import { Button } from '../primitives/button.tsx';
import { Dialog } from '../primitives/dialog.tsx';
import { ACCEPT_IMPORT, pickFiles } from '../primitives/pick-files.ts';
import { useActions, useSelected } from '../studio-context.tsx';
import { ExportProgress } from './export-progress.tsx';
import { KindDetail } from './kind-detail.tsx';
import { KindList } from './kind-list.tsx';
import './export.css';

/** Getting masks out, as files, data sets and videos, and back in. */
export function ExportDialog() {
  const { project, view } = useActions();
  const choice = useSelected((state) => state.view.exportChoice);
  const [scope, setScope] = useState<ExportScope>({});
  const refusal = useSelected((state) => refusalOf(state, scope));
  const description = useSelected(describeExport);
  const isIdle = useSelected((state) => state.project.transfer.status === 'idle');
  const form = {
    choice,
    scope,
    onChoose: (next: typeof choice) => view.chooseExport(next),
    onScope: setScope,
  };
  const pickImport = () =>
    pickFiles({
      accept: ACCEPT_IMPORT,
      onPick: ([file]) => file !== undefined && void project.importFile(file),
    });
  return (
    <Dialog
      title="Export"
      description={description}
      width="wide"
      onClose={() => view.closeDialog()}
    >
      <div className="export-columns">
        <KindList choice={choice} isDisabled={!isIdle} onChoose={form.onChoose} />
        <KindDetail form={form} isDisabled={!isIdle} />
      </div>
      <ExportProgress refusal={refusal} />
      <div className="dialog-actions export-actions">
        <Button look="ghost" disabled={!isIdle} onClick={pickImport}>
          <FileInput />
          Import instead…
        </Button>
        {isIdle ? (
          <Button
            look="primary"
            disabled={refusal !== undefined}
            onClick={() => void project.exportMasks(choice, scope)}
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

function refusalOf(state: StudioState, scope: ExportScope): string | undefined {
  const tracking = trackingRefusal(state);
  if (tracking !== undefined) return `${tracking.message} ${tracking.hint}`;
  const plan = planExport(state, scope);
  return plan.isPossible ? kindRefusal(state.view.exportChoice.kind, plan.info) : plan.reason;
}

function describeExport(state: StudioState): string {
  const plan = planExport(state);
  if (!plan.isPossible) return plan.reason;
  const objects = formatCounted(plan.tracklets.length, 'object');
  return `${objects} of “${plan.info.name}”. Nothing leaves this computer.`;
}
