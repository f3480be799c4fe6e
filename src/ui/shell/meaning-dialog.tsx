import { Film, Layers, Target } from 'lucide-react';
import type { ReactNode } from 'react';
import type { FilesMeaning } from '../../store/video-actions.ts';
import type { AmbiguousKind } from '../../store/view-slice.ts';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions } from '../studio-context.tsx';
import './meaning-dialog.css';

interface Props {
  /** Of the file or folder. */
  readonly name: string;
  readonly of: AmbiguousKind;
}

interface Meaning {
  readonly title: string;
  readonly text: string;
  readonly icon: ReactNode;
}

const MEANINGS: Readonly<Record<FilesMeaning, Meaning>> = {
  frames: {
    title: 'Frames of a clip',
    text: 'Opened as a clip of their own, in place of the one that is open.',
    icon: <Film />,
  },
  masks: {
    title: 'Masks of my objects',
    text: 'Imported onto the clip, in place of your objects.',
    icon: <Layers />,
  },
  truth: {
    title: 'Ground truth to score against',
    text: 'Laid beside your masks, which stay as they are and get scores.',
    icon: <Target />,
  },
};

/** The likeliest first. */
const OFFERED: Readonly<Record<AmbiguousKind, readonly FilesMeaning[]>> = {
  zip: ['masks', 'truth', 'frames'],
  folder: ['masks', 'truth', 'frames'],
  labels: ['truth', 'masks'],
};

const CONTENTS: Readonly<Record<AmbiguousKind, string>> = {
  zip: 'A zip can hold pictures of frames, or masks of an open clip’s frames.',
  folder: 'PNGs can be pictures of frames, or masks of an open clip’s frames.',
  labels: 'Annotations can be compared with your masks, or become them.',
};

/** Files can hold frames, masks or ground truth; only the user knows which. */
export function MeaningDialog({ name, of }: Props) {
  const { video, view } = useActions();
  return (
    <Dialog
      title={`What is “${name}” for?`}
      description={CONTENTS[of]}
      onClose={() => view.closeDialog()}
    >
      <div className="meanings">
        {OFFERED[of].map((meaning) => (
          <MeaningButton
            key={meaning}
            {...MEANINGS[meaning]}
            onChoose={() => void video.answerMeaning(meaning)}
          />
        ))}
      </div>
    </Dialog>
  );
}

function MeaningButton({
  title,
  text,
  icon,
  onChoose,
}: Meaning & { readonly onChoose: () => void }) {
  return (
    <button type="button" className="meaning" onClick={onChoose}>
      <span className="meaning-icon" aria-hidden="true">
        {icon}
      </span>
      <span>
        <span className="meaning-title">{title}</span>
        <span className="meaning-text">{text}</span>
      </span>
    </button>
  );
}
