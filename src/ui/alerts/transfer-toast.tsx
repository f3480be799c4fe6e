import { Button } from '../primitives/button.tsx';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { transferText } from './transfer-text.ts';
import { useActions, useSelected } from '../studio-context.tsx';

/**
 * How far an import is, and an export whose dialog is not open; it can be stopped here. What is done
 * in a moment is not shown.
 */
export function TransferToast() {
  const { project } = useActions();
  const text = transferText(useSelected((state) => state.project.transfer));
  const isShownElsewhere = useSelected((state) => state.view.dialog?.kind === 'export');
  if (text === undefined || isShownElsewhere) return null;
  return (
    <div className="toast toast-transfer" role="group" aria-label={text.label} aria-live="off">
      <div className="toast-text">
        <p className="numbers">{text.title}</p>
        <ProgressBar label={text.label} fraction={text.fraction} />
      </div>
      <Button onClick={() => project.cancelTransfer()}>Cancel</Button>
    </div>
  );
}
