import { formatCount, formatDurationMs } from '../../store/format.ts';
import type { TransferProgress } from '../../store/project-slice.ts';
import { ProgressBar } from '../primitives/progress-bar.tsx';
import { useSelected } from '../studio-context.tsx';

interface Props {
  /** Why nothing can be exported as it is chosen. */
  readonly refusal: string | undefined;
}

/** Before this, how long it will take is a guess. */
const GUESS_AFTER_MS = 1500;

/** How far the export or import is and how long it will take; its place is always kept. */
export function ExportProgress({ refusal }: Props) {
  const transfer = useSelected((state) => state.project.transfer);
  if (transfer.status === 'idle') {
    return <div className="export-progress">{refusal !== undefined && <p>{refusal}</p>}</div>;
  }
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
        {timeLeft(transfer)}
      </p>
      <ProgressBar label={verb} fraction={isCounted ? framesDone / framesTotal : undefined} />
    </div>
  );
}

function timeLeft({ framesDone, framesTotal, elapsedMs }: TransferProgress): string {
  if (framesDone === 0 || elapsedMs < GUESS_AFTER_MS) return '';
  const leftMs = (elapsedMs / framesDone) * (framesTotal - framesDone);
  return `, ${formatDurationMs(leftMs)} left`;
}
