import { formatCount } from '../../store/format.ts';
import type { MaskChoice } from '../../store/view-slice.ts';
import { Dialog } from '../primitives/dialog.tsx';
import { useActions } from '../studio-context.tsx';
import './mask-dialog.css';

interface Props {
  /** Of the file. */
  readonly name: string;
  readonly choices: readonly MaskChoice[];
}

/** A picture can hold the masks of several objects; only the user knows which is meant. */
export function MaskDialog({ name, choices }: Props) {
  const { maskFile, view } = useActions();
  return (
    <Dialog
      title={`Which mask of “${name}”?`}
      description="The picture has several values. The one you choose becomes the prompt of the selected object."
      onClose={() => view.closeDialog()}
    >
      <ul className="mask-choices">
        {choices.map((choice, at) => (
          <li key={choice.value}>
            <button type="button" className="mask-choice" onClick={() => maskFile.answer(at)}>
              <span className="mask-choice-swatch" style={{ background: choice.color }} />
              <span className="mask-choice-value numbers">{choice.value}</span>
              <span className="mask-choice-area numbers">{formatCount(choice.areaPx)} px</span>
            </button>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
