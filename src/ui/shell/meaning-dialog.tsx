import type { FilesMeaning } from '../../store/video-actions.ts';
import type { AmbiguousKind } from '../../store/view-slice.ts';
import { Button } from '../primitives/button.tsx';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions } from '../studio-context.tsx';

interface Props {
  /** Of the file or folder. */
  readonly name: string;
  readonly of: AmbiguousKind;
}

const DESCRIPTION =
  'Ground truth is laid beside your masks and scores them. Masks take the place of your objects.';

/** Files can hold frames, masks or ground truth; only the user knows which. */
export function MeaningDialog({ name, of }: Props) {
  const { video, view } = useActions();
  const answer = (meaning: FilesMeaning) => void video.answerMeaning(meaning);
  const isVisor = of === 'visor';
  return (
    <Dialog
      title={isVisor ? `What is “${name}” for?` : `What is in “${name}”?`}
      description={isVisor ? DESCRIPTION : `${DESCRIPTION} Frames are opened as a clip.`}
      onClose={() => view.closeDialog()}
    >
      <div className="dialog-actions">
        {!isVisor && <Button onClick={() => answer('frames')}>Frames of a clip</Button>}
        <Button look={isVisor ? 'plain' : 'primary'} onClick={() => answer('masks')}>
          Masks of my objects
        </Button>
        <Button look={isVisor ? 'primary' : 'plain'} onClick={() => answer('truth')}>
          Ground truth to score against
        </Button>
      </div>
    </Dialog>
  );
}
