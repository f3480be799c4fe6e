import { formatCount } from '../../store/format.ts';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useSelected } from '../studio-context.tsx';

/** How far the export or import is; its place is kept while there is none. */
export function ExportProgress() {
  const transfer = useSelected((state) => state.project.transfer);
  if (transfer.status === 'idle') return <div className="export-progress" />;
  if (transfer.status === 'hashing') {
    return (
      <div className="export-progress" role="status">
        <p>Taking the clip’s fingerprint…</p>
        <ProgressBar label="Hashing the clip" fraction={transfer.fraction} />
      </div>
    );
  }
  const { framesDone, framesTotal } = transfer;
  const verb = transfer.status === 'exporting' ? 'Writing' : 'Reading';
  const isCounted = framesTotal > 0;
  return (
    <div className="export-progress" role="status">
      <p className="numbers">
        {verb}
        {isCounted ? ` ${formatCount(framesDone)} of ${formatCount(framesTotal)} frames` : '…'}
      </p>
      <ProgressBar label={verb} fraction={isCounted ? framesDone / framesTotal : undefined} />
    </div>
  );
}
