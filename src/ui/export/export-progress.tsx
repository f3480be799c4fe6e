import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useSelected } from '../studio-context.tsx';
import { transferText } from '../alerts/transfer-text.ts';

interface Props {
  /** Why nothing can be exported as it is chosen. */
  readonly refusal: string | undefined;
}

/** How far the export or import is and how long it will take; its place is always kept. */
export function ExportProgress({ refusal }: Props) {
  const text = transferText(useSelected((state) => state.project.transfer));
  if (text === undefined) {
    return <div className="export-progress">{refusal !== undefined && <p>{refusal}</p>}</div>;
  }
  return (
    <div className="export-progress" role="status">
      <p className="numbers">{text.title}</p>
      <ProgressBar label={text.label} fraction={text.fraction} />
    </div>
  );
}
