import { Redo2, Undo2 } from 'lucide-react';
import { redoableStep, undoableStep } from '../../store/history-slice.ts';
import { IconButton } from '../primitives/icon-button.tsx';
import { useActions, useSelected } from '../studio-context.tsx';

/** One step back, one step forth; each says which. */
export function HistoryButtons() {
  const { history } = useActions();
  const undo = useSelected((state) => undoableStep(state.history)?.name);
  const redo = useSelected((state) => redoableStep(state.history)?.name);
  return (
    <div className="header-history" role="group" aria-label="History">
      <IconButton
        label={undo === undefined ? 'Nothing to undo' : `Undo: ${undo}`}
        keys="Ctrl Z"
        aria-keyshortcuts="Control+Z"
        disabled={undo === undefined}
        onClick={() => history.undo()}
      >
        <Undo2 />
      </IconButton>
      <IconButton
        label={redo === undefined ? 'Nothing to redo' : `Redo: ${redo}`}
        keys="Ctrl Shift Z"
        aria-keyshortcuts="Control+Shift+Z Control+Y"
        disabled={redo === undefined}
        onClick={() => history.redo()}
      >
        <Redo2 />
      </IconButton>
    </div>
  );
}
