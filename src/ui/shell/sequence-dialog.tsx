import { Film } from 'lucide-react';
import { formatCounted } from '../../store/format.ts';
import type { OpenDialog } from '../../store/view-slice.ts';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions } from '../studio-context.tsx';
import './meaning-dialog.css';

type Props = Pick<
  Extract<OpenDialog, { readonly kind: 'choose-sequence' }>,
  /** Of the zip. */
  | 'name'
  /** At least two. */
  | 'sequences'
>;

/** A zip holds the frames of several sequences; a clip is one of them. */
export function SequenceDialog({ name, sequences }: Props) {
  const { video, view } = useActions();
  return (
    <Dialog
      title={`Which sequence of “${name}”?`}
      description="Its frames are opened as the clip, and its masks laid beside them where there are any."
      onClose={() => view.closeDialog()}
    >
      <div className="meanings">
        {sequences.map((one) => (
          <button
            key={one.folder}
            type="button"
            className="meaning"
            onClick={() => void video.answerSequence(one)}
          >
            <span className="meaning-icon" aria-hidden="true">
              <Film />
            </span>
            <span>
              <span className="meaning-title">{one.sequence}</span>
              <span className="meaning-text">{`${formatCounted(one.count, 'frame')} in ${one.folder}`}</span>
            </span>
          </button>
        ))}
      </div>
    </Dialog>
  );
}
