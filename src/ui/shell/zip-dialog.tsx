import { Button } from '../primitives/button.tsx';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions } from '../studio-context.tsx';

interface Props {
  readonly name: string;
}

/** A zip can hold frames or masks; only the user knows which. */
export function ZipDialog({ name }: Props) {
  const { video, view } = useActions();
  return (
    <Dialog
      title={`What is in “${name}”?`}
      description="Masks are put onto the open clip. Frames are opened as a clip of their own."
      onClose={() => view.closeDialog()}
    >
      <div className="dialog-actions">
        <Button onClick={() => void video.answerZip('frames')}>Frames: open as a clip</Button>
        <Button look="primary" onClick={() => void video.answerZip('masks')}>
          Masks: import
        </Button>
      </div>
    </Dialog>
  );
}
