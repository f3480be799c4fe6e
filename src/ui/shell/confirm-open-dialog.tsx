import { Button } from '../primitives/button.tsx';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions } from '../studio-context.tsx';

interface Props {
  /** The clip that would be opened. */
  readonly name: string;
}

/** Asks before work is given up. */
export function ConfirmOpenDialog({ name }: Props) {
  const { video, view } = useActions();
  return (
    <Dialog
      title={`Open “${name}”?`}
      description="The work on the clip that is open could not be saved, and was not exported since it changed. Opening another clip discards it."
      onClose={() => view.closeDialog()}
    >
      <div className="dialog-actions">
        <Button look="ghost" onClick={() => view.closeDialog()}>
          Keep working
        </Button>
        <Button onClick={() => view.openDialog({ kind: 'export' })}>Export first…</Button>
        <Button look="danger" onClick={() => void video.confirmOpen()}>
          Discard and open
        </Button>
      </div>
    </Dialog>
  );
}
