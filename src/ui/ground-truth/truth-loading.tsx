import { formatBytes } from '../../store/format.ts';
import { Button } from '../primitives/button.tsx';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useActions, useSelected } from '../studio-context.tsx';
import { loadingFraction } from './truth-text.ts';

interface Props {
  /** `line`: one line among others, without the name. */
  readonly size?: 'block' | 'line';
}

/** How far reading a ground truth is; nothing while none is read. */
export function TruthLoading({ size = 'block' }: Props) {
  const { groundTruth } = useActions();
  const loading = useSelected((state) => state.groundTruth.loading);
  if (loading === undefined) return null;
  const { name, bytesDone, bytesTotal } = loading;
  return (
    <div className={`gt-loading gt-loading-${size}`}>
      <div className="gt-loading-text">
        <p className="gt-loading-name truncate" role="status" title={name}>
          Reading {name}…
        </p>
        <ProgressBar label="Reading the ground truth" fraction={loadingFraction(loading)} />
        <p className="gt-quiet numbers">
          {bytesTotal === 0 ? 'Looking through the files' : bytesText(bytesDone, bytesTotal)}
        </p>
      </div>
      <Button className="gt-small-button" onClick={() => groundTruth.cancelOpening()}>
        Cancel
      </Button>
    </div>
  );
}

function bytesText(done: number, total: number): string {
  return `${formatBytes(done)} of ${formatBytes(total)}`;
}
